#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs PROGRAM, which prints what it has done as words "NAME=NUMBER", and looks for just that in the run: its totals, by the
report's JSON and by the dump. Allocations that were not recorded must have been counted as dropped, and only with `dropped=1` any
may be.

    run_against_count.py MEMSCOPE PROGRAM [ARGUMENT...]

Names: allocations, releases (of tracked blocks), threads (tracked ones), never (bytes that no recorded block may have)"""
import json
import re
import subprocess
import sys

memscope, *command = sys.argv[1:]
done = subprocess.run(command, capture_output=True, text=True)
if done.returncode != 0 or done.stderr:
    sys.exit(f"exit code {done.returncode}: {done.stderr}")
counted = {name: int(number) for name, number in re.findall(r"(\w+)=(\d+)", done.stdout)}
exported = subprocess.run([memscope, "export", "Memoryanalysis"], capture_output=True, text=True)
if exported.returncode != 0 or exported.stderr:
    sys.exit(f"export: {exported.stderr}")
subprocess.run([memscope, "report", "Memoryanalysis"], stdout=subprocess.DEVNULL, check=True)
with open("Memoryanalysis/memscope_comprehensive.json", encoding="utf-8") as file:
    summary = json.load(file)["summary"]
dump = subprocess.Popen([memscope, "dump", "Memoryanalysis"], stdout=subprocess.PIPE, text=True)
for line in dump.stdout:
    if "never" in counted and f" size={counted['never']} " in line:
        sys.exit(f"recorded, and not in a scope: {line}")
total = {name: int(number) for name, number in re.findall(r"(\w+)=(\d+)", line)}
if (total["allocations"], total["deallocations"]) != (summary["total_allocations"], summary["total_deallocations"]):
    sys.exit(f"the dump has {total}, the report {summary}")
dropped = summary["dropped_events"]
print(f"{counted}, dropped {dropped}")
if dropped and not counted.get("dropped"):
    sys.exit(f"{dropped} events were dropped")
# The release of a block that is not recorded is not seen.
wanted = counted["allocations"] - dropped, counted["releases"] - dropped
if (total["allocations"], total["deallocations"]) != wanted:
    sys.exit(f"{counted} was done, {total} is recorded and {dropped} dropped")
if "threads" in counted and summary["tracked_threads"] != counted["threads"]:
    sys.exit(f"{counted['threads']} threads were tracked, {summary['tracked_threads']} are in the report")

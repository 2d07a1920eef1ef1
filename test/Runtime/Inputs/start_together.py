#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Starts eight processes at once, five times, each with a number of allocations of its own, and looks for eight runs with
just those numbers: start_together.py PROGRAM MEMSCOPE

A run that has ended may be moved to .old by one that starts later; only runs that overlapped must all be there."""
import glob
import re
import shutil
import subprocess
import sys

program, memscope = sys.argv[1:]
for round in range(5):
    for path in glob.glob("Memoryanalysis*"):
        shutil.rmtree(path)
    processes = [subprocess.Popen([program, str(60000 + n)], stderr=subprocess.PIPE, text=True) for n in range(8)]
    messages = [process.communicate()[1] for process in processes]
    if any(process.returncode for process in processes):
        sys.exit(f"round {round}: a process failed")
    found = set()
    for path in glob.glob("Memoryanalysis*"):
        dump = subprocess.run([memscope, "dump", path], capture_output=True, text=True)
        found |= {int(n) for n in re.findall(r"^total allocations=(\d+)", dump.stdout, re.MULTILINE)}
    lines = [line for text in messages for line in text.splitlines() if "is in use by another process" not in line]
    if lines:
        sys.exit(f"round {round}: {lines}")
    partial = [n for n in found if not 60000 <= n < 60008]
    if partial:
        sys.exit(f"round {round}: runs of {partial} allocations")
    if len(found) < 2:
        sys.exit(f"round {round}: only {len(found)} runs are left of eight that overlapped")

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares the events of a run, in their order, with what its threads have counted themselves:
events_against_sums.py MEMSCOPE RUN SUMS. SUMS has a line "TID EVENTS HASH" for each thread, where the hash is FNV-1a's
step over (address * 2 + 1 and the size) of each allocation and (address * 2) of each free."""
import re
import subprocess
import sys

memscope, run, sums = sys.argv[1:]
dump = subprocess.run([memscope, "dump", run], capture_output=True, text=True, check=True)
if dump.stderr:
    sys.exit(dump.stderr)
seen = {}
for tid, kind, address, size in re.findall(r"^\d+ tid=(\d+) (alloc|free) addr=(0x[0-9a-f]+)(?: size=(\d+))?", dump.stdout, re.M):
    count, value = seen.get(tid, (0, 0xCBF29CE484222325))
    for number in (int(address, 16) * 2 + 1, int(size)) if kind == "alloc" else (int(address, 16) * 2,):
        value = (value ^ number) * 0x100000001B3 & (1 << 64) - 1
    seen[tid] = count + 1, value
expected = 0
with open(sums, encoding="utf-8") as lines:
    for tid, count, value in map(str.split, lines):
        expected += int(count)
        if seen.get(tid) != (int(count), int(value, 16)):
            sys.exit(f"thread {tid}: counted {count} events of sum {value}, recorded {seen.get(tid)}")
if sum(count for count, _ in seen.values()) != expected:
    sys.exit("events of a thread that counted none")
print(f"{expected} events of {len(seen)} threads are as they were counted")

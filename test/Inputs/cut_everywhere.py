#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Cuts a thread file at every length and dumps it: cut_everywhere.py MEMSCOPE FILE WORK. Events only ever disappear from
the end of what a block holds, the exit code says whether the file is whole, and each failure is one line."""
import os
import re
import subprocess
import sys

memscope, path, work = sys.argv[1:]
with open(path, "rb") as file:
    data = file.read()
os.makedirs(work, exist_ok=True)
target = os.path.join(work, os.path.basename(path))
whole = subprocess.run([memscope, "dump", path], capture_output=True, text=True, check=True).stdout
events = set(re.findall(r"addr=\S+", whole))
assert len(events) == 3, whole
for length in range(len(data)):
    with open(target, "wb") as file:
        file.write(data[:length])
    run = subprocess.run([memscope, "dump", target], capture_output=True, text=True, timeout=20)
    seen = re.findall(r"addr=\S+", run.stdout)
    if run.returncode not in (0, 2) or not set(seen) <= events or len(seen) != len(set(seen)):
        sys.exit(f"cut at {length}: exit {run.returncode}, {seen}, {run.stderr}")
    if run.returncode == 0 and len(seen) < len(events):
        sys.exit(f"cut at {length}: events are missing and nothing says so")
    for line in run.stderr.splitlines():
        if not line.startswith("memscope: "):
            sys.exit(f"cut at {length}: {line}")
print(f"{len(data)} cuts")

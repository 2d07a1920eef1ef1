#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Cuts a thread file at every length and dumps it: cut_everywhere.py MEMSCOPE FILE WORK; or at COUNT random ones, half of
them in its last quarter: cut_everywhere.py MEMSCOPE FILE WORK COUNT SEED. Events only ever disappear from the end of what
a block holds, the exit code says whether the file is whole, and each failure is one line."""
import collections
import os
import random
import re
import subprocess
import sys

memscope, path, work, count, seed = (sys.argv[1:] + ["", ""])[:5]
with open(path, "rb") as file:
    data = file.read()
os.makedirs(work, exist_ok=True)
target = os.path.join(work, os.path.basename(path))
whole = subprocess.run([memscope, "dump", path], capture_output=True, text=True, check=True).stdout
events = collections.Counter(re.findall(r"addr=\S+(?: size=\S+)?", whole))
assert events.total() == 3 or count, whole
lengths = range(len(data))
if count:
    random.seed(int(seed))
    lengths = [random.randrange(random.choice([0, len(data) * 3 // 4]), len(data)) for _ in range(int(count))]
for length in lengths:
    with open(target, "wb") as file:
        file.write(data[:length])
    run = subprocess.run([memscope, "dump", target], capture_output=True, text=True, timeout=20)
    seen = collections.Counter(re.findall(r"addr=\S+(?: size=\S+)?", run.stdout))
    if run.returncode not in (0, 2) or not seen <= events:
        sys.exit(f"cut at {length}: exit {run.returncode}, {seen.total()} events, {run.stderr}")
    if run.returncode == 0 and seen != events and not run.stderr:
        sys.exit(f"cut at {length}: events are missing and nothing says so")
    for line in run.stderr.splitlines():
        if not line.startswith("memscope: "):
            sys.exit(f"cut at {length}: {line}")
print(f"{len(lengths)} cuts")

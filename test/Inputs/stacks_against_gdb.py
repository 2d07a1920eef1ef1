#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares recorded stacks with gdb's: stacks_against_gdb.py MEMSCOPE PROGRAM

gdb stops PROGRAM at every allocation hook and prints the stack; the same run is recorded, so addresses are the same.
Each recorded allocation must have exactly gdb's frames, whole."""
import json
import re
import subprocess
import sys

memscope, program = sys.argv[1:]
commands = """
set breakpoint pending on
set backtrace past-main on
set backtrace past-entry on
set print frame-arguments none
set print inferior-events off
set style enabled off
break __memscope_malloc
commands
silent
python
frame = gdb.newest_frame().older()
pcs = []
while frame:
    # Inlined functions have no frame, and those left by a tail call, which gdb infers, have none any more.
    if frame.type() not in (gdb.INLINE_FRAME, gdb.TAILCALL_FRAME):
        pcs.append("%x" % frame.pc())
    frame = frame.older()
print("STACK", gdb.selected_inferior().pid, gdb.selected_thread().ptid[1], *pcs)
end
continue
end
run
"""
with open("commands.gdb", "w", encoding="utf-8") as file:
    file.write(commands)
output = subprocess.run(["gdb", "-q", "-nx", "-batch", "-x", "commands.gdb", program],
                        capture_output=True, text=True, timeout=120).stdout
expected = {}
for line in re.findall(r"^STACK (.*)$", output, re.MULTILINE):
    _, tid, *pcs = line.split()
    expected.setdefault(int(tid), []).append([int(pc, 16) for pc in pcs])
if sum(map(len, expected.values())) < 14:
    sys.exit("gdb saw too few allocations:\n" + output)

stacks, recorded = {}, {}
dump = subprocess.run([memscope, "dump", "--json", "Memoryanalysis"], capture_output=True, text=True, check=True).stdout
for line in dump.splitlines():
    event = json.loads(line)
    if event.get("kind") == "stack":
        stacks[event["tid"], str(event["id"])] = event
    elif event.get("kind") == "alloc":
        stack = stacks[event["tid"], str(event["stack"])]
        if stack["flags"] != 0:
            sys.exit(f"a stack is marked as cut: {stack}")
        recorded.setdefault(int(event["tid"]), []).append([int(frame["address"], 16) for frame in stack["frames"]])

if recorded.keys() != expected.keys():
    sys.exit(f"threads differ: recorded {sorted(recorded)}, gdb {sorted(expected)}")
frames = 0
for tid, wanted in expected.items():

    got = recorded[tid]
    if len(got) != len(wanted):
        sys.exit(f"thread {tid}: {len(got)} allocations recorded, gdb stopped at {len(wanted)}")
    for number, (one, other) in enumerate(zip(got, wanted)):
        if one != other:
            sys.exit(f"thread {tid}, allocation {number}:\nrecorded {[hex(f) for f in one]}\ngdb      {[hex(f) for f in other]}")
        frames += len(one)
print(f"{sum(map(len, recorded.values()))} stacks, {frames} frames equal gdb's")

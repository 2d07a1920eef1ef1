#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Looks at the stacks of `memscope dump --json`: functions_in_stacks.py EVENTS BYTES=FUNCTION...

Each allocation of so many bytes has that function in its stack, each has one of those sizes, and no stack has a frame without
a name."""
import json
import sys

path, *pairs = sys.argv[1:]
wanted = dict(pair.split("=") for pair in pairs)
stacks, seen = {}, {size: 0 for size in wanted}
with open(path, encoding="utf-8") as file:
    for line in file:
        event = json.loads(line)
        if event["kind"] == "stack":
            frames = [symbol["function"] for frame in event["frames"] for symbol in frame["symbols"]]
            stacks[str(event["tid"]), str(event["id"])] = frames
            if not all(frame["symbols"] for frame in event["frames"]):
                sys.exit(f"a frame without a name: {line}")
        elif event["kind"] == "alloc":
            size = str(event["size"])
            if wanted[size] not in stacks[str(event["tid"]), str(event["stack"])]:
                sys.exit(f"{line} is not in {wanted[size]}: {stacks[str(event['tid']), str(event['stack'])]}")
            seen[size] += 1
print(seen)
if not all(seen.values()):
    sys.exit("nothing to look at")

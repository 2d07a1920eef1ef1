#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the events of handlers-record-or-are-counted.c: interrupted_events.py COUNTED DUMP SAID

The handler's blocks have 8 bytes, all others more. A handler's events are two: SAID ends with the number of those that were
dropped."""
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    allocated, handled = map(int, file.read().split())
handlers, others, live = 0, 0, {}
with open(sys.argv[2], encoding="utf-8") as file:
    for line in file:
        if " alloc " in line:
            fields = dict(field.split("=", 1) for field in line.split() if "=" in field)
            live[fields["addr"]] = fields["size"]
            handlers += fields["size"] == "8"
            others += fields["size"] != "8"
        elif " free " in line:
            fields = dict(field.split("=", 1) for field in line.split() if "=" in field)
            live.pop(fields["addr"])
dropped = int(open(sys.argv[3], encoding="utf-8").read().split()[-1])
print(f"{others} of {allocated} allocations, {handlers} in {handled} handlers, {len(live)} not freed, {dropped} dropped")
if handlers + dropped != handled:
    sys.exit("handlers neither recorded nor counted, or twice")
if others != allocated or handlers > handled or handled == 0 or any(size != "8" for size in live.values()):
    sys.exit("something is missing")

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fails where a dump has an allocation at an address that is live, a release of one that is not, or a block that is
never released: no_block_twice.py DUMP. For programs that release all they allocate."""
import re
import sys

live = {}
events = 0
with open(sys.argv[1], encoding="utf-8") as dump:
    for line in dump:
        event = re.match(r"\d+ tid=\d+ (alloc|free) addr=(\S+)", line)
        if not event:
            continue
        events += 1
        if event[1] == "alloc" and event[2] in live:
            sys.exit(f"live already:\n{live[event[2]]}{line}")
        if event[1] == "alloc":
            live[event[2]] = line
        elif not live.pop(event[2], None):
            sys.exit(f"not live: {line}")
if live or events == 0:
    sys.exit(f"{events} events, left: {live}")

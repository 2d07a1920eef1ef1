#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Recounts a run from `memscope dump --json` and compares with the report and the page: recount.py EVENTS DIR PREFIX

An event counts as often as it weighs. Figures must be equal; those of a sample, whose weights are no whole numbers and are
rounded when they are summed, to the hundred-thousandth part."""
import collections
import json
import os
import re
import sys

events_path, directory, prefix = sys.argv[1:]
base = os.path.join(directory, prefix)
with open(f"{base}_comprehensive.json", encoding="utf-8") as file:
    report = json.load(file)
with open(f"{base}_dashboard.html", encoding="utf-8") as file:
    slot = re.search(r'<script type="application/json" id="report-data">(.*?)</script>', file.read(), re.DOTALL)
page = json.loads(slot.group(1))

count = collections.Counter()
live, peak, live_bytes, live_blocks, sampled = {}, 0, 0, 0, False
per_thread = collections.defaultdict(collections.Counter)
peaks, lives = collections.Counter(), collections.Counter()
with open(events_path, encoding="utf-8") as file:
    for line in file:
        event = json.loads(line)
        if event["kind"] == "alloc":
            weight = event["weight"]
            tid, size = int(event["tid"]), int(event["size"]) * weight
            sampled |= weight != 1
            count["recorded"] += 1
            count["allocations"] += weight
            count["bytes"] += size
            per_thread[tid].update(recorded_allocations=1, allocations=weight, bytes_allocated=size)
            live[event["address"]] = (tid, size, weight)
            live_blocks += weight
            live_bytes += size
            lives[tid] += size
            peaks[tid] = max(peaks[tid], lives[tid])
            peak = max(peak, live_bytes)
        elif event["kind"] == "free":
            tid = int(event["tid"])
            owner, size, weight = live.pop(event["address"])
            count["deallocations"] += weight
            per_thread[tid].update(deallocations=weight, bytes_deallocated=size, foreign_deallocations=weight * (owner != tid))
            live_blocks -= weight
            live_bytes -= size
            lives[owner] -= size

wanted = {
    "total_allocations": count["allocations"],
    "total_deallocations": count["deallocations"],
    "total_bytes_allocated": count["bytes"],
    "peak_live_bytes": peak,
    "live_bytes_at_exit": live_bytes,
    "live_blocks_at_exit": live_blocks,
    "recorded_allocations": count["recorded"],
    "estimated": sampled,
}


def differs(found, value):
    return abs(int(found) - value) > (0.51 + 1e-5 * value if sampled else 0)


compared = 0
for source, data in (("report", report), ("page", page)):
    for key, value in wanted.items():
        if differs(data["summary"][key], value):
            sys.exit(f"{source}: summary.{key} is {data['summary'][key]}, the events say {value}")
        compared += 1
    for thread in data["threads"]:
        tid = int(thread["tid"])
        values = dict(per_thread[tid], peak_live_bytes=peaks[tid], live_bytes_at_exit=lives[tid])
        for key in ("recorded_allocations", "allocations", "deallocations", "bytes_allocated", "bytes_deallocated", "foreign_deallocations",
                    "peak_live_bytes", "live_bytes_at_exit"):
            if differs(thread[key], values.get(key, 0)):
                sys.exit(f"{source}: thread {tid}: {key} is {thread[key]}, the events say {values.get(key, 0)}")
            compared += 1
if count["allocations"] == 0:
    sys.exit("no events")
print(f"{compared} figures compared")

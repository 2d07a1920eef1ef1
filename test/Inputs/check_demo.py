#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the demo's run against what examples/selective_threads.c does: check_demo.py DIRECTORY PREFIX"""
import json
import os
import re
import sys

directory, prefix = sys.argv[1:]
names = os.listdir(directory)
problems = []


def check(condition, text):
    if not condition:
        problems.append(text)


with open(os.path.join(directory, f"{prefix}_comprehensive.json"), encoding="utf-8") as file:
    report = json.load(file)
summary, threads = report["summary"], report["threads"]

bins = {n[:-4] for n in names if re.fullmatch(r"memscope_thread_\d+\.bin", n)}
freqs = {n[:-5] for n in names if re.fullmatch(r"memscope_thread_\d+\.freq", n)}
check(len(bins) == 25 and bins == freqs, f"25 pairs of .bin and .freq expected, {len(bins)} and {len(freqs)} found")
for suffix in ("comprehensive.json", "resource_rankings.json", "dashboard.html"):
    check(f"{prefix}_{suffix}" in names, f"{prefix}_{suffix} is missing")

check(summary["tracked_threads"] == 25, f"tracked_threads {summary['tracked_threads']}")
check(summary["total_allocations"] == 31000, f"total_allocations {summary['total_allocations']}")
check(summary["unmatched_deallocations"] == 0, f"unmatched_deallocations {summary['unmatched_deallocations']}")
check(summary["dropped_events"] == 0, f"dropped_events {summary['dropped_events']}")
check(summary["cut_stacks"] == 0, f"cut_stacks {summary['cut_stacks']}")

by_name = {t["name"]: t for t in threads}
for i in range(50):
    thread = by_name.get(f"worker-{i}")
    check(thread is not None, f"worker-{i} is missing")
    if thread is None:
        continue
    wanted = 1000 + 10 * i if i % 2 == 0 else 0
    check(thread["tracked"] == (i % 2 == 0), f"worker-{i} tracked {thread['tracked']}")
    check(thread["allocations"] == wanted, f"worker-{i}: {thread['allocations']} allocations, not {wanted}")
    check(thread["cpu_percent"] is not None and thread["io_operations"] is not None, f"worker-{i} has no CPU or I/O")
    # Every trickle worker forgets each fiftieth label; all others free all they allocate, the result by the main thread.
    leaked = sum(1 for k in range(wanted - 1) if k % 50 == 49) if i // 2 % 5 == 4 and wanted else 0
    check(thread["live_blocks_at_exit"] == leaked, f"worker-{i}: {thread['live_blocks_at_exit']} live, not {leaked}")
    if i % 2 == 0:
        check(thread["freed_by_others"] == 1, f"worker-{i}: the main thread frees one block of it")
    if i // 2 % 5 == 2 and i % 2 == 0:  # two writes and a read for each of all operations but the last
        check(thread["write_calls"] >= 2 * (wanted - 1), f"worker-{i}: {thread['write_calls']} write calls")
        check(thread["read_calls"] >= wanted - 1, f"worker-{i}: {thread['read_calls']} read calls")
        check(thread["write_calls"] < 2 * wanted + 200, f"worker-{i}: {thread['write_calls']} write calls")
leaks = sum(t["live_blocks_at_exit"] for t in threads)
check(summary["total_deallocations"] == 31000 - leaks, f"total_deallocations {summary['total_deallocations']}")
check(summary["live_blocks_at_exit"] == leaks, "summary.live_blocks_at_exit")

roles = {t["role"] for t in threads}
wanted_roles = {"memory_intensive", "cpu_intensive", "io_intensive", "balanced", "lightweight"}
check(roles == wanted_roles, f"roles {sorted(roles)}")
for name, wanted in (("worker-30", "memory_intensive"), ("worker-24", "io_intensive"), ("worker-26", "balanced")):
    check(by_name[name]["role"] == wanted, f"{name} is {by_name[name]['role']}, not {wanted}")

for problem in problems:
    print(problem)
print(f"{len(problems)} problems; roles: " + ", ".join(f"{r} {sum(t['role'] == r for t in threads)}" for r in sorted(roles)))
sys.exit(bool(problems))

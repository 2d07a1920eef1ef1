#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks a sampled run against what the program did: check_sampling.py DUMP REPORT (rate=R | bytes=B) SIZE:CALLS...

For each size, the weights of the recorded allocations must sum to the true number of calls, and so must the totals of the
report. An allocation that is chosen with probability p has weight 1/p, so that a sum of x / p over the chosen ones has the
variance of x^2 (1 - p) / p over all. By Bernstein's inequality, which asks for no normal distribution, it is off by more than
allowed here once in a billion runs. Every recorded block is freed in the run, which leaves nothing, and the exact counts are
exact."""
import json
import math
import re
import sys

dump, report, kind = sys.argv[1:4]
truth = {int(size): int(calls) for size, calls in (pair.split(":") for pair in sys.argv[4:])}
name, value = kind.split("=")
estimate, live = dict.fromkeys(truth, 0.0), set()
with open(dump, encoding="utf-8") as file:
    for line in file:
        fields = dict(field.split("=", 1) for field in line.split() if "=" in field)
        if " alloc " in line:
            size = int(fields["size"])
            if size in estimate:
                estimate[size] += float(fields.get("weight", 1))
            live.add(fields["addr"])
        elif " free " in line:
            live.discard(fields["addr"])


def chance(size):
    return float(value) if name == "rate" else 1 - math.exp(-size / float(value))


wrong = []


def check(what, found, value_of):
    """value_of gives what each allocation of a size counts."""
    true = sum(calls * value_of(size) for size, calls in truth.items())
    variance = sum(calls * value_of(size) ** 2 * (1 - chance(size)) / chance(size) for size, calls in truth.items())
    largest = max(value_of(size) * (1 / chance(size) - 1) for size in truth) * 20.8 / 3
    allowed = largest + math.sqrt(largest ** 2 + 2 * 20.8 * variance) + 1e-4 * true
    print(f"{what}: {found:.0f} estimated of {true}, +- {allowed:.0f}")
    if abs(found - true) > allowed:
        wrong.append(what)


for size in truth:
    check(f"calls of size {size}", estimate[size], lambda of: of == size)
with open(report, encoding="utf-8") as file:
    figures = json.load(file)
sites = [site for site in figures["call_sites"] if site["callee"] in ("malloc", "realloc")]
exact = sum(site["exact_calls"] or 0 for site in sites)
exact_bytes = sum(site["exact_bytes"] or 0 for site in sites)
summary, sampling = figures["summary"], figures["diagnostics"]["sampling"]

true_bytes = sum(size * calls for size, calls in truth.items())
check("allocations", summary["total_allocations"], lambda size: 1)
check("bytes", summary["total_bytes_allocated"], lambda size: size)
check("bytes by site", sum(site["bytes_allocated"] for site in figures["call_sites"]), lambda size: size)
check("bytes over time", sum(figures["timeline"]["process"]["bytes_allocated"]), lambda size: size)
check("bytes by thread", figures["threads"][0]["bytes_allocated"], lambda size: size)
if summary["live_bytes_at_exit"] or summary["live_blocks_at_exit"]:
    sys.exit("blocks were live at exit by the report")
if summary["total_allocations"] != summary["total_deallocations"]:
    sys.exit("fewer blocks were freed than allocated by the report")
if not summary["estimated"] or sampling[{"rate": "rate", "bytes": "sample_bytes"}[name]] != float(value):
    sys.exit(f"the report does not say how it was sampled: {sampling}")
if not figures["diagnostics"]["frequency_check"]["matches"]:
    sys.exit("the report finds its estimate at odds with the exact counts")
if wrong:
    sys.exit(f"estimates are off: {wrong}")
if live:
    sys.exit(f"{len(live)} recorded blocks were not freed")
if (exact, exact_bytes) != (sum(truth.values()), true_bytes):
    sys.exit(f"{exact} calls and {exact_bytes} bytes counted, {sum(truth.values())} and {true_bytes} made")

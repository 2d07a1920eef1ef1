#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks a sampled run against what the program did: check_sampling.py DUMP REPORT (rate=R | bytes=B) SIZE:CALLS...

For each size, the weights of the recorded allocations must sum to the true number of calls. An allocation that is
chosen with probability p has weight 1/p; the estimate's deviation is sqrt(calls (1 - p) / p), and five of them are
exceeded by chance once in 1.7 million. Every recorded block is freed in the run, and the exact counts are exact."""
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
wrong = []
for size, calls in truth.items():
    p = float(value) if name == "rate" else 1 - math.exp(-size / float(value))
    deviation = math.sqrt(calls * (1 - p) / p)
    print(f"size {size}: {estimate[size]:.0f} estimated of {calls}, +- {deviation:.0f}")
    if abs(estimate[size] - calls) > 5 * deviation + 1e-4 * calls:
        wrong.append(size)
with open(report, encoding="utf-8") as file:
    sites = json.load(file)["call_sites"]
exact = sum(site["exact_calls"] or 0 for site in sites if site["callee"] in ("malloc", "realloc"))
if wrong:
    sys.exit(f"the estimate is off for sizes {wrong}")
if live:
    sys.exit(f"{len(live)} recorded blocks were not freed")
if exact != sum(truth.values()):
    sys.exit(f"{exact} calls counted, {sum(truth.values())} made")

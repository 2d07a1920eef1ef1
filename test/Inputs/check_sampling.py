#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks a sampled run against its ground truth: check_sampling.py REPORT CALLS RATE. The number of recorded
allocations is binomial; five standard deviations fail by chance once in 1.7 million runs."""
import json
import math
import sys

calls, rate = int(sys.argv[2]), float(sys.argv[3])
with open(sys.argv[1], encoding="utf-8") as file:
    report = json.load(file)
recorded = report["summary"]["total_allocations"]
exact = sum(site["exact_calls"] or 0 for site in report["call_sites"] if site["callee"] == "malloc")
deviation = math.sqrt(calls * rate * (1 - rate))
print(f"{recorded} recorded of {calls}, expected {calls * rate:.0f} +- {deviation:.0f}; exact count {exact}")
if exact != calls:
    sys.exit("the exact count is wrong")
if abs(recorded - calls * rate) > 5 * deviation:
    sys.exit("the number of recorded allocations is off")

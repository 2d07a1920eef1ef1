#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_parameters.py DUMP REPORT (rate=R | bytes=B): checks the run of parameters-hold-for-their-scope.c, given the options.

In each case as many allocations were made, each recorded with the case's probability p: their number has the variance
n p (1 - p), and by Bernstein's inequality is off by more than allowed here once in a billion runs. All weigh 1 / p."""
import collections
import json
import math
import re
import sys

MANY = 20000
OPTIONS = None  # as they say
RATES = {16: OPTIONS, 32: 0.01, 48: OPTIONS, 64: 0.01, 80: OPTIONS, 96: 0.5, 112: OPTIONS, 128: 1, 400: 0.01, 416: OPTIONS,
         176: 0.2, 192: 0.01, 208: 0.2, 224: 0.1, 240: 0.01, 256: 0.1, 288: OPTIONS, 272: 0.1}
DEPTHS = {500: range(22, 64), 516: range(3, 4)}

dump, report, options = sys.argv[1:]
weights, frames, depths = collections.defaultdict(list), {}, collections.defaultdict(set)
with open(dump, encoding="utf-8") as file:
    for line in file:
        fields = dict(field.split("=", 1) for field in line.split() if "=" in field)
        if stack := re.match(r"tid=\d+ stack id=(\d+)", line):
            frames[fields["tid"], stack[1]] = int(fields["frames"])
        elif " alloc " in line:
            weights[int(fields["size"])].append(float(fields.get("weight", 1)))
            depths[int(fields["size"])].add(frames[fields["tid"], fields["stack"]])


def chance(size):
    kind, value = options.split("=")
    if RATES[size] is not OPTIONS:
        return RATES[size]
    return float(value) if kind == "rate" else 1 - math.exp(-size / float(value))


wrong = []
for size in RATES:
    p, found = chance(size), weights[size]
    allowed = 7 * (1 - p) + math.sqrt((7 * (1 - p)) ** 2 + 2 * 20.8 * MANY * p * (1 - p)) + 1e-6
    print(f"size {size}: {len(found)} recorded, expected {MANY * p:.0f} +- {allowed:.0f}")
    if abs(len(found) - MANY * p) > allowed or any(abs(weight * p - 1) > 1e-4 for weight in found):
        wrong.append(size)
for size, allowed in DEPTHS.items():
    print(f"size {size}: stacks of {sorted(depths[size])} frames")
    if not depths[size] or any(depth not in allowed for depth in depths[size]):
        wrong.append(size)

with open(report, encoding="utf-8") as file:
    figures = json.load(file)
ways = {(way["rate"], way["sample_bytes"]): way for way in figures["diagnostics"]["sampling"]["ways"]}
by_options = (float(options[5:]), None) if options.startswith("rate=") else (None, float(options[6:]))
if set(ways) != {(rate, None) for rate in (0.01, 0.1, 0.2, 0.5, 1)} | {by_options}:
    sys.exit(f"not what was in force: {list(ways)}")
if not {"rare", "inner"} <= set(ways[0.01, None]["scopes"]) or "inner" not in ways[0.5, None]["scopes"] or "rare" in ways[by_options]["scopes"]:
    sys.exit(f"not where it was in force: {ways}")
if sum(way["recorded_allocations"] for way in ways.values()) != sum(map(len, weights.values())):
    sys.exit("allocations that no way of choosing has chosen")
if wrong:
    sys.exit(f"not recorded as their scopes say: sizes {wrong}")

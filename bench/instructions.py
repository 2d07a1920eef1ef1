#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts the instructions of an allocation + free pair, in total and by function, with valgrind's callgrind. Fails on
nothing.

usage: bench/instructions.py [--only PROGRAM] [--pairs N] [--least N]

Each program of bench/workload.c runs twice, once with more pairs; their difference divided by the pairs has no start-up
in it. The counts do not depend on what else the machine does. Callgrind counts what runs in the program, not what the
kernel does for it. valgrind 3.19 cannot read DWARF 5: the program is built without -g, and the library is a stripped copy."""
import argparse
import collections
import os
import re
import shutil
import subprocess

import variants
from variants import NotMeasured, Variant

FEW = 10000  # pairs of the smaller run; its start-up has seen every stack


def stripped_library():
    directory = os.path.join(variants.place, "stripped")
    os.makedirs(directory, exist_ok=True)
    library = os.path.realpath(os.path.join(variants.build, "lib", "libmemscope.so"))
    subprocess.run(["strip", "-g", "-o", os.path.join(directory, "libmemscope.so.0"), library], check=True)
    return directory


def by_function(path):
    """Instructions of each function of a callgrind file, those of the functions that it calls not among them."""
    counts, names, function, called = collections.Counter(), {}, None, False
    for line in open(path, encoding="utf-8", errors="replace"):
        if name := re.match(r"c?fn=(\(\d+\))(?: (.*))?", line):
            names.setdefault(name[1], name[2])
            function = function if line[0] == "c" else names[name[1]].split("'")[0]  # a recursion's second level is name'2
        elif line.startswith("calls="):
            called = True
        elif cost := re.match(r"[+*\-\d]\S* (\d+)", line):
            if not called:
                counts[function] += int(cost[1])
            called = False
    return counts


def count(variant, kind, pairs):
    """Counts of a run, and its pairs."""
    with variants.empty_directory() as directory:
        counted = Variant(variant.name, variant.program, environment=variant.environment, options=variant.options,
                          prefix=["valgrind", "-q", "--tool=callgrind", "--callgrind-out-file=callgrind"])
        run = variants.run_in(directory, counted, kind, pairs, 1, "tracked")
        return by_function(os.path.join(directory, "callgrind")), run.allocations


def per_pair(variant, kind, pairs):
    few, few_pairs = count(variant, kind, FEW)
    many, many_pairs = count(variant, kind, FEW + pairs)
    many.subtract(few)
    return {function: instructions / (many_pairs - few_pairs) for function, instructions in many.items()}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--only", metavar="PROGRAM", help="a program of bench/workload.c; otherwise short and deep")
    arguments.add_argument("--pairs", type=int, default=40000)
    arguments.add_argument("--least", type=float, default=1, help="functions with fewer instructions a pair are not listed")
    options = arguments.parse_args()
    if not shutil.which("valgrind"):
        print("instructions: not measured: valgrind is not there")
        return
    try:
        variants.compile_program("plain-stripped", variants.plain_clang, flags=())
        variants.compile_program("memscope-stripped", variants.memscope_clang, flags=())
        ours = Variant("MemScope", "memscope-stripped",
                       environment={"LD_LIBRARY_PATH": stripped_library()}, options="resources=0")
        plain = Variant("plain", "plain-stripped")
        for kind in [options.only] if options.only else ["short", "deep"]:
            base, own = (per_pair(variant, kind, options.pairs) for variant in (plain, ours))
            total, base_total = sum(own.values()), sum(base.values())
            print(f"\n{kind}: instructions per pair: {total:.0f}, plain {base_total:.0f}, added {total - base_total:.0f}")
            for function, instructions in sorted(own.items(), key=lambda item: -item[1]):
                if instructions >= options.least:
                    print(f"  {instructions:8.1f}  {function}", flush=True)
    except (NotMeasured, OSError, subprocess.CalledProcessError) as reason:
        print(f"instructions: not measured: {reason}")


main()

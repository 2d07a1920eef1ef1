#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Times the programs of bench/workload.c plain, with MemScope, and under its rivals, all in turn, and prints tables. Fails
on nothing.

usage: bench/run.py [--only NAME] [--rounds N] [--pairs N] [--quick]

A round runs every variant once, so that a machine that becomes slower or faster slows or speeds all of them. Differences
and ratios are taken within a round, against the plain program of the same round; what is printed is their median over the
rounds. What the columns mean and how the figures can be wrong stands in docs/performance.md."""
import argparse
import math
import os
import statistics
import time
from dataclasses import dataclass
from statistics import median

import variants
from variants import NotMeasured, Variant, memscope, memscope_preloaded, memscope_sampled, memscope_zstd, plain, run

CROWD = 2000  # threads alive at once
WINDOW_FILLED = 5000  # pairs after which a thread's window has been full once
INODES_REST_S = 6  # ext4 searches on while the inodes it finds were freed less than five seconds ago


@dataclass
class Program:
    kind: str
    threads: int
    about: str
    share: float = 1  # of --pairs, in each thread
    sampled: bool = False  # with MemScope recording a sample, too

    def label(self):
        return f"{self.kind}, {self.threads} thread{'s' if self.threads > 1 else ''}: {self.about}"


programs = [
    Program("short", 1, "one place, 7 frames", sampled=True),
    Program("short", 2, "one place, 7 frames"),
    Program("short", 8, "one place, 7 frames", 1 / 4),
    Program("mixed", 1, "64 stacks of 13 frames"),
    Program("tower", 1, "one stack of 37 frames, a recursion"),
    Program("deep", 1, "4096 stacks of 37 frames, the outermost call changes first"),
    Program("wide", 1, "131,072 stacks of 37 frames, the outermost call changes first"),
    Program("tree", 1, "131,072 stacks of 37 frames, the innermost call changes first"),
    Program("random", 1, "131,072 stacks of 37 frames, in random order"),
    Program("fresh", 1, "37 frames, every stack for the first time", 1 / 4),
    Program("sizes", 1, "16 to 1039 bytes, 1024 live blocks"),
    Program("sizes", 2, "16 to 1039 bytes, 1024 live blocks"),
    Program("sizes", 8, "16 to 1039 bytes, 1024 live blocks", 1 / 4),
    Program("used", 1, "sizes, and each block is written and read"),
    Program("handover", 2, "one thread allocates, the other frees"),
    Program("crowd", CROWD, "all alive at once, one place", 1 / CROWD),
]


def kind_of(program):
    return "short" if program.kind == "crowd" else program.kind


def pairs_of(variant, pairs):
    return max(int(pairs * variant.share), 10)


# ---- every event is there ----


def kept(kind, pairs, threads, mode="tracked", variant=memscope):
    """Says how many events of a run of its own are in the files; more than some thousands of pairs tell nothing new, unless
    few of them are to be recorded."""
    with variants.empty_directory() as directory:
        try:
            pairs = min(pairs, 500000 if variant is memscope_sampled else 20000)
            told = variants.run_in(directory, variant, kind, pairs, threads, mode)
        except NotMeasured as reason:
            return f"events not counted: {reason}"
        found = variants.recount(directory)
    if found.sampled:
        return kept_of_sample(told, found, f"{kind}, {threads} threads, {mode}")
    if told.events() == 0 and (found.allocations, found.frees) == (0, 0):
        return "events kept: none were made"
    if (found.allocations, found.frees) == (told.allocations, told.frees):
        return f"events kept: {told.events():,} of {told.events():,}; {found.stacks:,} stack{'s' if found.stacks != 1 else ''}"
    return (f"*** EVENTS LOST: allocations {found.allocations:,} of {told.allocations:,}, frees {found.frees:,} of {told.frees:,} "
            f"({kind}, {threads} threads, {mode}) ***")


def kept_of_sample(told, found, label):
    """A sample is right if the exact counts are the program's, if what was recorded stands for as many, and if all of that was
    freed, as it is in every program of workload.c. By Bernstein's inequality the sum of weights of a rate is farther off by
    chance once in a billion runs; that of a sample by bytes depends on the sizes, which are not known here."""
    kind, value = found.sampled.split("=")
    weight = 1 / float(value) if kind == "rate" else math.inf
    step = (weight - 1) * 20.8 / 3
    allowed = step + math.sqrt(step ** 2 + 2 * 20.8 * told.allocations * (weight - 1))
    chance = f" (at most {allowed:,.0f} off by chance)" if allowed < math.inf else ""
    counted = "no exact counts" if found.counted is None else f"counted exactly {found.counted:,}"
    text = (f"{found.allocations:,} of {told.allocations:,} allocations recorded ({found.sampled}), which stand for "
            f"{found.stand_for:,.0f}{chance}, {found.frees:,} freed; {counted}")
    right = (found.counted in (None, told.allocations) and abs(found.stand_for - told.allocations) <= allowed
             and found.frees == found.allocations)
    return f"sample: {text}" if right else f"*** SAMPLE WRONG: {text} ({label}) ***"


# ---- the table of programs ----


def measure(program, all_variants, rounds, pairs):
    """Runs of each variant, by name and in the order of the rounds; why a variant has none."""
    runs, failures = {variant.name: [] for variant in all_variants}, {}
    for number in range(rounds):
        for variant in all_variants:
            if variant.name in failures:
                continue
            counted = number == rounds - 1 and variant in (memscope, memscope_zstd)
            try:
                runs[variant.name].append(run(variant, kind_of(program), pairs_of(variant, pairs), program.threads, counted=counted))
            except NotMeasured as reason:
                failures[variant.name] = reason
    return runs, failures


def kept_in_time(runs):
    """Says whether the last timed runs have all events."""
    text = []
    for variant in (memscope, memscope_zstd):
        for told in runs[variant.name][-1:]:
            lost = "" if told.found == (told.allocations, told.frees) else " *** EVENTS LOST ***"
            text.append(f"{variant.name} {sum(told.found):,} of {told.events():,}{lost}")
    return "events kept in the last timed run: " + "; ".join(text)


def costs(runs, variant):
    """Added nanoseconds and ratio, round by round."""
    both = list(zip(runs[variant.name], runs[variant.base]))
    return [a.ns_per_pair - b.ns_per_pair for a, b in both], [a.ns_per_pair / b.ns_per_pair for a, b in both]


def row(runs, variant):
    def of_run(value):
        return median(map(value, runs[variant.name]))

    cost, to_ours, size = f"{'':36}", "", ""
    if variant.name != variant.base:
        added, ratios = costs(runs, variant)
        cost = f"{median(added):10.1f} {f'{min(added):.0f} ... {max(added):.0f}':>15} {median(ratios):9.2f}"
        if variant.rival and runs[memscope.name]:
            to_ours = f"{median(a / (b or math.nan) for a, b in zip(added, costs(runs, memscope)[0])):.1f}"
    if variant.program == memscope.program:
        size = f"{of_run(lambda run: run.trace_bytes / run.events()):.2f}"
    return (f"  {variant.name:18} {of_run(lambda run: run.ns_per_pair):9.1f} {cost} {to_ours:>11} "
            f"{of_run(lambda run: run.cpu_ns_per_pair):9.1f} {size:>12} {of_run(lambda run: run.peak_kib) / 1024:9.1f}")


def print_programs(chosen, all_variants, options):
    print(f"\n  {'variant':18} {'ns/pair':>9} {'added ns':>10} {'from ... to':>15} {'ratio':>9} {'rival:ours':>11} {'CPU ns':>9} "
          f"{'bytes/event':>12} {'peak MiB':>9}")
    for program in chosen:
        if options.quick and program.kind == "crowd":
            program.threads, program.share = CROWD // 10, 10 / CROWD
        pairs = max(int(options.pairs * program.share), 10)
        ours = all_variants[:4] + [memscope_sampled] * program.sampled + all_variants[4:]
        runs, failures = measure(program, ours, options.rounds, pairs)
        print(program.label())
        for variant in ours:
            if variant.name in failures or variant.base in failures:
                print(f"  {variant.name:18} not measured: {failures.get(variant.name) or failures[variant.base]}")
            else:
                print(row(runs, variant))
        print("  " + kept_in_time(runs))
        print("  " + kept(kind_of(program), pairs, program.threads), flush=True)
        if program.sampled:
            print("  " + kept(kind_of(program), pairs, program.threads, variant=memscope_sampled), flush=True)


# ---- one figure a line ----


def print_scaling(all_variants, options):
    print("\nscaling: ns/pair with 1 thread : ns/pair with 2; 1.00 is a second thread that costs the first one nothing")
    print(f"  {'variant':18} {'short':>8} {'sizes':>8}")
    for variant in all_variants:
        pairs = pairs_of(variant, options.pairs)
        try:
            scaling = [median(run(variant, kind, pairs, 1).ns_per_pair / run(variant, kind, pairs, 2).ns_per_pair
                              for _ in range(options.rounds)) for kind in ("short", "sizes")]
        except NotMeasured as reason:
            print(f"  {variant.name:18} not measured: {reason}")
            continue
        print(f"  {variant.name:18} {scaling[0]:8.2f} {scaling[1]:8.2f}", flush=True)


def untracked_rounds(kind, mode, threads, other, rounds, pairs):
    """Nanoseconds of the plain program and of the other, round by round; now the one is first, now the other. By CPU time: an
    untracked thread waits for nothing, and what others do on the machine is to make no difference."""
    both = []
    for number in range(rounds):
        order = [plain, other] if number % 2 else [other, plain]
        times = {variant.name: run(variant, kind, pairs, threads, mode).cpu_ns_per_pair for variant in order}
        both.append((times[plain.name], times[other.name]))
    return both


def print_untracked(_, options):
    """Ratios near 1 need many short rounds. What the plain program is away from itself is the machine's."""
    rounds, pairs = 8 * options.rounds, max(options.pairs // 4, 1000)
    print(f"\nuntracked threads: CPU ns/pair, {rounds} rounds")
    print(f"  {'program':40} {'plain':>9} {'MemScope':>9} {'added ns':>9} {'ratio':>8} {'middle half of the rounds':>27}")
    for kind in ("short", "sizes", "used"):
        for about, mode, threads, other in (("plain against plain", "untracked", 1, Variant("again", "plain")),
                                            ("nothing is tracked", "untracked", 1, memscope),
                                            ("1 thread beside a tracked one", "beside", 1, memscope),
                                            ("3 threads beside a tracked one", "beside", 3, memscope)):
            label = f"{kind}, {about}"
            try:
                both = untracked_rounds(kind, mode, threads, other, rounds, pairs)
            except NotMeasured as reason:
                print(f"  {label:40} not measured: {reason}")
                continue
            ratios = [b / a for a, b in both]
            low, _, high = statistics.quantiles(ratios, n=4)
            print(f"  {label:40} {median(a for a, _ in both):9.2f} {median(b for _, b in both):9.2f} "
                  f"{median(b - a for a, b in both):9.2f} {median(ratios):8.3f} {f'{low:.3f} to {high:.3f}':>27}", flush=True)
            if other is memscope:
                print("    " + kept(kind, pairs, threads, mode), flush=True)


def print_memory(_, options):
    """From runs with N and 2N threads: what a program has once, and what a plain thread has, drops out."""
    threads, pairs = (50, 500) if options.quick else (250, WINDOW_FILLED)
    print(f"\nmemory that a tracked thread adds: from {threads} to {2 * threads} threads of {pairs} pairs, all alive at once")
    for kind in ("short", "mixed", "deep"):
        kib = []
        try:
            for _ in range(min(options.rounds, 3)):
                small, large = ([run(variant, kind, pairs, count).peak_kib for variant in (plain, memscope)]
                                for count in (threads, 2 * threads))
                kib.append(((large[1] - small[1]) - (large[0] - small[0])) / threads)
        except NotMeasured as reason:
            print(f"  {kind:18} not measured: {reason}")
            continue
        print(f"  {kind:18} {median(kib):8.1f} KiB", flush=True)


def print_births(_, options):
    """Files that were removed a moment ago make new ones slow, so those of the runs here stay until all are done."""
    count = 100 if options.quick else 1000
    print(f"\nstart and exit of a thread that records one allocation and its free, {count} one after another: µs per thread")
    print(f"  {'files':28} {'plain':>9} {'untracked':>10} {'added':>9} {'tracked':>10} {'added':>9}")
    modes = [(plain, "tracked"), (memscope, "untracked"), (memscope, "tracked")]
    for about, parent in (("in memory (/dev/shm)", "/dev/shm"), ("on disk (build/bench)", variants.place)):
        time.sleep(INODES_REST_S)
        rounds = []
        try:
            with variants.empty_directory(parent) as directory:
                for number in range(options.rounds):
                    times = []
                    for variant, mode in modes:
                        own = os.path.join(directory, f"{number}-{variant.program}-{mode}")
                        os.mkdir(own)
                        times.append(variants.run_in(own, variant, "birth", count, 1, mode).ns_per_pair / 1000)
                    rounds.append(times)
        except (NotMeasured, OSError) as reason:
            print(f"  {about:28} not measured: {reason}")
            continue
        base, untracked, tracked = (median(times[i] for times in rounds) for i in range(3))
        added = [median(times[i] - times[0] for times in rounds) for i in (1, 2)]
        print(f"  {about:28} {base:9.1f} {untracked:10.1f} {added[0]:9.1f} {tracked:10.1f} {added[1]:9.1f}", flush=True)
    print("  " + kept("birth", count, 1))


# ---- the whole ----


def machine():
    cores, load = os.cpu_count(), os.getloadavg()[0]
    with open("/proc/cpuinfo", encoding="utf-8") as facts:
        model = next((line.split(":")[1].strip() for line in facts if line.startswith("model name")), "processor unknown")
    idle = "" if load < 0.5 else ": not idle, the figures say little"
    return f"{cores} cores, {model}, load {load:.2f} at the start{idle}"


sections = {"scaling": print_scaling, "untracked": print_untracked, "memory": print_memory, "birth": print_births}


def main():
    kinds = list(dict.fromkeys(program.kind for program in programs))
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--only", metavar="NAME", choices=kinds + list(sections), help=", ".join(kinds + list(sections)))
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--pairs", type=int, default=2000000, help="allocation + free pairs of a run; rivals get fewer")
    arguments.add_argument("--quick", action="store_true", help="small runs: to see that all of it works")
    options = arguments.parse_args()
    if options.quick:
        options.rounds, options.pairs = min(options.rounds, 2), min(options.pairs, 20000)
    print(machine())
    try:
        variants.compile_program(plain.program, variants.plain_clang)
        variants.compile_program(memscope.program, variants.memscope_clang)
    except NotMeasured as reason:
        print(f"nothing is measured: {reason}")
        return
    rivals, missing = variants.prepare_rivals()
    print("\n".join(missing), end="\n" if missing else "")
    all_variants = [plain, memscope, memscope_zstd, memscope_preloaded] + rivals
    chosen = [program for program in programs if options.only in (None, program.kind)]
    if chosen:
        print_programs(chosen, all_variants, options)
    for name, section in sections.items():
        if options.only in (None, name):
            section(all_variants, options)


main()

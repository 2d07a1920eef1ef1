#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Times bench/workload.c plain, with MemScope, and under its rivals, all in turn, and prints a table. Fails on nothing.

usage: bench/run.py [--rounds N] [--pairs N]

Each row is the median over the rounds of: added nanoseconds per allocation + free pair over the plain program of the same
round, the ratio to the plain program, and how many times MemScope's added cost a rival's is. A round runs every variant
once, so that a machine that becomes slower or faster slows or speeds all of them."""
import argparse
import glob
import os
import shutil
import statistics
import subprocess
import sys

root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
build = os.path.join(root, "build")
place = os.path.join(build, "bench")
llvm = os.environ.get("MEMSCOPE_LLVM_VERSION", "14")
clang = f"/usr/lib/llvm-{llvm}/bin/clang"
source = os.path.join(root, "bench", "workload.c")
include = os.path.join(root, "runtime", "include")


def compile_program(name, command):
    result = subprocess.run(command + ["-O2", "-g", source, "-o", os.path.join(place, name), "-pthread"],
                            capture_output=True, text=True)
    if result.returncode != 0:
        print(f"{name}: not measured: {result.stderr.strip().splitlines()[-1]}", file=sys.stderr)
    return result.returncode == 0


def run(prefix, program, kind, pairs, threads, mode):
    command = prefix + [os.path.join(place, program), kind, str(pairs), str(threads), mode]
    output = subprocess.run(command, cwd=place, capture_output=True, text=True, check=True).stdout
    return next(float(line) for line in output.splitlines() if line.replace(".", "", 1).isdigit())


def trace_bytes():
    return sum(os.path.getsize(path) for path in glob.glob(os.path.join(place, "Memoryanalysis", "memscope_thread_*.bin")))


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--pairs", type=int, default=2000000)
    options = arguments.parse_args()
    os.makedirs(place, exist_ok=True)
    compile_program("plain", [clang, f"-I{include}"])
    compile_program("memscope", [os.path.join(build, "bin", "memscope-clang")])
    variants = [("MemScope", [], "memscope", "tracked"), ("MemScope, untracked", [], "memscope", "untracked")]
    if shutil.which("heaptrack"):
        variants.append(("heaptrack", ["heaptrack", "-o", os.path.join(place, "heaptrack")], "plain", "tracked"))
    if compile_program("memprof", [clang, f"-I{include}", "-fmemory-profile", "-fno-omit-frame-pointer"]):
        variants.append(("LLVM MemProf", [], "memprof", "tracked"))

    print(f"{'program':24} {'variant':22} {'ns/pair':>9} {'added ns':>9} {'ratio':>7} {'x MemScope':>11} {'bytes/event':>12}")
    for kind, threads in (("short", 1), ("short", 2), ("deep", 1), ("sizes", 1), ("sizes", 2)):
        times = {name: [] for name, *_ in variants}
        plain, bytes_per_event = [], None
        for _ in range(options.rounds):
            plain.append(run([], "plain", kind, options.pairs, threads, "tracked"))
            for name, prefix, program, mode in variants:
                pairs = options.pairs if program == "memscope" else options.pairs // 10  # rivals take long
                times[name].append(run(prefix, program, kind, pairs, threads, mode))
                if name == "MemScope":
                    bytes_per_event = trace_bytes() / (2 * threads * pairs * 1.02)
                for path in glob.glob(os.path.join(place, "heaptrack*")):
                    os.remove(path)
        label = f"{kind}, {threads} thread{'s' if threads > 1 else ''}"
        print(f"{label:24} {'plain':22} {statistics.median(plain):9.1f}")
        own = statistics.median(a - b for a, b in zip(times["MemScope"], plain))
        for name, *_ in variants:
            added = statistics.median(a - b for a, b in zip(times[name], plain))
            ratio = statistics.median(a / b for a, b in zip(times[name], plain))
            size = f"{bytes_per_event:12.2f}" if name == "MemScope" else ""
            print(f"{'':24} {name:22} {statistics.median(times[name]):9.1f} {added:9.1f} {ratio:7.2f} {added / own:11.1f} {size}")


main()

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Times the compilation of two large translation units at -O2 -g with and without the plugin, and prints a table. Fails on
nothing.

usage: bench/compile_time.py [--rounds N]

Times are those of the compiler's process, user and system, the median over the rounds; the ratio is the median of the
rounds' ratios, plain and plugin in turn. Sizes are the sections of the object file, as `size -A` has them: code, data
(with the descriptors of call sites) and read-only texts; debug information is left out."""
import argparse
import os
import resource
import statistics
import subprocess
import sys

root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
place = os.path.join(root, "build", "bench")
llvm = os.environ.get("MEMSCOPE_LLVM_VERSION", "14")
clang = f"/usr/lib/llvm-{llvm}/bin/clang"
plugin = os.path.join(root, "build", "lib", "MemScope.so")
units = [("C, stb", "large.c", []), ("C++, nlohmann json", "large.cpp", ["--driver-mode=g++", "-std=c++17"])]


def seconds():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def compile_unit(source, flags, output):
    begin = seconds()
    subprocess.run([clang, *flags, "-O2", "-g", "-w", "-c", os.path.join(root, "bench", source), "-o", output], check=True)
    return seconds() - begin


def sections(path):
    text = data = strings = 0
    for line in subprocess.run(["size", "-A", path], capture_output=True, text=True, check=True).stdout.splitlines():
        name, size, *_ = line.split() + ["", "0"]
        if name.startswith(".text"):
            text += int(size)
        elif name.startswith((".data", ".bss", "memscope")):
            data += int(size)
        elif name.startswith(".rodata"):
            strings += int(size)
    return text, data, strings


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rounds", type=int, default=5)
    rounds = arguments.parse_args().rounds
    os.makedirs(place, exist_ok=True)
    objects = [os.path.join(place, name) for name in ("large-plain.o", "large-plugin.o")]
    print(f"{'compilation, -O2 -g':24} {'plain s':>8} {'plugin s':>9} {'ratio':>7} {'code':>7} {'data bytes':>11} {'texts bytes':>12}")
    for label, source, flags in units:
        plain, ours = [], []
        try:
            for _ in range(rounds):
                plain.append(compile_unit(source, flags, objects[0]))
                ours.append(compile_unit(source, flags + [f"-fpass-plugin={plugin}"], objects[1]))
        except subprocess.CalledProcessError as error:
            print(f"{label}: not measured: {error}", file=sys.stderr)
            continue
        (text, data, strings), (our_text, our_data, our_strings) = map(sections, objects)
        ratio = statistics.median(b / a for a, b in zip(plain, ours))
        print(f"{label:24} {statistics.median(plain):8.2f} {statistics.median(ours):9.2f} {ratio:7.3f} {our_text / text - 1:+7.1%} "
              f"{our_data - data:+11d} {our_strings - strings:+12d}")


main()

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs a command under `memscope run --all` with call_counter.c in front, and compares for each of its processes what the
two have counted: blocks obtained and blocks released.

    counts_of_run.py MEMSCOPE LIBRARY COUNTER FOLDER [--preload LIBRARY]... -- COMMAND...

The run goes to FOLDER/run. The command's exit code must be that of the command alone, and so must its output be unless --any-output says that it varies. Of a
child of fork only the blocks it obtained are compared: its parent's are not of its run. Prints how much was compared."""
import argparse
import json
import os
import pathlib
import re
import shutil
import struct
import subprocess
import sys

parser = argparse.ArgumentParser()
parser.add_argument("--preload", action="append", default=[], help="an allocator behind MemScope")
parser.add_argument("--any-output", action="store_true", help="the output differs from run to run")
parser.add_argument("memscope")
parser.add_argument("library")
parser.add_argument("counter")
parser.add_argument("folder", type=pathlib.Path)
parser.add_argument("command", nargs="+")
given = parser.parse_args()

shutil.rmtree(given.folder, ignore_errors=True)
given.folder.mkdir(parents=True)
run = given.folder.absolute() / "run"


def call(environment):
    return subprocess.run(given.command, env=os.environ | environment, capture_output=True, stdin=subprocess.DEVNULL, timeout=300)


plain = call({"LD_PRELOAD": ":".join(given.preload)})
libraries = [given.counter, given.library, *given.preload]
observed = call({"LD_PRELOAD": ":".join(libraries), "CALL_COUNTS": str(given.folder.absolute() / "counts"), "MEMSCOPE_TREE": "counted",
                 "MEMSCOPE_OPTIONS": f"track=all:output_dir={run}"})
if plain.returncode != observed.returncode:
    sys.exit(f"exit code {observed.returncode}, not {plain.returncode}: {observed.stderr.decode()}")
if not given.any_output and (plain.stdout, plain.stderr) != (observed.stdout, observed.stderr):
    sys.exit(f"other output:\n{observed.stdout.decode()}{observed.stderr.decode()}\nnot\n{plain.stdout.decode()}{plain.stderr.decode()}")


def exported(directory):
    """What the report says of the whole run: obtained and released, mappings and all."""
    subprocess.run([given.memscope, "export", directory, "--prefix", "e"], capture_output=True, check=True)
    summary = json.loads((directory / "e_comprehensive.json").read_text())["summary"]
    return summary["total_allocations"], summary["total_deallocations"]


def recorded(directory):
    """Obtained and released, mappings left out."""
    events = {"alloc": 0, "free": 0}
    counts = {"alloc": 0, "free": 0}
    with subprocess.Popen([given.memscope, "dump", directory], stdout=subprocess.PIPE, text=True) as dump:
        for line in dump.stdout:
            if event := re.match(r"\d+ tid=\d+ (alloc|free) .*?callee=(\w+)", line):
                events[event[1]] += 1
                if event[2] not in ("mmap", "munmap", "mremap"):
                    counts[event[1]] += 1
                if "route=preload" not in line:
                    sys.exit(f"not by the second route: {line}")
    if dump.returncode != 0 or exported(directory) != (events["alloc"], events["free"]):
        sys.exit(f"{directory}: the report says {exported(directory)}, the dump {events}")
    return counts["alloc"], counts["free"]


counted, forked = [], []
for path in given.folder.glob("counts.*"):
    *counts, is_forked = struct.unpack("<QQQ", path.read_bytes())
    (forked if is_forked else counted).append(tuple(counts))
runs = [recorded(directory) for directory in run.parent.glob("run*")]
for counts in sorted(counted):
    if counts != (0, 0) and counts not in runs:
        sys.exit(f"a process with {counts} is missing in {sorted(runs)}; counted: {sorted(counted)}, forked: {sorted(forked)}")
    if counts != (0, 0):
        runs.remove(counts)
if sorted(obtained for obtained, _ in runs) != sorted(obtained for obtained, _ in forked if obtained > 0):
    sys.exit(f"children of fork: recorded {sorted(runs)}, counted {sorted(forked)}")
print(f"{len(counted)} programs, {len(forked)} children of fork, {sum(c for c, _ in counted + forked)} blocks: all counts equal")

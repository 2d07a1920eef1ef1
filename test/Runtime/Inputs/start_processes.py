#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Starts processes in many ways, and looks for just the runs that they say they have made: one directory each, with as many
allocations as each has counted itself, and none beside them.

    start_processes.py PROGRAM MEMSCOPE [COUNT [WAY...]]      COUNT: processes of each way"""
import collections
import glob
import os
import re
import shutil
import subprocess
import sys

program, memscope, *rest = sys.argv[1:]
count, chosen = int(rest[0]) if rest else 4, rest[1:]
log = os.path.abspath("log")


def runs():
    """Counts (pid, allocations) of all directories, by the exporter."""
    found = collections.Counter()
    for path in glob.glob("Memoryanalysis*"):
        dump = subprocess.run([memscope, "dump", path], capture_output=True, text=True)
        with open(f"{path}/memscope_process.bin", "rb") as file:
            pid = int.from_bytes(file.read(32)[24:28], "little")
        total = re.search(r"^total allocations=(\d+) deallocations=(\d+)", dump.stdout, re.MULTILINE)
        if dump.returncode != 0 or dump.stderr or total.group(1) != total.group(2):
            sys.exit(f"{path}: {dump.stderr}{total}")
        found[pid, int(total.group(1))] += 1
    return found


def logged():
    with open(log, encoding="utf-8") as file:
        return collections.Counter(tuple(int(word) for word in line.split()) for line in file)


def try_way(how, *quiet):
    for path in glob.glob("Memoryanalysis*") + glob.glob("log"):
        (os.remove if os.path.isfile(path) else shutil.rmtree)(path)
    done = subprocess.run([program, how, log, str(count), *quiet], capture_output=True, text=True, timeout=600)
    if done.returncode != 0 or done.stderr:
        sys.exit(f"{how} {quiet}: exit code {done.returncode}: {done.stderr}")
    found, wanted = runs(), logged()
    if found != wanted:
        sys.exit(f"{how} {quiet}: runs that are missing: {wanted - found}, that nobody made: {found - wanted}")
    mentioned = subprocess.run([memscope, "export", "Memoryanalysis"], capture_output=True, text=True, check=True).stderr
    if not mentioned.startswith(f"{wanted.total() - 1} more processes of this run"):
        sys.exit(f"{how} {quiet}: {wanted.total()} processes, but: {mentioned}")
    print(f"{how} {' '.join(quiet)}: {wanted.total()} processes, {sum(n * times for (_, n), times in wanted.items())} allocations")


WAYS = ("fork", "exec", "vfork", "spawn", "shell", "daemon-fork", "threads", "chain", "daemon-exec", "daemon-shell")
for way in chosen or WAYS:
    if way in ("daemon-exec", "daemon-shell"):  # the directory of a program that begins in / is not ours to choose
        os.environ["MEMSCOPE_OPTIONS"] = f"output_dir={os.path.abspath('Memoryanalysis')}"
    try_way(way)
    if way not in ("threads", "chain"):
        try_way(way, "quiet")

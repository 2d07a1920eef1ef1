#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Damages one file of a run at a time, in every way it knows: damage_one_file.py MEMSCOPE RUN WORK SEED [COUNT].

The dump then has every event of the other threads; of the damaged one no event that the whole run has not, unless it is the tail window that
was damaged, which is in use and has no checksum; the file is named, or does not have what the exact counts say; and the export is good. COUNT random places are flipped in each file."""
import collections
import json
import os
import random
import shutil
import struct
import subprocess
import sys

memscope, run, work, seed = sys.argv[1:5]
count = int(sys.argv[5]) if len(sys.argv) > 5 else 4
random_source = random.Random(int(seed))


def flip(data, at):
    return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1:]


def damages(data):
    """Name and content of each damaged version; None: a folder stands there instead."""
    yield "empty", b""
    yield "header cut", data[:40]
    yield "half", data[:len(data) // 2]
    yield "last byte gone", data[:-1]
    yield "text", b"this is no trace\n" * 100
    yield "noise", random_source.randbytes(len(data))
    yield "zeros behind the header", data[:128] + bytes(len(data) - 128)
    yield "twice", data + data
    yield "another run", data[:16] + struct.pack("<Q", 0xABCD) + data[24:]
    yield "a folder", None
    for _ in range(count):
        at = random_source.randrange(len(data))
        yield f"byte {at:#x} flipped", flip(data, at)
        yield f"64 bytes at {at:#x} lost", data[:at] + data[at + 64:]
        yield f"cut at {at:#x}", data[:at]


def changes_tail(data, damaged):
    """Whether bytes of the newest block are others than they were, and not just gone."""
    window = slice(4096, 4096 + 32768)
    return damaged is not None and not data[window].startswith(damaged[window])


def dump(directory):
    """Events by thread, and what was said about the files. Times and names need the process file, the rest does not."""
    result = subprocess.run([memscope, "dump", directory], capture_output=True, timeout=120)
    if result.returncode not in (0, 2):
        sys.exit(f"dump ended with {result.returncode}: {result.stderr.decode(errors='replace')[-2000:]}")
    events = collections.defaultdict(collections.Counter)
    for line in result.stdout.decode().splitlines()[:-1]:
        words = line.split()
        if words[2] in ("alloc", "free"):
            events[words[1]][" ".join([words[2], *(word for word in words if word.startswith(("addr=", "size=")))])] += 1
    return events, result.stderr.decode()


def check(name, what, whole, tid, exact):
    events, said = dump(work)
    wrong = [other for other in whole if other != tid and events[other] != whole[other]]
    if wrong:
        sys.exit(f"{name}: {what}: events of {' '.join(wrong)} are not what they were")
    if tid is not None and exact and events[tid] - whole[tid]:
        sys.exit(f"{name}: {what}: events that never were: {list(events[tid] - whole[tid])[:3]}")
    lost = sum((whole[tid] - events[tid]).values()) if tid is not None else 0
    result = subprocess.run([memscope, "export", work, "--out", work + ".out"], capture_output=True, timeout=120)
    if result.returncode != 0:
        sys.exit(f"{name}: {what}: export ended with {result.returncode}: {result.stderr.decode(errors='replace')[-2000:]}")
    with open(os.path.join(work + ".out", "memscope_comprehensive.json"), encoding="utf-8") as file:
        counts_differ = not json.load(file)["diagnostics"]["frequency_check"]["matches"]
    # A tail of zeros is one that was never used, as far as the file itself can tell.
    if lost and exact and name not in said and not counts_differ:
        sys.exit(f"{name}: {what}: {lost} events are lost, and nothing was said: {said}")
    return lost


def main():
    whole, said = dump(run)
    if said:
        sys.exit(f"the run is damaged already: {said}")
    done = lost = 0
    for name in sorted(os.listdir(run)):
        with open(os.path.join(run, name), "rb") as file:
            data = file.read()
        is_thread = name.endswith(".bin") and name.startswith(("memscope_thread_", "memscope_untracked_"))
        tid = "tid=" + name.split("_")[2].split(".")[0] if is_thread else None
        for what, damaged in damages(data):
            shutil.rmtree(work, ignore_errors=True)
            shutil.copytree(run, work)
            path = os.path.join(work, name)
            if damaged is None:
                os.remove(path)
                os.mkdir(path)
            else:
                with open(path, "wb") as file:
                    file.write(damaged)
            lost += check(name, what, whole, tid, not changes_tail(data, damaged))
            done += 1
    print(f"{done} damages, {lost} events lost, all of them in the damaged files")


main()

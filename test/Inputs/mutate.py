#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Exports seeded mutations of a run: mutate.py MEMSCOPE RUN WORK COUNT SEED. Half of them get their checksums made right
again, so that the damage reaches the decoder and the analyses."""
import json
import os
import random
import shutil
import struct
import subprocess
import sys

sys.path.insert(0, os.path.dirname(__file__))
from make_trace import crc32c

memscope, source, work, count, seed = sys.argv[1:]


def blocks_begin(data):
    """Behind the tail window, whose place and size the head of a thread file has."""
    return sum(struct.unpack_from("<II", data, 68)) if len(data) >= 76 else 64


def repair_blocks(data, begin):
    at = begin
    while at + 64 <= len(data) and data[at:at + 4] == b"MSBK":
        length = struct.unpack_from("<I", data, at + 8)[0]
        if at + 64 + length > len(data):
            return
        struct.pack_into("<I", data, at + 12, crc32c(data[at + 64:at + 64 + length]))
        struct.pack_into("<I", data, at + 36, 0)
        struct.pack_into("<I", data, at + 36, crc32c(data[at:at + 64]))
        at += 64 + length


def repair_facts(data):
    at = 64
    while at + 16 <= len(data):
        kind, length = struct.unpack_from("<II", data, at)
        if at + 16 + length > len(data):
            return
        check = crc32c(data[at + 16:at + 16 + length])
        struct.pack_into("<II", data, at + 8, check, kind ^ length ^ check ^ 0x5346534D)
        at += 16 + length


def mutate(data, begin, random_source):
    for _ in range(random_source.randint(1, 6)):
        # Content is worth more mutations than the padding of headers and tails.
        low = random_source.choice([0, 64, begin, begin + 64])
        at = random_source.randrange(min(low, max(len(data) - 1, 0)), max(len(data), 1)) if data else 0
        kind = random_source.randrange(5)
        if not data:
            return
        if kind == 0:
            data[at] ^= 1 << random_source.randrange(8)
        elif kind == 1:
            data[at] = random_source.choice([0, 0x7F, 0x80, 0xFF])
        elif kind == 2:
            width = random_source.choice([4, 8])
            data[at:at + width] = random_source.choice([b"\xff", b"\0", b"\x7f"]) * min(width, len(data) - at)
        elif kind == 3:
            data[at:at] = data[at:at + random_source.randint(1, 80)]
        else:
            del data[at:at + random_source.randint(1, 200)]


random_source = random.Random(int(seed))
names = sorted(n for n in os.listdir(source) if n.startswith("memscope_"))
outcomes = {0: 0, 2: 0}
for number in range(int(count)):
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(source, work)
    for name in random_source.sample(names, random_source.choice([1, 1, 2])):
        path = os.path.join(work, name)
        with open(path, "rb") as file:
            data = bytearray(file.read())
        thread = name.startswith(("memscope_thread", "memscope_untracked")) and name.endswith(".bin")
        begin = blocks_begin(data) if thread else 64
        mutate(data, begin, random_source)
        if random_source.random() < 0.5:
            if thread:
                repair_blocks(data, begin)
            elif not name.endswith(".freq"):
                repair_facts(data)
        with open(path, "wb") as file:
            file.write(data)
    run = subprocess.run([memscope, "export", work], capture_output=True, timeout=60)
    if run.returncode not in outcomes:
        sys.exit(f"mutation {number} of seed {seed}: exit {run.returncode}\n{run.stderr.decode(errors='replace')[-3000:]}")
    outcomes[run.returncode] += 1
    if run.returncode == 0:
        with open(os.path.join(work, "memscope_comprehensive.json"), encoding="utf-8") as file:
            report = json.load(file)
        if not report["diagnostics"]["totals_check"]["matches"]:
            sys.exit(f"mutation {number} of seed {seed}: the replay's totals differ from the reader's")
    elif not run.stderr.startswith(b"memscope: "):
        sys.exit(f"mutation {number} of seed {seed}: no reason given")
print(f"{outcomes[0]} exported, {outcomes[2]} refused")
if outcomes[0] < int(count) // 4:
    sys.exit("too few of the mutations reached the analyses")

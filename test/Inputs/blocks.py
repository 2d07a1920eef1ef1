#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts the blocks of a run's thread files: blocks.py RUN. One line a file, in the order of names: "N blocks, M
compressed, S bytes of R"; S is what stands on file and R what the records take."""
import glob
import os
import struct
import sys

for path in sorted(glob.glob(os.path.join(sys.argv[1], "memscope_*_*.bin"))):
    with open(path, "rb") as file:
        data = file.read()
    at, blocks, compressed, stored, records = sum(struct.unpack_from("<II", data, 68)), 0, 0, 0, 0
    while data[at:at + 4] == b"MSBK":
        payload, decoded = struct.unpack_from("<I", data, at + 8)[0], struct.unpack_from("<I", data, at + 40)[0]
        blocks, compressed, at = blocks + 1, compressed + (decoded > 0), at + 64 + payload
        stored, records = stored + payload, records + (decoded or payload)
    print(f"{blocks} blocks, {compressed} compressed, {stored} bytes of {records}")

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the fuzzers' first inputs of runs: make_seeds.py OUT RUN...

Each fuzzer of what a run holds gets a folder in OUT: `run` (trace_input.h says how an input looks), `thread_file`, `columns`. Runs
are cut to some kilobytes: what a fuzzer tries again and again must be small."""
import ctypes
import ctypes.util
import os
import struct
import sys

LARGEST_FACTS, LARGEST_PAYLOAD = 3000, 800
MODULE = 4  # kind of fact
PROCESS, RESOURCES, THREAD, THREAD_2, UNTRACKED, FREQUENCY = range(6)

zstd = ctypes.CDLL("libzstd.so.1")
zstd.ZSTD_decompress.restype = zstd.ZSTD_isError.restype = ctypes.c_size_t
zstd.ZSTD_decompress.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t]


def decompress(frame):
    room = ctypes.create_string_buffer(1 << 21)
    size = zstd.ZSTD_decompress(room, len(room), frame, len(frame))
    return room.raw[:size] if size < 1 << 21 else b""


def facts(data):
    """The facts without their guards. Modules are put where no file is: it is not their symbols that are tried."""
    out, at = b"", struct.unpack_from("<I", data, 12)[0]
    while at + 16 <= len(data) and len(out) < LARGEST_FACTS:
        kind, length = struct.unpack_from("<II", data, at)
        payload = data[at + 16:at + 16 + length]
        if kind == MODULE and len(payload) > 36:
            payload = payload[:32] + b"/no/" + payload[36:]
        if len(payload) < LARGEST_PAYLOAD:
            out += struct.pack("<BH", kind, len(payload)) + payload
        at += 16 + length
    return out


def blocks(data):
    """Offset, stored and decoded bytes of each appended block."""
    at = sum(struct.unpack_from("<II", data, 68))
    while at + 64 <= len(data) and data[at:at + 4] == b"MSBK":
        stored, decoded = struct.unpack_from("<I", data, at + 8)[0], struct.unpack_from("<I", data, at + 40)[0]
        yield at, stored, decoded
        at += 64 + stored


def thread(data):
    offset, window = struct.unpack_from("<II", data, 68)
    used = min(64 + struct.unpack_from("<I", data, offset + 8)[0], LARGEST_PAYLOAD)
    out = data[:128] + struct.pack("<H", used) + data[offset:offset + used]
    for at, stored, decoded in list(blocks(data))[:2]:
        if not decoded or stored <= LARGEST_PAYLOAD:
            out += data[at:at + 64 + min(stored, LARGEST_PAYLOAD)]
    return out


def part(kind, content):
    return struct.pack("<BBH", kind, len(content) & 0xFF, len(content) >> 8) + content


def save(folder, name, content):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), "wb") as out:
        out.write(content)


def seeds_of(run, number, out):
    names = sorted(os.listdir(run))
    read = lambda name: open(os.path.join(run, name), "rb").read()
    common = part(PROCESS, facts(read("memscope_process.bin")))
    if "memscope_resources.bin" in names:
        common += part(RESOURCES, facts(read("memscope_resources.bin")))
    threads = [n for n in names if n.startswith("memscope_thread_") and n.endswith(".bin")]
    untracked = [n for n in names if n.startswith("memscope_untracked_")]
    for i, name in enumerate(threads[:6]):
        data, content = read(name), thread(read(name))
        whole = common + part(THREAD, content)
        if len(threads) > 1:
            whole += part(THREAD_2, thread(read(threads[i - 1])))
        if untracked:
            whole += part(UNTRACKED, thread(read(untracked[0])))
        frequency = name.removesuffix(".bin") + ".freq"
        if frequency in names:
            whole += part(FREQUENCY, read(frequency)[64:64 + 640])
        save(os.path.join(out, "run"), f"{number}-{i}", whole)
        save(os.path.join(out, "thread_file"), f"{number}-{i}", b"\0" + content)
        if i == 0:  # as they are, headers and all; the hole in a thread file is no use
            small = data[:72] + struct.pack("<I", 64) + data[76:128] + bytes(64)
            small = small[:68] + struct.pack("<I", 128) + small[72:] + data[sum(struct.unpack_from("<II", data, 68)):][:2000]
            save(os.path.join(out, "thread_file"), f"{number}-{i}-raw", b"\x80" + small)
            save(os.path.join(out, "run"), f"{number}-{i}-raw", part(0x80 | THREAD, small) +
                 part(0x80 | PROCESS, read("memscope_process.bin")[:LARGEST_FACTS]))
        for j, (at, stored, decoded) in enumerate(list(blocks(data))[:2]):
            if not decoded:
                continue
            base = struct.unpack_from("<I", data, at + 24)[0]
            frame = data[at + 64:at + 64 + stored]
            content = decompress(frame)
            lengths = struct.unpack_from("<15I", content)
            columns = struct.pack("<15H", *(min(n, 0xFFFF) for n in lengths)) + content[60:]
            for shape, body in enumerate((frame, content, columns)):
                save(os.path.join(out, "columns"), f"{number}-{i}-{j}-{shape}",
                     struct.pack("<BBHI", shape, 0, min(decoded, 0xFFFF), base) + body)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    for position, directory in enumerate(sys.argv[2:]):
        seeds_of(directory, position, sys.argv[1])

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Small runs that claim to be huge: claims.py MEMSCOPE WORK. Each is exported, reported and dumped within a memory that is a few times the
largest of them; the exit code is 0, or 2 with one line that says why."""
import os
import resource
import shutil
import struct
import subprocess
import sys

sys.path.insert(0, os.path.dirname(__file__))
from make_trace import crc32c, fact, file_header, text, u32, u64, varint, zigzag

MEMORY_BYTES, TIMEOUT_SECONDS = 768 << 20, 120
RUN, PID, U64 = 0x1234, 100, (1 << 64) - 1

PROCESS = fact(1, u32(PID, 0) + u64(0, 10**9) + u32(4096, 2) + 7 * text("") + u32(0))
CLOCK = fact(2, u64(0, 0, 0, 0)) + fact(2, u64(10**8, 10**8, 10**8, 10**8))


def framed(kind, payload):
    return bytes([kind << 2 & 0xFF]) + varint(len(payload)) + payload


def stack(number, frames, site=0, reference=0, shared=0, count=None):
    body = varint(number) + b"\0" + varint(site) + varint(reference) + varint(shared) + varint(len(frames) if count is None else count)
    return framed(16, body + b"".join(map(zigzag, frames)))


def allocation(address, stack_id, size):
    """Tag, one byte of time, the address itself, four bytes of stack id, the size."""
    return bytes([2 | 3 << 4 | 3 << 6, 1]) + u64(address) + u32(stack_id) + varint(size)


def block(payload, decoded=0, sequence=0):
    head = struct.pack("<IIIIQQIII20x", 0x4B42534D, sequence, len(payload), crc32c(payload), 0, 0, 0, 0, decoded)
    return head[:36] + u32(crc32c(head)) + head[40:] + payload


def thread(blocks, tail_offset=128, tail_bytes=64, hole=64):
    return file_header(1, RUN, PID, 101, 0, 128) + u32(1, tail_offset, tail_bytes, 0) + u64(0, 0) + u32(0) + bytes(28 + hole) + blocks


def run(process=b"", resources=b"", blocks=b"", whole_thread=None):
    files = {"memscope_process.bin": file_header(3, RUN, PID) + PROCESS + CLOCK + process,
             "memscope_thread_101.bin": whole_thread or thread(blocks)}
    if resources:
        files["memscope_resources.bin"] = file_header(4, RUN, PID) + resources
    return files


def metric(number, name, scope):
    return fact(32, u32(number) + bytes([0, scope]) + text(name) + text(""))


def sample(ticks, values, count=None):
    body = b"".join(varint(m) + varint(instance) + zigzag(value) for m, instance, value in values)
    return fact(35, u64(ticks, 0) + varint(len(values) if count is None else count) + body)


def doubled_name(levels):
    """A mangled name whose every part is twice the part before it: f<A<int, int>, A<S1_, S1_>, A<S2_, S2_>, ...>."""
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    number = lambda n: f"S{digits[n - 1]}_"
    return "_Z1fI1AIiiE" + "".join(f"S0_I{2 * number(n + 2)}E" for n in range(levels)) + "EvT_"


def zstd_claim(bytes_claimed):
    """The header of a frame that says how much it decompresses to, and a block of zeros repeated."""
    return struct.pack("<IBQ", 0xFD2FB528, 0xE0, bytes_claimed) + b"\x03\xff\xff" + b"\0"


def cases(work):
    yield "counts of arguments and lengths of texts", run(
        fact(1, u32(PID, 0) + u64(0, 1) + u32(4096, 0xFFFFFFFF) + 7 * text("") + u32(0xFFFFFFFF)) + fact(3, u32(0xFFFFFFFF)) +
        fact(4, u64(0, 0, U64) + u32(0xFFFFFFFF) + text("/nowhere") + u32(0xFFFFFFF0)) + fact(6, u32(0xFFFFFFFF) * 3 + b"\xff" + 5 * text("x")))
    yield "ids and counts of stacks", run(blocks=block(
        stack(1, [0x1001], site=0xFFFFFFFF) + allocation(64, 1, 1)) + block(stack(0xFFFFFFFF, [1]), sequence=1) + block(stack(2, [], count=1 << 60), sequence=2) +
        block(stack(2, [], shared=1 << 60, reference=1), sequence=3) + block(allocation(64, 0xFFFFFFFF, 1), sequence=4) + block(stack(U64, []), sequence=5))
    yield "sizes, weights and alignments", run(blocks=block(
        b"".join(allocation(64 * i, 0, (1 << 63) - 1) for i in range(100)) + b"\x0c" + struct.pack("<d", 1.7e308) + b"\x08\x3f" + allocation(1 << 60, 0, 1 << 60)))
    yield "times", run(fact(8, u64(U64)), blocks=block(framed(17, u64(*21 * [U64])) + allocation(64, 0, 1) + framed(18, u64(*21 * [U64]))))
    yield "windows", run(whole_thread=thread(b"", tail_offset=0xFFFFFFFF, tail_bytes=0xFFFFFFFF))
    for decoded in (0xFFFFFFFF, 1 << 20, 32000):
        yield f"a frame of a tebibyte in a block of {decoded}", run(
            whole_thread=thread(block(zstd_claim(1 << 40), decoded), tail_bytes=1 << 20, hole=1 << 20))
    yield "values of a sample", run(resources=metric(1, "cpu.total", 2) + metric(2, "thread.alive", 3) + sample(1, [(1, 0xFFFFFFFF, 1 << 62)], U64) +
                                    sample(2, [(2, 0xFFFFFFFF, 1), (1, U64, 1)]))
    yield "many threads times many samples", run(resources=metric(1, "thread.alive", 3) + sample(1, [(1, 1000 + i, 1) for i in range(4000)]) +
                                                 b"".join(sample(2 + i, []) for i in range(4000)))
    yield "names of many threads", run(resources=metric(1, "thread.alive", 3) + sample(1, [(1, 1000 + i, 1) for i in range(3000)]) +
                                       b"".join(fact(34, b"\3" + u32(1000 + i % 3000) + text("x")) for i in range(30000)))
    yield "modules over one another", run(
        b"".join(fact(4, u64(i, i, 1 << 40) + u32(i + 1) + 2 * text("")) + fact(5, u64(i) + u32(i + 2)) for i in range(20000)),
        blocks=block(b"".join(stack(i, [1 << 20 | i << 4]) for i in range(1, 20000))))
    yield "modules that are gone and never were", run(b"".join(fact(4, u64(7, 4096, 8192) + u32(0) + 2 * text("")) for i in range(20000)) +
                                                      b"".join(fact(5, u64(8) + u32(1)) for i in range(20000)))
    yield "deep stacks that share", run(blocks=block(stack(1, [2] * 4096) + b"".join(
        stack(i, [], site=i, reference=1, shared=4096 - i % 2) + allocation(64 * i, i, 10) for i in range(2, 3000))))
    yield "a name of two to the thirty letters", run(fact(6, u32(1, 1, 1) + b"\0" + text("malloc") + text(doubled_name(28)) + 3 * text("")),
                                                     blocks=block(stack(1, [], site=1) + allocation(64, 1, 1)))
    pipe = os.path.join(work, "pipe")
    os.mkfifo(pipe)
    yield "modules that are no files", run(b"".join(fact(4, u64(0, 4096 * i, 4096 * i + 4096) + u32(0) + text(path) + text("")) for i, path in enumerate(
        (pipe, "/dev/zero", "/dev/stdin", work, "/proc/self/mem"), 1)), blocks=block(stack(1, [4100, 4096, 4096, 4096, 4096]) + allocation(64, 1, 1)))


def limit():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def main(memscope, work):
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)
    count = 0
    for name, files in cases(work):
        directory = os.path.join(work, str(count))
        os.makedirs(directory)
        for file_name, data in files.items():
            with open(os.path.join(directory, file_name), "wb") as out:
                out.write(data)
        for command in (("export", directory), ("report", directory), ("dump", directory)):
            result = subprocess.run([memscope, *command], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                    timeout=TIMEOUT_SECONDS, preexec_fn=limit)
            if result.returncode not in (0, 2) or (result.returncode == 2 and not result.stderr.startswith(b"memscope: ")):
                sys.exit(f"{name}: {command[0]} ended with {result.returncode}\n{result.stderr.decode(errors='replace')[-2000:]}")
        shutil.rmtree(directory)
        count += 1
    print(f"{count} claims, none of them believed")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])

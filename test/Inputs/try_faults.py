#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes system calls of the runtime fail, one run a call: try_faults.py MEMSCOPE FAULTS PROGRAM RUNS SEED. PROGRAM prints
"T threads, E events each, ..." and must print that, and exit, as it does without faults. Whatever fails, at most one line is
said, and every event of every thread is in the run, or counted as dropped there, or its thread is counted as not recorded.
So many calls are taken by chance; MEMSCOPE_TEST_FAULTS=N takes as many instead, and `all` each call with each error, alone and
with all of its kind that follow."""
import errno
import glob
import os
import random
import re
import shutil
import struct
import subprocess
import sys

memscope, faults, program, runs, seed = sys.argv[1:]
runs = os.environ.get("MEMSCOPE_TEST_FAULTS", runs)
ERRORS = ("ENOSPC", "EMFILE", "ENOMEM", "EACCES", "EIO", "EINTR", "EPERM", "ENOSYS")
MEMORY_CALLS = (9, 25, 28, 56)  # mmap, mremap, madvise, clone


def run(fault, error):
    for directory in glob.glob("Memoryanalysis*"):
        shutil.rmtree(directory)
    return subprocess.run([faults, fault, error, "log", program], capture_output=True, text=True, timeout=60)


def drops():
    """Events dropped, and whether for want of memory: then releases of dropped blocks may go unseen."""
    events = no_memory = 0
    for path in glob.glob("Memoryanalysis/memscope_thread_*.bin"):
        with open(path, "rb") as file:
            head = file.read(100)
        if len(head) == 100:
            events += struct.unpack_from("<Q", head, 80)[0]
            no_memory |= struct.unpack_from("<I", head, 96)[0] & 4
    return events, no_memory


def complaint(plain, tried, possible):
    """What is wrong with a run, or None."""
    if (tried.stdout, tried.returncode) != (plain.stdout, plain.returncode):
        return f"exit {tried.returncode}, output {tried.stdout!r}"
    lines = tried.stderr.splitlines()
    if len(lines) > (1 if possible else 3) or len(set(lines)) < len(lines) or not all(line.startswith("memscope: ") for line in lines):
        return "more than one line"
    if "nothing is recorded" in tried.stderr:
        return None
    threads, each = map(int, re.match(r"(\d+) threads, (\d+) events each", plain.stdout).groups())
    with open("Memoryanalysis/memscope_process.bin", "rb") as file:
        lost = struct.unpack_from("<I", file.read(64), 44)[0]
    dump = subprocess.run([memscope, "dump", "Memoryanalysis"], capture_output=True, text=True)
    found = re.search(r"^total allocations=(\d+) deallocations=(\d+)", dump.stdout, re.MULTILINE)
    recorded = sum(map(int, found.groups())) if found else 0
    dropped, no_memory = drops()
    made = (threads - lost) * each
    if not recorded + dropped <= made <= recorded + dropped * (2 if no_memory else 1):
        return f"{made} made, {recorded} recorded, {dropped} dropped, {lost} threads lost\n{dump.stderr}"
    if (dropped or lost) and not lines:
        return "nothing was said"
    return None


plain = run("0", "0")
with open("log") as log:
    calls = int(log.read().split()[0])
errors = {name: str(getattr(errno, name)) for name in ERRORS} | {"short": "short"}
cases = [(number, more, name) for number in range(1, calls + 1) for more in ("", "+") for name in errors
         if (more, name) != ("+", "EINTR")]  # which is what one tries again for
if runs != "all":
    cases = random.Random(int(seed)).sample(cases, int(runs))
failures = 0
for number, more, name in cases:
    tried = run(f"{number}{more}", errors[name])
    with open("log") as log:
        failed = int(log.read().split()[1])
    problem = complaint(plain, tried, failed not in MEMORY_CALLS or name == "ENOMEM")
    if problem:
        failures += 1
        print(f"call {number}{more} (system call {failed}) with {name}: {problem}\n{tried.stderr}", flush=True)
print(f"{calls} calls, {len(cases)} runs, {failures} failures")
sys.exit(failures > 0)

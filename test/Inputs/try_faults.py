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
import shutil
import subprocess
import sys

import accounts

memscope, faults, program, runs, seed = sys.argv[1:]
runs = os.environ.get("MEMSCOPE_TEST_FAULTS", runs)
ERRORS = ("ENOSPC", "EMFILE", "ENOMEM", "EACCES", "EDQUOT", "EIO", "EINTR", "EPERM", "ENOSYS")
MEMORY_CALLS = (9, 25, 28, 56)  # mmap, mremap, madvise, clone


def run(fault, error):
    for directory in glob.glob("Memoryanalysis*"):
        shutil.rmtree(directory)
    return subprocess.run([faults, fault, error, "log", program], capture_output=True, text=True, timeout=60)


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
    problem = accounts.complaint(memscope, plain, tried, 1 if failed not in MEMORY_CALLS or name == "ENOMEM" else 3)
    if problem:
        failures += 1
        print(f"call {number}{more} (system call {failed}) with {name}: {problem}\n{tried.stderr}", flush=True)
print(f"{calls} calls, {len(cases)} runs, {failures} failures")
sys.exit(failures > 0)

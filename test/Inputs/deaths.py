#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Lets PROGRAM (logged_events.h) die in each way, and compares what its threads had logged with its trace, event for event:
deaths.py MEMSCOPE PROGRAM [FAULTS]. A trace may have one event a thread more, which was over and not logged. With FAULTS
(faults.c) it is killed at system calls of the runtime instead. Seeded; the environment's MEMSCOPE_TEST_DEATHS says how many deaths
of each kind there are, and 0: at each system call."""
import glob
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time

import logged_events

memscope, program, faults = (sys.argv[1:] + [""])[:3]
count = int(os.environ.get("MEMSCOPE_TEST_DEATHS", "1"))
EXITS = {"kill": -signal.SIGKILL, "abort": -signal.SIGABRT, "segv": -signal.SIGSEGV, "_exit": 3, "quick_exit": 3, "exit": 3,
         "pthread_exit": 0}
# What was only just being written: a block also stands in the tail.
UNDER_WAY = r"cut short|_\d+\.(bin|freq): (offset 0x0: )?not a MemScope trace|no MemScope run in this directory"


def check(what, exact):
    logs = logged_events.logged()
    traces, complaints, _ = logged_events.recorded(memscope) if os.path.isdir("Memoryanalysis") else ({}, "", 0)
    for tid in logs.keys() | traces.keys():
        log, trace = logs.get(tid, []), traces.get(tid, [])
        if trace[:len(log)] != log or len(trace) - len(log) > (0 if exact else 1):
            sys.exit(f"{what}: thread {tid} logged {len(log)} events, the trace has {len(trace)}; {log[-3:]} {trace[-3:]}\n{complaints}")
    damage = [line for line in complaints.splitlines() if not re.search(UNDER_WAY, line)]
    if damage:
        sys.exit(f"{what}: {damage}")
    return sum(map(len, logs.values()))


def start(command):
    for directory in glob.glob("Memoryanalysis*"):
        shutil.rmtree(directory)
    open("log", "wb").close()
    return subprocess.Popen(command, stderr=subprocess.DEVNULL)


def die_in_each_way(chance):
    """Yields what died, and whether nothing can have been under way."""
    for how, code in EXITS.items():
        threads = chance.choice((0, 1, 3))
        command = [program, how, str(threads), str(chance.randrange(1, 5000))]
        got = start(command).wait(60)
        if got not in (code, 128 - code):  # the latter of an emulator
            sys.exit(f"{command}: exit code {got}")
        yield command, how == "pthread_exit" or threads == 0
    for longest in (0.08, 0.015):  # at any moment, and soon after the start
        command = [program, "", str(chance.choice((0, 3))), "0"]
        process = start(command)
        time.sleep(chance.uniform(0, longest))
        process.kill()
        process.wait()
        yield command, False


def die_in_calls(chance):
    command = [program, "pthread_exit", "1", "850"]
    start([faults, "0", "0", "calls", *command]).wait(60)
    with open("calls") as calls:
        total = int(calls.read().split()[0])
    for call in chance.sample(range(1, total + 1), 8 * count) if count else range(1, total + 1):
        start([faults, str(call), "kill", "calls", *command]).wait(60)
        yield command + [f"killed at call {call} of {total}"], False


events = deaths = 0
chance = random.Random(1)
for _ in range(1 if faults else count):
    for what, exact in die_in_calls(chance) if faults else die_in_each_way(chance):
        events += check(what, exact)
        deaths += 1
print(f"{deaths} deaths, {events} events, none lost")

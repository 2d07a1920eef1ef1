#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a power cut leaves of a run's files, and what is read of that: power_cuts.py MEMSCOPE PROGRAM. PROGRAM (logged_events.h)
is killed in the middle (death-keeps-every-event.c says what is read of it then), after copies of its files have been made while it ran; of these and the last state files are put together,
each of them page by page: a page is what it was at any of these times, or zeros, and a file is as long as at any of them, or
ends at any page. Every event that is read of that must be one that was logged, in its order, and none twice. Seeded; the environment's
MEMSCOPE_TEST_POWER_CUTS says how many runs are taken apart, each in ten ways."""
import glob
import os
import random
import shutil
import subprocess
import sys
import time

import logged_events

PAGE = 4096
WAYS = 10
memscope, program = sys.argv[1:]
runs = int(os.environ.get("MEMSCOPE_TEST_POWER_CUTS", "1"))
chance = random.Random(1)


def files():
    found = {}
    for path in glob.glob("Memoryanalysis/*"):
        with open(path, "rb") as file:
            found[os.path.basename(path)] = file.read()
    return found


def run():
    """Returns the files at several times, the last ones last."""
    shutil.rmtree("Memoryanalysis", ignore_errors=True)
    process = subprocess.Popen([program, "", "2", "0"])
    times = []
    for _ in range(chance.randrange(2, 6)):
        time.sleep(chance.uniform(0.005, 0.04))
        times.append(files())
    process.kill()
    process.wait()
    return times + [files()]


def left_of(versions, shares):
    """A file, each page of it of one of its versions; `shares`: how probable each is, and zeros."""
    length = len(chance.choices(versions, shares[:-1])[0])
    if chance.random() < 0.2:
        length = chance.randrange(0, length // PAGE + 1) * PAGE
    pages = []
    for at in range(0, length, PAGE):
        data = chance.choices(versions + [b""], shares)[0]
        pages.append(data[at : at + PAGE].ljust(PAGE, b"\0"))
    return b"".join(pages)[:length]


def is_part(events, log):
    """Whether the events are of the log, in its order."""
    rest = iter(log)
    return all(event in rest for event in events)


cuts = events = unsaid = 0
for number in range(runs):
    times = run()
    last = logged_events.recorded(memscope)[0]  # with what was over and not logged
    for way in range(WAYS):
        shares = [chance.choice((0, 1, 5)) for _ in times[:-1]] + [chance.choice((5, 30, 300)), chance.choice((0, 0, 1))]
        shutil.rmtree("cut", ignore_errors=True)
        os.mkdir("cut")
        for name in times[-1]:
            versions = [version.get(name, b"") for version in times]
            with open(f"cut/{name}", "wb") as file:
                file.write(left_of(versions, shares))
        traces, complaints, code = logged_events.recorded(memscope, "cut")
        if code not in (0, 2, 3) or any(not line.startswith("memscope: ") for line in complaints.splitlines()):
            sys.exit(f"run {number}, way {way}: exit code {code}\n{complaints}")
        cuts += 1
        events += sum(map(len, traces.values()))
        for tid, trace in traces.items():
            if not is_part(trace, last.get(tid, [])):
                sys.exit(f"run {number}, way {way}: thread {tid} has events that it had not, or not so\n{complaints}")
        unsaid += sum(map(len, traces.values())) < sum(map(len, last.values())) and not complaints
print(f"{cuts} power cuts, {events} events read, all of them as they were; {unsaid} left a run that is whole and earlier")

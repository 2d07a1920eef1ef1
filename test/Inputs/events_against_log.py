#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares what `memscope dump` prints of a run with what allocation_log.c wrote in the same run, event for event:

    events_against_log.py DUMP LOG [PLAIN]

Each thread's events must be the log's calls: function, size, address and order. Left out of the log are calls that
allocate or release nothing, and releases of blocks that another module's call allocated. PLAIN is the log of a build
without the plugin: its threads must have made the same calls with the same sizes, left out ones included.
Prints how many events of each function were compared.
"""
import collections
import itertools
import re
import sys

OPERATORS = {"_Znw": "operator new", "_Zna": "operator new[]", "_Zdl": "operator delete", "_Zda": "operator delete[]"}
EVENT = re.compile(r"\d+ tid=(\d+) (alloc|free) addr=(\S+)(?: size=(\d+))? .*?callee=(.*?) function=")
NOTHING = ("(nil)", "0x0")


def read_log(path):
    """Yields (thread, function, size, released, block)."""
    with open(path, encoding="utf-8") as file:
        for line in file:
            thread, function, size, released, block = line.split()
            yield int(thread), function, int(size), released, block


def expected(log):
    """The events that the calls of a log should be, by thread."""
    threads, live = collections.defaultdict(list), set()
    for thread, function, size, released, block in log:
        name = OPERATORS.get(function[:4], function)
        if released in live:
            live.remove(released)
            threads[thread].append((name, "free", 0, released))
        elif block not in NOTHING:
            live.add(block)
            threads[thread].append((name, "alloc", size, block))
    return threads


def recorded(path):
    threads = collections.defaultdict(list)
    with open(path, encoding="utf-8") as file:
        for line in file:
            if event := EVENT.match(line):
                thread, kind, address, size, callee = event.groups()
                threads[int(thread)].append((callee, kind, int(size or 0), address))
    return threads


def compare(wanted, found, what):
    for number, (a, b) in enumerate(itertools.zip_longest(wanted, found)):
        if a != b:
            sys.exit(f"{what}: event {number}: the log has {a}, the run {b}")


dump, log, *plain = sys.argv[1:]
wanted, found = expected(read_log(log)), recorded(dump)
for thread in sorted(wanted.keys() | found.keys()):
    compare(wanted.get(thread, []), found.get(thread, []), f"thread {thread}")


def calls(path):
    """The calls of each thread, without what differs from run to run; threads that did the same are alike."""
    threads = collections.defaultdict(list)
    for thread, function, size, released, block in read_log(path):
        threads[thread].append((function, size, released in NOTHING, block in NOTHING))
    return sorted(threads.values())


for path in plain:
    for number, pair in enumerate(itertools.zip_longest(calls(path), calls(log), fillvalue=())):
        compare(*pair, f"{path}: thread {number}")

for (function, kind), count in sorted(collections.Counter(e[:2] for t in wanted.values() for e in t).items()):
    print(f"{count} {kind} {function}")

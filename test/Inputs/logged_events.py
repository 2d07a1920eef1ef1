# SPDX-License-Identifier: Apache-2.0
"""What threads have logged (logged_events.h), and what a trace has of it: {thread: [(kind, size, address), ...]} both."""
import json
import subprocess
import struct


def logged(path="log"):
    events = {}
    with open(path, "rb") as log:
        for tid, kind, size, address, _ in struct.iter_unpack("<IIQQQ", log.read()):
            events.setdefault(tid, []).append((chr(kind), size, address))
    return events


def recorded(memscope, directory="Memoryanalysis"):
    """And what the reader complains of."""
    events = {}
    dump = subprocess.run([memscope, "dump", "--json", directory], capture_output=True, text=True, timeout=60)
    for line in dump.stdout.splitlines():
        event = json.loads(line)
        if event["kind"] == "alloc":
            events.setdefault(event["tid"], []).append(("r" if event["realloc"] else "a", event["size"], int(event["address"], 16)))
        elif event["kind"] == "free" and not event["realloc"]:
            events.setdefault(event["tid"], []).append(("f", 0, int(event["address"], 16)))
    return events, dump.stderr, dump.returncode

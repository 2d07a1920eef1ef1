# SPDX-License-Identifier: Apache-2.0
"""Whether a run accounts for what a program did that prints "T threads, E events each, ...": each event of each thread is in the
run, or counted as dropped there, or its thread is counted as not recorded; and whether the program noticed nothing of it."""
import glob
import re
import struct
import subprocess


def drops(directory):
    """Events dropped, and whether for want of memory: then releases of dropped blocks may go unseen."""
    events = no_memory = 0
    for path in glob.glob(f"{directory}/memscope_thread_*.bin"):
        with open(path, "rb") as file:
            head = file.read(100)
        if len(head) == 100:
            events += struct.unpack_from("<Q", head, 80)[0]
            no_memory |= struct.unpack_from("<I", head, 96)[0] & 4
    return events, no_memory


def complaint(memscope, plain, tried, lines_allowed=1, directory="Memoryanalysis"):
    """What is wrong with a run, or None; `plain` and `tried` are what the program did without us and with us."""
    if (tried.stdout, tried.returncode) != (plain.stdout, plain.returncode):
        return f"exit {tried.returncode}, output {tried.stdout!r}"
    lines = tried.stderr.splitlines()
    if len(lines) > lines_allowed or len(set(lines)) < len(lines) or not all(line.startswith("memscope: ") for line in lines):
        return "more than one line"
    if "nothing is recorded" in tried.stderr:
        return None
    threads, each = map(int, re.match(r"(\d+) threads, (\d+) events each", plain.stdout).groups())
    with open(f"{directory}/memscope_process.bin", "rb") as file:
        lost = struct.unpack_from("<I", file.read(64), 44)[0]
    dump = subprocess.run([memscope, "dump", directory], capture_output=True, text=True)
    found = re.search(r"^total allocations=(\d+) deallocations=(\d+)", dump.stdout, re.MULTILINE)
    recorded = sum(map(int, found.groups())) if found else 0
    dropped, no_memory = drops(directory)
    made = (threads - lost) * each
    if not recorded + dropped <= made <= recorded + dropped * (2 if no_memory else 1):
        return f"{made} made, {recorded} recorded, {dropped} dropped, {lost} threads lost\n{dump.stderr}"
    if (dropped or lost) and not lines:
        return "nothing was said"
    return None

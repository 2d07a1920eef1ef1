#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads a waiting thread's figures from /proc and compares them with the report: figures_against_proc.py PROGRAM MEMSCOPE

The report leaves out what the recorder itself read and wrote in the thread, a few calls, and has the program's own after
that look; times are counted in clock ticks."""
import json
import os
import subprocess
import sys

program, memscope = sys.argv[1:]
# With a token of its own the recorder does not look for its process tree, which is reading without end beside a test's.
process = subprocess.Popen([program], env=os.environ | {"MEMSCOPE_TREE": "alone"}, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
tid = int(process.stdout.readline())
task = f"/proc/{process.pid}/task/{tid}"
with open(f"{task}/io", encoding="ascii") as file:
    io = {key: int(value) for key, value in (line.split(":") for line in file)}
with open(f"{task}/stat", encoding="ascii") as file:
    fields = file.read().rsplit(")", 1)[1].split()
tick_ns = 10**9 // os.sysconf("SC_CLK_TCK")
user, system = int(fields[11]) * tick_ns, int(fields[12]) * tick_ns
process.communicate(b"x")
if process.returncode != 0:
    sys.exit(f"the program ended with {process.returncode}")

subprocess.run([memscope, "export", "Memoryanalysis"], check=True, stdout=subprocess.DEVNULL)
with open("Memoryanalysis/memscope_comprehensive.json", encoding="utf-8") as file:
    thread = next(t for t in json.load(file)["threads"] if t["tid"] == tid)
problems = []
for key, value, slack in (
    ("read_calls", io["syscr"], 20), ("write_calls", io["syscw"], 20),
    ("read_bytes", io["rchar"], 20000), ("write_bytes", io["wchar"], 4000),
    ("cpu_user_ns", user, 2 * tick_ns), ("cpu_system_ns", system, 2 * tick_ns),
):
    low = value - slack
    print(f"{key}: /proc {value}, report {thread[key]}")
    if not low <= thread[key] <= value + slack:
        problems.append(key)
if thread["io_operations"] != thread["read_calls"] + thread["write_calls"]:
    problems.append("io_operations is not the sum of its parts")
if user + system < 25 * tick_ns:
    problems.append("the thread did not work enough for this to say anything")
if problems:
    sys.exit("differ: " + ", ".join(problems))

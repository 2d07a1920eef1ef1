#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Kills PROGRAM, which writes a byte after each allocation, a random time (seeded) after it has begun to, and compares its
trace with the bytes that arrived: kill_and_count.py PROGRAM MEMSCOPE"""
import os
import random
import re
import signal
import subprocess
import sys
import time

program, memscope = sys.argv[1:]
random.seed(20)
for round in range(12):
    with open("counted", "wb") as counted:
        process = subprocess.Popen([program], stdout=counted)
        while os.path.getsize("counted") == 0 and process.poll() is None:
            time.sleep(0.001)
        time.sleep(random.uniform(0, 0.1))
        process.send_signal(signal.SIGKILL)
        process.wait()
    written = os.path.getsize("counted")
    dump = subprocess.run([memscope, "dump", "Memoryanalysis"], capture_output=True, text=True, check=True).stdout
    recorded = int(re.search(r"^total allocations=(\d+)", dump, re.MULTILINE).group(1))
    if recorded not in (written, written + 1):
        sys.exit(f"round {round}: the program counted {written} allocations, the trace has {recorded}")
    print(f"round {round}: {written} counted, {recorded} recorded")

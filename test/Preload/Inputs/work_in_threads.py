# SPDX-License-Identifier: Apache-2.0
"""Allocates in eight threads, in a child of fork, and in a program that it runs."""
import json
import os
import subprocess
import threading


def work():
    return [json.dumps({str(i): [i]}) for i in range(2000)]


threads = [threading.Thread(target=work) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
child = os.fork()
if child == 0:
    os._exit(len(json.dumps(list(range(1000)))) % 7)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), subprocess.run(["ls", "/"], capture_output=True, check=True).returncode)

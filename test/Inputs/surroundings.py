#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs a program in surroundings that refuse the runtime something, with and without it: surroundings.py MEMSCOPE PLAIN PROGRAM
[NAME]. What must be the same and what must be accounted for says accounts.py. Those of one NAME, or all; of a limit three
values, or with the environment's MEMSCOPE_TEST_SURROUNDINGS=all each, and everything with compressed blocks, too."""
import os
import resource
import shutil
import subprocess
import sys

import accounts

memscope, plain, program = (os.path.abspath(path) for path in sys.argv[1:4])
only = sys.argv[4] if len(sys.argv) > 4 else ""
everything = os.environ.get("MEMSCOPE_TEST_SURROUNDINGS") == "all"
NOBODY = 65534
LEAST_MIB = 100  # what the program takes and what we do
tried = failures = 0


def fresh():
    for name in ("run", "kept"):
        subprocess.run(["rm", "-rf", name], check=True)
        os.mkdir(name, 0o755)


def execute(executable, arguments, shell, options, limits, user, between):
    """Runs it in `shell`, a command in which "$@" is the program, and the directory `run` the place for the run."""
    def prepare():
        for limit, value in limits.items():
            resource.setrlimit(limit, (value, value))
        if user:
            os.setgroups([])
            os.setgid(user)
            os.setuid(user)
    environment = dict(os.environ, MEMSCOPE_OPTIONS=f"output_dir=run/Memoryanalysis:{options}")
    fresh()
    process = subprocess.Popen(["sh", "-c", shell, "sh", executable, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True, env=environment, preexec_fn=prepare)
    if between:
        process.stdout.read(1)
        between()
    out, err = process.communicate("\n" if between else None, timeout=120)
    return subprocess.CompletedProcess(executable, process.returncode, out, err)


def surrounding(name, arguments=("2",), shell='exec "$@"', options="", limits={}, user=None, between=None,
                lines=1, kept="run/Memoryanalysis", accounted=True, good=lambda: True):
    global tried, failures
    if only and only != name.split()[0]:
        return
    for compress in ("", "compress=zstd:") if everything or "resources" in options else ("",):
        expected = execute(plain, arguments, shell, "", limits, user, between)
        got = execute(program, arguments, shell, compress + options, limits, user, between)
        problem = None
        if not expected.stdout.endswith("\n") or expected.returncode != 7:
            problem = f"the plain program: exit {expected.returncode} {expected.stderr}"
        elif accounted:
            problem = accounts.complaint(memscope, expected, got, lines, kept)
        elif (got.stdout, got.returncode) != (expected.stdout, expected.returncode) or len(got.stderr.splitlines()) > lines or not good():
            problem = f"exit {got.returncode}"
        tried += 1
        if problem:
            failures += 1
            print(f"{name} {compress}: {problem}\n{got.stderr}", flush=True)


def in_namespace(preparation):
    """The place for the run is a mount of its own; what comes into it is kept."""
    return f"exec unshare -rm -- sh -c '{preparation} && cd . && {{ \"$@\"; code=$?; cp -r run/. kept/; exit $code; }}' sh \"$@\""


def some(values):
    return values if everything else [values[len(values) * part // 16] for part in (0, 2, 9)]


for kib in some(range(4, 800, 4)):
    surrounding(f"disk {kib}K", shell=in_namespace(f"mount -t tmpfs -o size={kib}k none run"), kept="kept/Memoryanalysis",
                options="resources=100")
for inodes in some(range(1, 14)):
    surrounding(f"inodes {inodes}", shell=in_namespace(f"mount -t tmpfs -o nr_inodes={inodes} none run"), kept="kept/Memoryanalysis")
for kib in some(range(0, 200, 2)):
    surrounding(f"file-size {kib}K", limits={resource.RLIMIT_FSIZE: 1024 * kib}, options="resources=100")
for files in some(range(4, 40)):
    surrounding(f"descriptors {files}", limits={resource.RLIMIT_NOFILE: files})
# Of memory the program itself has less with us than without.
for mib in some(range(LEAST_MIB, 400, 3)):
    surrounding(f"address-space {mib}M", limits={resource.RLIMIT_AS: mib << 20})
    surrounding(f"data {mib}M", limits={resource.RLIMIT_DATA: mib << 20})
for kib in some(range(24, 200, 4)):  # with less the program itself ends by SIGSEGV now and then
    surrounding(f"stack {kib}K", limits={resource.RLIMIT_STACK: kib << 10})
if os.geteuid() == 0:
    surrounding("processes", arguments=("0",), limits={resource.RLIMIT_NPROC: 1}, user=NOBODY, shell='exec "$@"')
    surrounding("other-user", user=NOBODY)
surrounding("read-only", shell=in_namespace("mount -t tmpfs -o ro none run"), kept="kept/Memoryanalysis")
surrounding("below-a-file", shell='rmdir run && touch run && exec "$@"')
surrounding("no-proc", shell=in_namespace("mount -t tmpfs none /proc"), kept="kept/Memoryanalysis")
surrounding("no-dev", shell=in_namespace("mount -t tmpfs none /dev"), kept="kept/Memoryanalysis")
for error in ("ENOSYS", "EPERM"):
    surrounding(f"without-calls {error}", arguments=("2", error))
surrounding("removed", arguments=("2", "pause"), between=lambda: shutil.rmtree("run/Memoryanalysis", ignore_errors=True), accounted=False)
surrounding("moved", arguments=("2", "pause"), between=lambda: os.path.exists("run/Memoryanalysis") and os.rename("run/Memoryanalysis", "kept/Memoryanalysis"),
            kept="kept/Memoryanalysis")
def replace(put):
    """Something else in the place of each file that is being written."""
    with open("kept/victim", "w") as victim:
        victim.write("not yours\n")
    for name in os.listdir("run/Memoryanalysis") if os.path.exists("run/Memoryanalysis") else []:
        os.rename(f"run/Memoryanalysis/{name}", f"kept/{name}")
        put(f"run/Memoryanalysis/{name}")


def untouched():
    with open("kept/victim") as victim:
        return victim.read() == "not yours\n"


surrounding("replaced", arguments=("2", "pause"), accounted=False, good=untouched,
            between=lambda: replace(lambda path: os.symlink(os.path.abspath("kept/victim"), path)))
surrounding("pipes", arguments=("2", "pause"), accounted=False, between=lambda: replace(os.mkfifo))
surrounding("chroot", arguments=("2", "chroot"), shell='exec unshare -r -- "$@"')
surrounding("stderr-closed", shell='exec "$@" 2>&-', limits={resource.RLIMIT_FSIZE: 65536}, accounted=False)
surrounding("stderr-unread", shell='mkfifo kept/unread; : < kept/unread & exec 2> kept/unread; wait; exec "$@"',
            limits={resource.RLIMIT_FSIZE: 65536}, accounted=False)
surrounding("stderr-limited", shell='exec 2> kept/said; ulimit -f 0; exec "$@"', accounted=False)
surrounding("stderr-full", shell='exec "$@" 2>/dev/full', limits={resource.RLIMIT_FSIZE: 65536}, accounted=False)
print(f"{tried} runs, {failures} failures")
sys.exit(failures > 0)

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Puts things in the places of a run's files before PROGRAM runs, and compares everything outside of the run's directory before
and after: hostile_places.py PROGRAM. Each thing in the place of memscope_process.bin, of the directory, and of the directory that an
earlier run moves to."""
import os
import shutil
import socket
import stat
import subprocess
import sys

program = os.path.abspath(sys.argv[1])
VICTIM = "outside/victim"
RUN = "work/Memoryanalysis"


def everything(top, besides):
    """What every file below is and holds; pipes and devices are not looked into."""
    found = {}
    for path, directories, files in os.walk(top):
        if any(os.path.relpath(path, top) == name for name in besides):
            directories.clear()
            continue
        for name in files + directories:
            name = os.path.join(path, name)
            mode = os.lstat(name).st_mode
            content = os.readlink(name) if stat.S_ISLNK(mode) else open(name, "rb").read() if stat.S_ISREG(mode) else ""
            if os.path.relpath(name, top) not in besides:
                found[name] = (oct(mode), content)
    return found


def put_socket(place):
    with socket.socket(socket.AF_UNIX) as end:
        end.bind(place)


THINGS = {
    "a link to a file": lambda place: os.symlink(os.path.abspath(VICTIM), place),
    "a link to nothing": lambda place: os.symlink(os.path.abspath("outside/new"), place),
    "a link to itself": lambda place: os.symlink(place, place),
    "another name of a file": lambda place: os.link(VICTIM, place),
    "a pipe": os.mkfifo,
    "a socket": lambda place: put_socket(os.path.relpath(place)),
    "a directory": os.mkdir,
    "a file": lambda place: shutil.copyfile(VICTIM, place),
}
if os.geteuid() == 0:
    THINGS["a device"] = lambda place: os.mknod(place, stat.S_IFCHR | 0o600, os.makedev(5, 0))
PLACES = (f"{RUN}/memscope_process.bin", RUN, f"{RUN}.old", f"{RUN}.old/memscope_process.bin", f"{RUN}/memscope_resources.bin")
tried = 0
for place in PLACES:
    for name, put in THINGS.items():
        for directory in ("outside", "work"):
            shutil.rmtree(directory, ignore_errors=True)
            os.mkdir(directory)
        with open(VICTIM, "wb") as file:
            file.write(b"not yours\n" * 1000)
        os.makedirs(os.path.dirname(place), exist_ok=True)
        put(os.path.abspath(place))
        if ".old" in place:  # there is an earlier run to move
            os.makedirs(RUN)
            shutil.copyfile(VICTIM, f"{RUN}/memscope_process.bin")
        outside = everything("outside", ())
        work = everything("work", ("Memoryanalysis", "Memoryanalysis.old"))
        what = f"{name} in the place of {place}"
        done = subprocess.run([program], cwd="work", capture_output=True, text=True, timeout=20)
        if (done.returncode, done.stdout) != (7, "done\n") or len(done.stderr.splitlines()) > 1:
            sys.exit(f"{what}: exit {done.returncode}, {done.stdout}{done.stderr}")
        if everything("outside", ()) != outside or everything("work", ("Memoryanalysis", "Memoryanalysis.old")) != work:
            sys.exit(f"{what}: files were changed outside of the run's directory")
        if not done.stderr:
            for path in os.listdir(RUN):
                facts = os.lstat(f"{RUN}/{path}")
                if not path.startswith("memscope_") or facts.st_mode != stat.S_IFREG | 0o600 or facts.st_nlink != 1:
                    sys.exit(f"{what}: {path} has mode {facts.st_mode:o}")
        tried += 1
        print(f"{what}: {done.stderr.strip() or 'recorded'}")
print(f"{tried} places, nothing changed outside")

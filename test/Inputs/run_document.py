# SPDX-License-Identifier: Apache-2.0
# run_document.py DOCUMENT FOLDER BIN: builds and runs the examples of a document and compares what they record with what it says.
#
# An example is what stands under one heading. Its fenced blocks: `c NAME` and `cpp NAME` (default example.c, example.cpp) and
# `text NAME` are files, `sh` are the commands (default: compile and run), and `records` is the expectation, in the order of the
# run: one line an allocation, "CALLEE SIZE FUNCTION" or "CALLEE SIZE FUNCTION in SCOPE". `text` without a name is for the reader.
import os
import re
import subprocess
import sys

document, folder, bin = (os.path.abspath(name) for name in sys.argv[1:4])
environment = dict(os.environ, PATH=bin + os.pathsep + os.environ["PATH"])
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EVENT = re.compile(r"^\d+ tid=\d+ alloc addr=\S+ size=(\d+) .*? callee=(.*?) function=(.*?)"
                   r"(?: at \S+)?(?: scope=(.*?))?(?: align=\d+| realloc)*$", re.MULTILINE)
DEFAULTS = {"c": "example.c", "cpp": "example.cpp"}
COMMANDS = {"example.c": "memscope-clang -g -O2 -pthread example.c -o example && ./example",
            "example.cpp": "memscope-clang++ -g -O2 -pthread example.cpp -o example && ./example"}


def recorded(place):
    dump = subprocess.run([os.path.join(bin, "memscope"), "dump", "Memoryanalysis"], cwd=place, env=environment,
                          capture_output=True, text=True, check=True)
    return [f"{callee} {size} {function} in {scope}" for size, callee, function, scope in EVENT.findall(dump.stdout)]


def run(title, text):
    place = os.path.join(folder, re.sub(r"\W+", "-", title))
    os.makedirs(place)
    commands, default, expected = "", "", None
    for language, name, body in BLOCK.findall(text):
        if language == "sh":
            commands += body
        elif language == "records":
            expected = body.splitlines()
        elif language in DEFAULTS or name:
            name = name or DEFAULTS[language]
            with open(os.path.join(place, name), "w", encoding="utf-8") as file:
                file.write(body)
            default = COMMANDS.get(name, "")
    if expected is None:
        return
    subprocess.run(["sh", "-ec", commands or default], cwd=place, env=environment, check=True)
    found = recorded(place)
    same = len(found) == len(expected) and all(
        have == want or have.rpartition(" in ")[0] == want for have, want in zip(found, expected))
    if not same:
        sys.exit(f"{title}: the document says\n  " + "\n  ".join(expected) + "\nrecorded was\n  " + "\n  ".join(found))
    print(f"{title}: {len(expected)} allocations as documented")


sections = re.split(r"^#{2,3} (.*)$", open(document, encoding="utf-8").read(), flags=re.MULTILINE)
for title, text in zip(sections[1::2], sections[2::2]):
    run(title, text)

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tries random programs (random_program.py) in the current directory. With --memscope: the instrumented program prints
and returns what the plain one does, and its recorded events are those that the program itself says must be recorded,
one by one and in order. With --opt: the program's IR is valid after each pass. The levels take turns. What fails is
named with the command that does it again, and its source is kept."""
import argparse
import itertools
import os
import re
import shlex
import shutil
import subprocess
import sys

from random_program import Program

LEVELS = ["-O0", "-O1", "-O2", "-O3", "-Os", "-O2 -g0 -fexceptions", "-O2 -flto -fuse-ld=lld",
          "-O2 -flto=thin -fuse-ld=lld"]
PIPELINES = ["default<O0>", "default<O1>", "default<O2>", "default<O3>", "default<Os>", "lto-pre-link<O2>",
             "thinlto-pre-link<O2>"]
STANDARD = {"c": "-std=gnu17", "c++": "-std=gnu++17 -fsized-deallocation"}


class Failure(Exception):
    pass


def run(command):
    return subprocess.run(shlex.split(command), capture_output=True, timeout=60)


def must_run(command):
    result = run(command)
    if result.returncode:
        raise Failure(f"{command}\nends with {result.returncode}\n{result.stderr.decode(errors='replace')[-3000:]}")
    return result.stdout.decode()


def short_name(function):
    """The last part of a demangled function: "f" of "int ns::f<int>(int) const"."""
    if function.endswith(" through a pointer"):
        return function
    name = function.removesuffix(" const")
    while name.endswith((")", ">")) and not name.endswith("operator()"):
        depth = 0
        for at in reversed(range(len(name))):
            depth += (name[at] in ")>") - (name[at] in "(<")
            if depth == 0:
                break
        name = name[:at]
    return re.search(r"(operator\(\)|~?\w+|\?)$", name)[0]


EVENT = re.compile(r"\d+ tid=(?P<tid>\d+) (?P<kind>alloc|free) addr=(?P<address>\w+)(?: size=(?P<size>\d+))? stack=\d+ "
                   r"callee=(?P<callee>.*?) function=(?P<function>.*?) at (?P<file>\S+?)(?::(?P<line>\d+))?(?::\d+)?"
                   r"(?: align=(?P<align>\d+))?(?: scope=(?P<scope>.*?))?(?P<pair> realloc)?$")


def recorded_events(dump):
    """The events of a dump as the model writes them: blocks and threads are numbered as they come."""
    threads, blocks, numbers = {}, {}, itertools.count(1)
    for line in dump.splitlines():
        event = EVENT.match(line)
        if not event:
            continue
        thread = threads.setdefault(event["tid"], len(threads))
        if event["kind"] == "alloc":
            blocks[event["address"]] = next(numbers)
        scope = short_name(event["scope"]) if event["scope"] else "none"
        text = (f"{event['kind']} {event['callee']} block={blocks.get(event['address'])} thread={thread} scope={scope} "
                f"at={short_name(event['function'])}:{event['line'] or 0}")
        if event["kind"] == "alloc":
            text += f" size={event['size']} align={event['align'] or 0}"
        else:
            blocks.pop(event["address"], None)
        yield text + (event["pair"] or "")


def expected_events(output):
    """The model's events. Its threads are numbered again, since one that has no events has no file."""
    threads = {}
    for line in output.splitlines():
        if line.startswith(("alloc ", "free ")):
            yield re.sub(r"thread=(\d+)", lambda found: f"thread={threads.setdefault(found[1], len(threads))}", line)


def same(expected, recorded, exact):
    """What the model does not know is not compared: a scope "?" and a line 0. Optimised calls may have been merged, and
    of a pointer the compiler may know where it points."""
    if " scope=? " in expected:
        recorded = re.sub(r" scope=\S+", " scope=?", recorded)
    if re.search(r" at=\S+:0\b", expected):
        recorded = re.sub(r"(?<= )(at=\S+:)\d+", r"\g<1>0", recorded)
    if not exact or " through a pointer" in expected:
        expected, recorded = (re.sub(r" at=.*?:\d+", "", event) for event in (expected, recorded))
    return expected == recorded


def compare(expected, recorded, exact):
    for number, (one, other) in enumerate(itertools.zip_longest(expected, recorded), 1):
        if one is None or other is None or not same(one, other, exact):
            before = "".join(f"\n         {event}" for event in expected[max(number - 4, 0):number - 1])
            raise Failure(f"event {number}:\nexpected {one}\nrecorded {other}\nbefore{before}")


def try_program(arguments, source, level):
    flags = f"{STANDARD[arguments.language]} -w {level}"
    must_run(f"{arguments.plain} {flags} {source} -o plain -pthread")
    must_run(f"{arguments.compile} {flags} {source} -o program {arguments.link}")
    shutil.rmtree("Memoryanalysis", ignore_errors=True)
    plain, instrumented = run("./plain"), run("./program")
    if plain.returncode < 0 or plain.stderr:
        raise Failure(f"the program itself fails: {plain.returncode} {plain.stderr.decode(errors='replace')}")
    if (plain.returncode, plain.stderr) != (instrumented.returncode, instrumented.stderr):
        raise Failure(f"it ends with {instrumented.returncode} instead of {plain.returncode}\n"
                      f"{instrumented.stderr.decode(errors='replace')}")
    if plain.stdout != instrumented.stdout:
        pairs = itertools.zip_longest(*(each.stdout.decode().splitlines() for each in (plain, instrumented)))
        one, other = next(pair for pair in pairs if pair[0] != pair[1])
        raise Failure(f"plain prints {one}\ninstrumented {other}")
    expected = list(expected_events(plain.stdout.decode()))
    nothing = not expected and not os.path.exists("Memoryanalysis")
    dump = "" if nothing else must_run(f"{arguments.memscope} dump Memoryanalysis")
    compare(expected, list(recorded_events(dump)), exact=level == "-O0")
    return len(expected)


def verify_program(arguments, source, pipeline):
    """The plugin's passes run where they do in clang, and the verifier after each pass."""
    level = "-O0" if pipeline == "default<O0>" else "-O2"
    must_run(f"{arguments.plain} {STANDARD[arguments.language]} -w -g {level} -Xclang -disable-llvm-passes -emit-llvm "
             f"-c {source} -o program.bc")
    must_run(f"{arguments.opt} -passes={pipeline} -verify-each program.bc -o verified.bc")
    with open("verified.bc", "rb") as file:
        if b"__memscope_malloc" not in file.read():
            raise Failure(f"-passes={pipeline} has rewritten nothing")
    return 1


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--language", choices=STANDARD, required=True)
    parser.add_argument("--seed", type=int, required=True, help="of the first program")
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--plain", required=True, help="the compiler")
    parser.add_argument("--compile", help="the compiler with the plugin")
    parser.add_argument("--link", help="what links the library")
    parser.add_argument("--memscope")
    parser.add_argument("--opt", help="opt with the plugin")
    parser.add_argument("--level", help="a level or pipeline for all instead of each in turn")
    arguments = parser.parse_args()

    attempt, levels = (verify_program, PIPELINES) if arguments.opt else (try_program, LEVELS)
    failed = events = 0
    for seed in range(arguments.seed, arguments.seed + arguments.count):
        level = arguments.level or levels[seed % len(levels)]
        source = f"program{seed}.{'cpp' if arguments.language == 'c++' else 'c'}"
        with open(source, "w", encoding="utf-8") as file:
            file.write(Program(arguments.language, seed).text())
        try:
            events += attempt(arguments, source, level)
            os.remove(source)
        except (Failure, subprocess.TimeoutExpired) as failure:
            failed += 1
            again = [sys.executable, *sys.argv, f"--seed={seed}", "--count=1", f"--level={level}"]
            print(f"seed {seed}, {level}: {failure}\nagain: {shlex.join(again)}\n")
    print(f"{arguments.count} programs, {events} {'verified' if arguments.opt else 'events'}, {failed} failed")
    sys.exit(failed > 0 or events == 0)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares the recorded stacks of random programs (random_stacks.py) with those that libgcc's unwinder finds at the same
calls, frame by frame. A recorded stack that is not marked as cut must be whole. One that is cut must be equal as far as
it goes, and there must be a reason why it ends there: code without tables, a rule of a form that the runtime does not
follow, or another stack than the thread's own. What the rules are is asked of readelf, a third reader of the tables."""
import argparse
import bisect
import collections
import concurrent.futures
import json
import mmap
import os
import re
import shlex
import shutil
import struct
import subprocess
import sys

from random_stacks import Sources

CUT_DEPTH, CUT_FOREIGN = 1, 2
FREE, ALTERNATE, CONTEXT, WHOLE, MAY_BE_LOST, FAILED = 1, 2, 4, 8, 16, 32
SIZE_BASE, SIZE_STEP = 1 << 24, 64
WRAPPED = ["malloc", "aligned_alloc", "_Znwm", "free"]


class Failure(Exception):
    pass


def must_run(command, **more):
    result = subprocess.run(command, capture_output=True, timeout=120, **more)
    if result.returncode:
        raise Failure(f"{shlex.join(command)}\nends with {result.returncode}\n"
                      f"{(result.stderr + result.stdout).decode(errors='replace')[-3000:]}")
    return result.stdout


# ---- building ----

class Build:
    """Compiles and links the sources in the current directory."""

    def __init__(self, arguments, sources):
        self.arguments, self.sources = arguments, sources
        self.here = os.path.dirname(os.path.abspath(__file__))
        self.compilers = {("memscope", "c"): shlex.split(arguments.compile_c), ("memscope", "c++"): shlex.split(arguments.compile_cxx),
                          ("clang", "c"): shlex.split(arguments.clang), ("clang", "c++"): shlex.split(arguments.clangxx), ("gcc", "c"): ["gcc"], ("gcc", "c++"): ["g++"],
                          ("gcc", "asm"): ["gcc"]}
        self.wraps = [f"-Wl,--wrap={name}" for name in WRAPPED]

    def compile(self, compiler, source, flags):
        must_run([*compiler, "-w", f"-I{self.here}", *flags, "-c", source, "-o", source + ".o"])
        return source + ".o"

    def build(self):
        sources, chance = self.sources, self.sources.random
        jobs = [(self.compilers[unit.compiler, unit.language], unit.source, unit.flags) for unit in sources.units]
        plain = self.compilers["gcc" if sources.likely(0.5) else "clang", "c"]
        place = "-fno-pie" if sources.kind in ("static", "position-dependent") else "-fPIE"
        shutil.copy(os.path.join(self.here, "random_stacks.c"), "main.c")
        jobs += [(plain, "main.c", ["-O2", place]), (plain, "tables.c", [place])]
        plugins = [name for name in sources.tables() if name.startswith("plugin")]
        jobs += [(plain, name, ["-fPIC"]) for name in plugins]
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda job: self.compile(*job), jobs))

        def objects(place):
            return [unit.source + ".o" for unit in sources.units if unit.place == place]

        binding = chance.choice(["-Wl,-z,now", "-Wl,-z,lazy"])
        linker = chance.choice(["", "", "-fuse-ld=lld", "-fuse-ld=gold"]) if sources.dynamic else ""
        tools = f"-B{os.path.dirname(self.arguments.clang)}"  # g++ looks for lld by its unversioned name
        flags = [*self.wraps, *([tools, linker] if linker else []), binding]
        link = shlex.split(self.arguments.link)
        program = [*objects("program"), "main.c.o", "tables.c.o"]
        if sources.dynamic:
            must_run(["g++", "-shared", *flags, *objects("part"), "-o", "libpart.so"])
            program += ["./libpart.so", "-rdynamic", *link, "-no-pie" if sources.kind == "position-dependent" else "-pie"]
        else:
            program += [f"-{sources.kind}", *(word for word in link if not word.startswith("-Wl,-rpath"))]
        must_run([*self.compilers["clang", "c++"], *flags, *program, "-Wl,-rpath,.", "-o", "program"] if sources.dynamic else
                 [*self.compilers["clang", "c++"], *flags, *program, "-o", "program"])
        libraries = []
        for name in plugins:
            stem = name.removesuffix(".c")
            must_run(["g++", "-shared", *flags, *objects(stem), name + ".o", "-o", stem + ".so"])
            libraries.append(f"./{stem}.so")
        return libraries


# ---- what is compared ----

class Note:
    def __init__(self, flags, thread, frames):
        self.flags, self.epoch, self.thread, self.frames = flags & 255, flags >> 8, thread, frames


def read_notes(name):
    """The truth: {(ticket, free or not): note}."""
    notes, at = {}, 0
    with open(name, "rb") as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as data:
        while True:
            count, flags, thread, ticket = struct.unpack_from("<4Q", data, at)
            if count == 0:
                return notes
            frames = struct.unpack_from(f"<{count - 1}Q", data, at + 32)
            notes[ticket, flags & FREE] = Note(flags, thread, frames)
            at += 32 + 8 * (count - 1)


def read_events(memscope):
    """What was recorded: {(ticket, free or not): (thread, flags, frames)}."""
    stacks, blocks, events = {}, {}, {}
    dump = must_run([memscope, "dump", "--json", "Memoryanalysis"]).decode()
    for line in dump.splitlines():
        event = json.loads(line)
        if event["kind"] == "stack":
            stacks[event["tid"], event["file"], event["id"]] = (
                event["flags"], tuple(int(frame["address"], 16) for frame in event["frames"]))
        elif event["kind"] in ("alloc", "free"):
            if event["kind"] == "alloc":
                if event["size"] < SIZE_BASE:
                    continue
                blocks[event["address"]] = (event["size"] - SIZE_BASE) // SIZE_STEP
            ticket = blocks.get(event["address"])
            if ticket is None:
                continue
            flags, frames = stacks[event["tid"], event["file"], event["stack"]]
            events[ticket, int(event["kind"] == "free")] = (event["tid"], flags, frames)
    return events


class Rules:
    """The unwind rules of all modules, as readelf prints them."""
    files = {}

    def __init__(self):
        self.maps = {}

    def module(self, pc, epoch):
        if epoch not in self.maps:
            self.maps[epoch] = []
            with open(f"maps{epoch}", encoding="utf-8") as file:
                for line in file:
                    words = line.split()
                    begin, end = (int(word, 16) for word in words[0].split("-"))
                    self.maps[epoch].append((begin, end, int(words[2], 16), words[5] if len(words) > 5 else ""))
        for begin, end, offset, path in self.maps[epoch]:
            if begin <= pc < end:
                return path, pc - begin + offset
        return "", pc

    def rows(self, path):
        if path not in Rules.files:
            Rules.files[path] = self.read(path) if path.startswith("/") else ([], [], [])
        return Rules.files[path]

    @staticmethod
    def read(path):
        """(segments, begins of rows, rows); a row is its end and its columns."""
        segments = []
        for line in must_run(["readelf", "-lW", path]).decode().splitlines():
            words = line.split()
            if words[:1] == ["LOAD"]:
                segments.append((int(words[1], 16), int(words[2], 16), int(words[4], 16)))
        rows, columns, end, by_signal = {}, [], 0, set()
        text = subprocess.run(["readelf", "-wF", path], capture_output=True).stdout.decode()
        for line in text.splitlines():
            found = re.search(r" FDE cie=(\w+) pc=([0-9a-f]+)\.\.([0-9a-f]+)$", line)
            if found:
                begin, end = (int(group, 16) for group in found.groups()[1:])
                signal = {"signal": "yes"} if found[1] in by_signal else {}
                rows[begin] = (end, {"CFA": "rsp+8", "ra": "c-8"} | signal)
            elif " CIE " in line:
                end = 0
                if re.search(r' CIE "\w*S\w*"', line):
                    by_signal.add(line.split()[0])
            elif line.startswith("   LOC"):
                columns = line.split()[1:]
            elif end and re.match(r"[0-9a-f]{16} ", line):
                words = line.split()
                rows[int(words[0], 16)] = (end, dict(zip(columns, words[1:])) | signal)
        begins = sorted(rows)
        return segments, begins, [rows[begin] for begin in begins]

    def at(self, pc, epoch):
        """The columns of the rule that holds at `pc`, or None."""
        path, offset = self.module(pc, epoch)
        address, (_, begins, rows) = self.address(path, offset), self.rows(path)
        index = bisect.bisect_right(begins, address) - 1
        return rows[index][1] if index >= 0 and address < rows[index][0] else None

    def address(self, path, offset):
        for file_offset, address, size in self.rows(path)[0]:
            if file_offset <= offset < file_offset + size:
                return address + offset - file_offset
        return -1


class Symbols:
    """Whether a return address lies in the runtime, which is a module of its own or, linked statically, known by names."""

    def __init__(self, rules):
        self.rules, self.known, self.names = rules, {}, {}

    def in_runtime(self, pc, epoch):
        if pc not in self.known:
            path, offset = self.rules.module(pc, epoch)
            self.known[pc] = "libmemscope" in path or re.match("(__memscope|ms)_", self.name(path, offset)) is not None
        return self.known[pc]

    def name(self, path, offset):
        if not path.endswith("/program"):
            return ""
        if path not in self.names:
            lines = must_run(["nm", "-n", path]).decode().splitlines()
            self.names[path] = [(int(line[:16], 16), line[19:]) for line in lines if line[17:18] in "tT"]
        address = self.rules.address(path, offset)
        index = bisect.bisect_right(self.names[path], (address, "\x7f")) - 1
        return self.names[path][index][1]


def why_cut(rules, note, count):
    """Why a recorded stack may end after `count` frames; None: it should go on."""
    pc = note.frames[count - 1]
    # The place of a call lies before its return address, that of an interrupted instruction not: one of both must do.
    reasons = set()
    for place in (pc - 1, pc):
        rule = rules.at(place, note.epoch)
        if rule is None:
            reasons.add("no table")
        elif "signal" in rule:
            if rule["CFA"] != "exp":  # the kernel's are
                reasons.add("signal frame by name only")
        elif rule["CFA"] == "exp" or not rule["CFA"].startswith(("rsp", "rbp")):
            reasons.add(f"CFA {rule['CFA'].rstrip('+0123456789')}")
        elif rule.get("rbp", "u") not in ("u", "s") and not rule["rbp"].startswith("c"):
            reasons.add(f"frame pointer {rule['rbp']}")
        elif rule.get("ra", "u") == "exp":
            reasons.add("return address exp")
    return min(reasons) if reasons else None


class Tally:
    def __init__(self):
        self.stacks = self.frames = self.wrong = self.cut = self.lost = 0
        self.reasons = collections.Counter()
        self.complaints = []

    def complain(self, text):
        self.wrong += 1
        if len(self.complaints) < 5:
            self.complaints.append(text)


def show(frames):
    return " ".join(f"{frame:x}" for frame in frames)


def compare(notes, events, depth, free_stacks, tally):
    rules = Rules()
    symbols = Symbols(rules)
    for key, note in notes.items():
        free = bool(key[1])
        if key not in events:
            if note.flags & MAY_BE_LOST or (free and (key[0], 0) not in events):
                tally.lost += 1
            else:
                tally.complain(f"{key} flags {note.flags} epoch {note.epoch}: not recorded\ntruth    {show(note.frames)}")
            continue
        if (free and not free_stacks) or note.flags & FAILED:
            continue
        thread, flags, frames = events[key]
        if symbols.in_runtime(note.frames[0], note.epoch):
            note.frames = note.frames[1:]
        wanted = note.frames[:depth]
        same = len(os.path.commonprefix([frames, wanted]))
        tally.stacks += 1
        tally.frames += len(frames)
        problem = None
        if thread != note.thread:
            problem = "another thread"
        elif same < len(frames):
            problem = f"frame {same} is wrong"
        elif flags & CUT_FOREIGN:
            tally.cut += 1
            reason = why_cut(rules, note, len(frames)) if len(frames) < len(note.frames) or not note.flags & WHOLE else None
            if reason is None:
                problem = f"cut without reason, after {len(frames)} frames"
            else:
                tally.reasons[reason] += 1
        elif len(frames) < len(wanted):
            problem = "frames are missing"
        elif bool(flags & CUT_DEPTH) != (len(note.frames) > depth):
            problem = f"flags {flags}, with {len(note.frames)} frames of {depth} allowed"
        elif not flags & CUT_DEPTH and not note.flags & WHOLE:
            problem = "called whole, where libgcc knows no more"
        if problem:
            tally.complain(f"{key} flags {note.flags} epoch {note.epoch}: {problem}\nrecorded {show(frames)}\ntruth    {show(note.frames)}")
    for key in events.keys() - notes.keys():
        tally.complain(f"{key}: recorded, but never made")


def try_program(arguments, seed, tally):
    sources = Sources(seed)
    for name, text in sources.files().items():
        with open(name, "w", encoding="utf-8") as file:
            file.write(text)
    libraries = Build(arguments, sources).build()
    depth = sources.random.choice([512, 512, 64, 9])
    free_stacks = sources.random.randrange(2)
    timer = int(seed % 3 == 0)
    environment = os.environ | {"MEMSCOPE_OPTIONS": f"track=all:stack_depth={depth}:free_stacks={free_stacks}"}
    shutil.rmtree("Memoryanalysis", ignore_errors=True)
    must_run(["./program", str(seed), str(arguments.fuel), "2", str(timer), "3", *libraries], env=environment)
    compare(read_notes("stacks.bin"), read_events(arguments.memscope), depth, free_stacks, tally)
    return sources.kind


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, required=True, help="of the first program")
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--fuel", type=int, default=400, help="allocations of a thread, three times")
    parser.add_argument("--least", type=int, default=1, help="stacks that must have been compared in the end")
    parser.add_argument("--keep", action="store_true", help="all folders, not only those of failures")
    parser.add_argument("--clang", required=True)
    parser.add_argument("--clangxx", required=True)
    parser.add_argument("--compile-c", required=True, help="the C compiler with the plugin")
    parser.add_argument("--compile-cxx", required=True)
    parser.add_argument("--link", required=True, help="what links the library")
    parser.add_argument("--memscope", required=True)
    arguments = parser.parse_args()

    total, failed, top = Tally(), 0, os.getcwd()
    for seed in range(arguments.seed, arguments.seed + arguments.count):
        tally, folder = Tally(), os.path.join(top, f"program{seed}")
        shutil.rmtree(folder, ignore_errors=True)
        os.mkdir(folder)
        os.chdir(folder)
        Rules.files = {path: rules for path, rules in Rules.files.items() if not path.startswith(top)}
        try:
            try_program(arguments, seed, tally)
            if tally.wrong:
                raise Failure("\n".join(tally.complaints))
            if not arguments.keep:
                shutil.rmtree(folder)
        except (Failure, subprocess.TimeoutExpired) as failure:
            failed += 1
            again = [sys.executable, *sys.argv, f"--seed={seed}", "--count=1", "--least=1"]
            print(f"seed {seed}: {failure}\nagain: {shlex.join(again)}\n")
        for name in ("stacks", "frames", "wrong", "cut", "lost"):
            setattr(total, name, getattr(total, name) + getattr(tally, name))
        total.reasons += tally.reasons
    share = total.cut / total.stacks if total.stacks else 0
    print(f"{arguments.count} programs, {total.stacks} stacks of {total.frames} frames compared, {total.wrong} wrong; "
          f"{total.cut} cut ({share:.1%}): {dict(total.reasons.most_common())}; {total.lost} not seen")
    sys.exit(failed > 0 or total.stacks < arguments.least)


if __name__ == "__main__":
    main()

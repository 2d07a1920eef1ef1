# SPDX-License-Identifier: Apache-2.0
"""bench/workload.c as the profilers see it: builds it plain, with MemScope and with its rivals, and runs it.

A run has an empty directory of its own, which goes when it ends: no run's files are in the way of the next one's, and
what was not on the disk yet never gets there."""
import contextlib
import ctypes.util
import glob
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field

root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
build = os.path.join(root, "build")
place = os.path.join(build, "bench")
llvm = os.environ.get("MEMSCOPE_LLVM_VERSION", "14")
plain_clang = [f"/usr/lib/llvm-{llvm}/bin/clang", "-I" + os.path.join(root, "runtime", "include")]
memscope_clang = [os.path.join(build, "bin", "memscope-clang")]


class NotMeasured(Exception):
    pass


@dataclass
class Variant:
    name: str
    program: str
    prefix: list = field(default_factory=list)
    environment: dict = field(default_factory=dict)
    options: str = ""  # behind those of MEMSCOPE_OPTIONS
    share: float = 1  # of the pairs that MemScope gets: some rivals are slow
    rival: bool = False
    base: str = "plain"  # what its cost is added to


@dataclass
class Run:
    ns_per_pair: float
    cpu_ns_per_pair: float
    allocations: int  # of tracked threads, by the program's own count
    frees: int
    peak_kib: int
    trace_bytes: int  # on disk, of the files that hold events
    found: tuple | None = None  # allocations and frees by a recount of the files; None: not counted

    def events(self):
        return self.allocations + self.frees


plain = Variant("plain", "plain")
memscope = Variant("MemScope", "memscope")
memscope_zstd = Variant("MemScope, zstd", "memscope", options="compress=zstd")
memscope_preloaded = Variant("MemScope, preloaded", "plain", [os.path.join(build, "bin", "memscope"), "run", "--all"])
memscope_sampled = Variant("MemScope, 1 in 100", "memscope", options="sampling_rate=0.01")


def last_line(text):
    return (text.strip().splitlines() or ["no message"])[-1]


def compile_program(name, compiler, flags=("-g",)):
    os.makedirs(place, exist_ok=True)
    program = os.path.join(place, name)
    command = [*compiler, "-O2", *flags, os.path.join(root, "bench", "workload.c"), "-o", program, "-pthread"]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode != 0:
        raise NotMeasured(last_line(result.stderr))


@contextlib.contextmanager
def empty_directory(parent=place):
    directory = tempfile.mkdtemp(prefix="run-", dir=parent)
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def trace_bytes(directory):
    paths = [path for kind in ("thread", "untracked")
             for path in glob.glob(os.path.join(directory, "Memoryanalysis", f"memscope_{kind}_*.bin"))]
    return sum(os.stat(path).st_blocks * 512 for path in paths)


def environment_of(variant):
    environment = {**os.environ, **variant.environment}
    options = [text for text in (environment.get("MEMSCOPE_OPTIONS"), variant.options) if text]
    return {**environment, "MEMSCOPE_OPTIONS": ":".join(options)} if options else environment


def run_in(directory, variant, kind, pairs, threads, mode):
    command = [*variant.prefix, os.path.join(place, variant.program), kind, str(pairs), str(threads), mode]
    result = subprocess.run(command, cwd=directory, capture_output=True, text=True, env=environment_of(variant))
    lines = [line for line in result.stdout.splitlines() if line.startswith("workload ")]
    if result.returncode != 0 or not lines:
        raise NotMeasured(last_line(result.stderr))
    told = dict(word.split("=") for word in lines[0].split()[1:])
    return Run(float(told["ns_per_pair"]), float(told["cpu_ns_per_pair"]), int(told["allocations"]), int(told["frees"]),
               int(told["peak_kib"]), trace_bytes(directory))


def run(variant, kind, pairs, threads, mode="tracked", counted=False):
    """`counted`: its events are counted again, which takes longer than the run."""
    with empty_directory() as directory:
        told = run_in(directory, variant, kind, pairs, threads, mode)
        if counted:
            told.found = totals(dump(os.path.join(directory, "Memoryanalysis")))
        return told


@dataclass
class Recount:
    """What is in the files of a run."""
    allocations: int = 0
    frees: int = 0
    stacks: int = 0  # of allocations, in all threads
    sampled: str = ""  # how, where not every allocation was to be recorded: rate=... or sample_bytes=...
    stand_for: float = 0  # sum of the weights
    counted: int | None = None  # allocations by the exact counts; None: there are none


def dump(path):
    with subprocess.Popen([os.path.join(build, "bin", "memscope"), "dump", path], stdout=subprocess.PIPE, text=True) as process:
        yield from process.stdout


def totals(lines):
    """Allocations and frees, as the last line of a dump has them."""
    line = ""
    for line in lines:
        pass
    told = dict(word.split("=") for word in line.split()[1:]) if line.startswith("total ") else {}
    return int(told.get("allocations", 0)), int(told.get("deallocations", 0))


def recount(directory):
    run, found, stacks, line = os.path.join(directory, "Memoryanalysis"), Recount(), set(), ""
    if not os.path.isdir(run):
        return found
    for line in dump(run):
        words = line.split(" ", 6)  # time tid=… alloc addr=… size=… stack=…
        if words[2:3] == ["alloc"]:
            stacks.add((words[1], words[5]))
            found.stand_for += float(line.split(" weight=")[1].split()[0]) if " weight=" in line else 1
        elif words[2:3] == ["sampling"] and words[3].strip() != "rate=1":
            found.sampled = words[3].strip()
    found.allocations, found.frees = totals([line])
    found.stacks = len(stacks)
    for path in glob.glob(os.path.join(run, "*.freq")):
        fields = [dict(word.split("=") for word in line.split() if "=" in word) for line in dump(path) if " frequency " in line]
        found.counted = (found.counted or 0) + sum(int(entry["calls"]) for entry in fields if int(entry["bytes"]) > 0)
    return found


def heaptracks():
    if not shutil.which("heaptrack"):
        raise NotMeasured("heaptrack is not there")
    return [Variant("heaptrack", "plain", ["heaptrack", "-o", "heaptrack"], share=1 / 4, rival=True),
            Variant("heaptrack --raw", "plain", ["heaptrack", "--raw", "-o", "heaptrack"], share=1 / 4, rival=True)]


def memprof():
    compile_program("memprof", plain_clang, ["-g", "-fmemory-profile", "-fno-omit-frame-pointer"])
    return [Variant("LLVM MemProf", "memprof", share=1 / 4, rival=True)]


def jemallocs():
    """Beside the profiling allocator the same one that does not profile: a faster malloc is no cheaper profiler."""
    library = ctypes.util.find_library("jemalloc")
    if not library:
        raise NotMeasured("libjemalloc is not there")
    quiet = Variant("jemalloc", "plain", environment={"LD_PRELOAD": library})
    every_allocation = "prof:true,lg_prof_sample:0"
    profiling = Variant("jemalloc, prof", "plain", share=1 / 10, rival=True, base=quiet.name,
                        environment={"LD_PRELOAD": library, "MALLOC_CONF": every_allocation})
    trial = Variant("trial", "plain", environment={"LD_PRELOAD": library,
                                                   "MALLOC_CONF": every_allocation + ",prof_final:true,prof_prefix:profile"})
    with empty_directory() as directory:
        run_in(directory, trial, "short", 100, 1, "tracked")
        if not glob.glob(os.path.join(directory, "profile*.heap")):
            raise NotMeasured("this libjemalloc is built without --enable-prof")
    return [quiet, profiling]


def prepare_rivals():
    """Gives the rivals that can be run here, and why the others cannot."""
    found, missing = [], []
    for prepare, name in ((heaptracks, "heaptrack"), (memprof, "LLVM MemProf"), (jemallocs, "jemalloc, prof")):
        try:
            found += prepare()
        except NotMeasured as reason:
            missing.append(f"{name}: not measured: {reason}")
    return found, missing

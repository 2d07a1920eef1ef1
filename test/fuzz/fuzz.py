#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the fuzzers: fuzz.py BUILD FUZZERS WORK [--seconds N | --runs N] [--seed N] [TARGET...]

BUILD is the build folder of the plugin and the library, which the first inputs are made with; FUZZERS that of the fuzzers. In WORK stand the
inputs that each fuzzer found worth keeping, from one call to the next, and those that made it stop. One line a target; the exit
code is 1 after a finding. With --runs the work is the same each time: no inputs are kept or taken over."""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

here = os.path.dirname(os.path.abspath(__file__))
# Largest input in bytes: what is tried thousands of times must be small.
TARGETS = {"run": 12000, "thread_file": 4096, "columns": 32000, "options": 4096, "proc": 8192, "list_file": 2048, "annotations": 2048}
RUNS = ("frequency=1", "compress=zstd:free_stacks=1", "sampling_rate=0.5")

OPTIONS = ("output_dir=/tmp/x y:track=all:every=3:sampling_rate=0.25:free_stacks=1:max_size=3M",
           "threads=worker*:stack_depth=17:compress=zstd:sample_bytes=512K:resources=0:export=1:prefix=p")
LIST = "ns::Parser::read\n/src/codec.c\n[track]\nfun:parse_*\nsrc:*/codec.c\n[ignore]\nfun:log_message=init\n# comment\n"
ANNOTATIONS = ("memscope_track,name=decoder,sampling_rate=0.1,stack_depth=5\nmemscope_alloc,size=2,count=1,align=3,out=1\n"
               "memscope_free,block=2\nmemscope_realloc,block=1,size=2\nmemscope_ignore\n")
PROC = ("/proc/stat", "/proc/loadavg", "/proc/meminfo", "/proc/self/statm", "/proc/self/stat")
TASK = ("stat", "io", "schedstat", "status")
CUT_STAT = 4 * b"0\0" + b"1 (" + 1018 * b"x" + b") " # fills the buffer to its end


def proc_texts(status):
    """What the collector reads for one sample, in its order: the system's files, then each thread's."""
    files = [open(path, "rb").read()[:1500] for path in PROC]
    for tid in os.listdir("/proc/self/task"):
        files.append(tid.encode())
        files += [open(f"/proc/self/task/{tid}/{name}", "rb").read() for name in TASK[:4 if status else 3]]
    return b"\0".join(files + [b"", b""])


def make_seeds(build, out):
    """Runs of a small program, and of a text that says what such a program never does."""
    runs = []
    program = os.path.join(out, "program")
    subprocess.run([f"{build}/bin/memscope-clang", "-g", "-O1", f"{here}/seed_program.c", "-o", program, "-pthread"], check=True)
    for number, options in enumerate(RUNS):
        runs.append(os.path.join(out, f"run-{number}"))
        environment = {**os.environ, "MEMSCOPE_OPTIONS": f"output_dir={runs[-1]}:{options}"}
        subprocess.run([program], check=True, env=environment)
    text = f"{here}/../Export/mutated-traces-never-crash.test"
    with open(text, encoding="utf-8") as file:
        packed = re.sub("^thread tid=1.*", r"\g<0> compressed", file.read(), flags=re.M)
    with open(os.path.join(out, "packed.txt"), "w", encoding="utf-8") as file:
        file.write(packed)
    for number, source in enumerate((text, os.path.join(out, "packed.txt"))):
        runs.append(os.path.join(out, f"text-{number}"))
        subprocess.run([sys.executable, f"{here}/../Inputs/make_trace.py", source, runs[-1]], check=True)
    subprocess.run([sys.executable, f"{here}/make_seeds.py", out, *runs], check=True)
    texts = {"options": OPTIONS, "list_file": (LIST,), "annotations": (ANNOTATIONS,), "proc": (proc_texts(True), proc_texts(False), CUT_STAT)}
    for target, seeds in texts.items():
        os.makedirs(os.path.join(out, target))
        for number, seed in enumerate(seeds):
            with open(os.path.join(out, target, str(number)), "wb") as file:
                file.write(seed if isinstance(seed, bytes) else seed.encode())


def run(arguments, target, seeds):
    kept = tempfile.mkdtemp(dir=seeds) if arguments.runs else os.path.join(arguments.work, target)
    found = os.path.join(arguments.work, f"found-{target}-")
    os.makedirs(kept, exist_ok=True)
    dictionary = os.path.join(here, f"{target}.dict")
    limit = f"-runs={arguments.runs}" if arguments.runs else f"-max_total_time={arguments.seconds}"
    command = [os.path.join(arguments.fuzzers, target), limit, f"-seed={arguments.seed}", f"-max_len={TARGETS[target]}",
               f"-dict={dictionary if os.path.exists(dictionary) else os.path.join(here, 'trace.dict')}", "-close_fd_mask=2", "-timeout=20",
               "-malloc_limit_mb=256", "-rss_limit_mb=1024", "-print_final_stats=1", "-verbosity=1", f"-artifact_prefix={found}", kept,
               os.path.join(seeds, target)]
    begun = time.monotonic()
    result = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    seconds = time.monotonic() - begun
    log = result.stderr.decode(errors="replace")
    findings = re.findall(r"Test unit written to (\S+)", log)
    executions, coverage = (int((re.findall(pattern, log) or [0])[-1]) for pattern in (
        r"number_of_executed_units: (\d+)", r"cov: (\d+)"))
    print(f"{target:12} executions {executions:9}   a second {executions / seconds:7.0f}   coverage {coverage:5}   "
          f"{'findings: ' + ' '.join(findings) if findings else 'no findings'}", flush=True)
    if findings or result.returncode:
        print("\n".join(log.splitlines()[-40:]), file=sys.stderr)
    return not findings and result.returncode == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build")
    parser.add_argument("fuzzers")
    parser.add_argument("work")
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--runs", type=int, help="executions of each target, instead")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    arguments = parser.parse_intermixed_args()
    unknown = [target for target in arguments.targets if target not in TARGETS]
    if unknown:
        parser.error(f"no target {unknown[0]}; there are {', '.join(TARGETS)}")
    os.makedirs(arguments.work, exist_ok=True)
    seeds = tempfile.mkdtemp(prefix="seeds-", dir=arguments.work)
    try:
        make_seeds(os.path.abspath(arguments.build), seeds)
        good = [run(arguments, target, seeds) for target in arguments.targets or TARGETS]
    finally:
        shutil.rmtree(seeds)
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()

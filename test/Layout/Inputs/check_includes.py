#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that includes follow the direction of knowledge: check_includes.py SOURCE"""
import pathlib
import re
import sys

source = pathlib.Path(sys.argv[1])
include = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.MULTILINE)
allowed = {  # part -> what it may include of memscope/
    "pass": {"memscope/abi.def"},
    "runtime/src": {"memscope/abi.def", "memscope/abi.h", "memscope/memscope.h", "memscope/trace_format.h"},
    "dashboard/exporter": {"memscope/trace_format.h"},
    "examples": {"memscope/memscope.h", "memscope/annotations.h"},
    "bench": {"memscope/memscope.h", "memscope/annotations.h"},
}
problems, seen = [], 0
for part, good in allowed.items():
    root = source / part
    own = {str(p.relative_to(root)) for p in root.rglob("*") if p.is_file()}
    for path in sorted(p for p in root.rglob("*") if p.suffix in (".c", ".h", ".cpp")):
        for name in include.findall(path.read_text(encoding="utf-8")):
            seen += 1
            if name.startswith("memscope/"):
                if name not in good:
                    problems.append(f"{path.relative_to(source)} includes {name}")
            elif "/" in name and name.split("/")[0] in ("pass", "runtime", "dashboard", "test"):
                problems.append(f"{path.relative_to(source)} includes {name}")
            elif ".." in name and not (path.parent / name).resolve().is_relative_to(root.resolve()):
                problems.append(f"{path.relative_to(source)} reaches out with {name}")
for header in ("memscope.h", "annotations.h", "trace_format.h"):
    text = (source / "runtime/include/memscope" / header).read_text(encoding="utf-8")
    for name in include.findall(text):
        if name not in ("stdbool.h", "stddef.h", "stdint.h"):
            problems.append(f"{header} includes {name}")
for path in sorted((source / "runtime/src").rglob("*.[ch]")):
    text = path.read_text(encoding="utf-8")
    if not path.name.startswith("os_") and re.search(r"#\s*if.*__(linux|APPLE)__", text):
        problems.append(f"{path.name} asks for the operating system; that is for os_*.c")
if seen < 100:
    problems.append(f"only {seen} includes found")
print("\n".join(problems) or f"{seen} includes, all along the arrows")
sys.exit(bool(problems))

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares the memory-order labels (R1, A1, ...) of the runtime with docs/memory-model.md: check_labels.py SOURCE"""
import pathlib
import re
import sys

source = pathlib.Path(sys.argv[1])
label = re.compile(r"\b([RA]\d+)\b")
code = {}
for path in sorted((source / "runtime/src").rglob("*.[ch]")):
    for comment in re.findall(r"/\*.*?\*/", path.read_text(encoding="utf-8"), re.DOTALL):
        for name in label.findall(comment):
            code.setdefault(name, set()).add(path.name)
document = set(label.findall((source / "docs/memory-model.md").read_text(encoding="utf-8")))
problems = [f"{name} is in the code but not in the document" for name in code.keys() - document]
problems += [f"{name} is in the document but not in the code" for name in document - code.keys()]
problems += [f"{name} has no partner" for name in code if {"R": "A", "A": "R"}[name[0]] + name[1:] not in code]
# An operation that orders, without a label or the document's word for it ("no partner") on its line or the one before,
# is an order that nobody has argued for.
ordered = re.compile(r"\bms_(?:load_acquire|store_release|cas_acq_rel|\w+_acq_rel)\(")
for path in sorted((source / "runtime/src").rglob("*.[ch]")):
    lines = path.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        beside = "\n".join(lines[max(number - 3, 0) : number + 1])
        if path.name != "atomics.h" and ordered.search(line) and not label.search(beside) and "no partner" not in beside:
            problems.append(f"{path.name}:{number + 1}: an order without a label")
if not code:
    problems.append("no labels found")
print("\n".join(problems) or f"{len(code)} labels: {', '.join(sorted(code))}")
sys.exit(bool(problems))

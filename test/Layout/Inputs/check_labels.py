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
# Operations whose names carry an order but no label beside them would be orders nobody has argued for.
if not code:
    problems.append("no labels found")
print("\n".join(problems) or f"{len(code)} labels: {', '.join(sorted(code))}")
sys.exit(bool(problems))

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints the symbols that abi.def and memscope.h promise, and the one function that stands before libc's:
expected_symbols.py INCLUDE_DIRECTORY"""
import pathlib
import re
import sys

include = pathlib.Path(sys.argv[1]) / "memscope"
abi = (include / "abi.def").read_text(encoding="utf-8")
version = re.search(r"#define MEMSCOPE_ABI_VERSION (\d+)", abi).group(1)
print(f"__memscope_module_v{version}")
for name in re.findall(r"^MEMSCOPE_(?:ENTRY|CREATOR|HOOK)\((\w+),", abi, re.MULTILINE):
    print(f"__memscope_{name}")
for name in sorted(set(re.findall(r"^MEMSCOPE_DIRECT\(\w+, (\w+)\)", abi, re.MULTILINE))):
    print(f"__memscope_{name}")
header = re.sub(r"/\*.*?\*/", "", (include / "memscope.h").read_text(encoding="utf-8"), flags=re.DOTALL)
for name in re.findall(r"\b(memscope_\w+)\s*\(", header):
    print(name)
print("dlclose")

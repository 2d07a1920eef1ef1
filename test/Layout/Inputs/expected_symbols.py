#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints the symbols of libmemscope that abi.def and memscope.h promise, and the one function that stands before libc's; or
with `preload` those of libmemscope_preload:

    expected_symbols.py INCLUDE_DIRECTORY [preload]"""
import pathlib
import re
import sys

include = pathlib.Path(sys.argv[1]) / "memscope"
abi = (include / "abi.def").read_text(encoding="utf-8")
direct = re.findall(r"^MEMSCOPE_DIRECT\((\w+), (\w+)\)", abi, re.MULTILINE)
print("dlclose")
if sys.argv[2:] == ["preload"]:
    allocators = {role for role, _ in direct} | {"REALLOC", "REALLOCARRAY", "OUT_ALIGN_SIZE", "MAP", "UNMAP", "REMAP"}
    for symbol, role in re.findall(r"^MEMSCOPE_ENTRY\(\w+, (\w+), \w+, (\w+), \w+\)", abi, re.MULTILINE):
        if role in allocators:
            print(symbol)
    print("pthread_getattr_np")
    sys.exit()
version = re.search(r"#define MEMSCOPE_ABI_VERSION (\d+)", abi).group(1)
print(f"__memscope_module_v{version}")
for name in re.findall(r"^MEMSCOPE_(?:ENTRY|CREATOR|HOOK|PRELOAD)\((\w+)[,)]", abi, re.MULTILINE):
    if name != "id":
        print(f"__memscope_{name}")
for name in sorted({variable for _, variable in direct}):
    print(f"__memscope_{name}")
header = re.sub(r"/\*.*?\*/", "", (include / "memscope.h").read_text(encoding="utf-8"), flags=re.DOTALL)
for name in re.findall(r"\b(memscope_\w+)\s*\(", header):
    print(name)

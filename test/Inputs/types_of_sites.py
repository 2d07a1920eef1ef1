# SPDX-License-Identifier: Apache-2.0
# Reads IR with call sites on stdin and prints "LINE CALLEE 'TYPE' 'RECEIVER'" for each, by line.
import re
import sys

text = sys.stdin.read()
strings = dict(re.findall(r'^(@__memscope_text[.\d]*) = .* c"(.*)\\00"', text, re.MULTILINE))
sites = []
for line, fields in re.findall(r"^@__memscope_site[.\w]* = .* \{ i32 0, i32 (\d+), (.*) \}", text, re.MULTILINE):
    pointers = [strings.get(name, "") for name in re.findall(r"(@[\w.$]+|null)(?=[,)]|$| to | \})", fields)]
    real, callee, function, file, kind, receiver = (pointers + [""] * 6)[:6]
    sites.append((int(line), callee, kind, receiver))
for line, callee, kind, receiver in sorted(set(sites)):
    print(f"{line} {callee} '{kind}' '{receiver}'")

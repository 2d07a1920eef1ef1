#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts lit's results: prints "N passed, M failed" and exits with 1 when a test failed or none ran."""
import json
import sys

try:
    with open(sys.argv[1], encoding="utf-8") as file:
        codes = [test["code"] for test in json.load(file)["tests"]]
except OSError as error:
    print(f"summary: {error}", file=sys.stderr)
    codes = []
passed = sum(code in ("PASS", "XFAIL") for code in codes)
skipped = sum(code in ("UNSUPPORTED", "SKIPPED", "EXCLUDED") for code in codes)
failed = len(codes) - passed - skipped
if skipped:
    print(f"{skipped} not supported here")
print(f"{passed} passed, {failed} failed")
sys.exit(0 if failed == 0 and passed > 0 else 1)

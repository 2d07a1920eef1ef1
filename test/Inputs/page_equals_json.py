#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that the data slot of PREFIX_dashboard.html holds PREFIX_comprehensive.json, and no byte a browser could take
for markup or a line end: page_equals_json.py PREFIX"""
import json
import re
import sys

with open(f"{sys.argv[1]}_comprehensive.json", encoding="utf-8") as file:
    report = json.load(file)
with open(f"{sys.argv[1]}_dashboard.html", encoding="utf-8", newline="") as file:
    page = file.read()
slot = re.search(r'<script type="application/json" id="report-data">(.*?)</script>', page, re.DOTALL)
if slot is None:
    sys.exit("the page has no data slot")
if json.loads(slot.group(1)) != report:
    sys.exit("the page's report differs from the JSON")
if re.search("[<>&\u2028\u2029]", slot.group(1)):
    sys.exit("raw markup in the data slot")
print("the page's report equals the JSON and holds no raw markup")

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints "PATH VALUE" for each dotted path of a JSON file: json_value.py FILE summary.tracked_threads threads.0.name"""
import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    report = json.load(file)
for path in sys.argv[2:]:
    value = report
    for key in path.split("."):
        value = value[int(key)] if isinstance(value, list) else value[key]
    print(path, json.dumps(value))

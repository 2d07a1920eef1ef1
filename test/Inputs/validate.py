#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Validates JSON against the project's schema: validate.py SCHEMA FILE [DEFINITION]. With DEFINITION, against that part
of the schema. Needs python3-jsonschema."""
import json
import sys

import jsonschema

with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
with open(sys.argv[2], encoding="utf-8") as file:
    report = json.load(file)
if len(sys.argv) > 3:
    schema = dict(schema["$defs"][sys.argv[3]], **{"$defs": schema["$defs"]})
jsonschema.Draft202012Validator.check_schema(schema)
errors = list(jsonschema.Draft202012Validator(schema).iter_errors(report))
for error in errors[:20]:
    print(f"{error.json_path}: {error.message[:300]}")
sys.exit(bool(errors))

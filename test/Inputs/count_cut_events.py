# SPDX-License-Identifier: Apache-2.0
"""usage: count_cut_events.py DUMP SAID: compares the number of events in the dump whose stack is cut with the last word of SAID."""
import json
import sys

cut, events, whole = {}, 0, 0
for line in open(sys.argv[1]):
    record = json.loads(line)
    if record["kind"] == "stack":
        cut[record["file"], record["id"]] = record["flags"] & 3
    elif record.get("stack") and not (record["kind"] == "free" and record["realloc"]):  # half of one event
        events += bool(cut[record["file"], record["stack"]])
        whole += not cut[record["file"], record["stack"]]
said = int(open(sys.argv[2]).read().split()[-1])
print(f"{events} events with a cut stack, {whole} others, {said} said")
sys.exit(not (events > 100 and whole > 100 and events == said))

// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { INITIAL_STATE, readHash, writeHash } from "./page-state";

test("what is written is read again", () => {
  const state = { tab: "timeline" as const, tid: 4711, range: { from_ms: 120.5, to_ms: 300 }, site: 7 };
  assert.equal(writeHash(state), "#tab=timeline&thread=4711&from=120.5&to=300&site=7");
  assert.deepEqual(readHash(writeHash(state)), state);
});

test("damaged addresses lead to the start, not to an error", () => {
  for (const hash of ["", "#", "#tab=evil", "#thread=<script>", "#from=9&to=3", "#tab=overview&thread=1e9", "#from=NaN&to=Infinity", "#site=-1"]) {
    assert.deepEqual(readHash(hash), INITIAL_STATE, hash);
  }
});

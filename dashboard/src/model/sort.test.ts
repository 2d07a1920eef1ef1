// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { sharesOfLargest, sortRows } from "./sort";

test("what is unavailable stands last in both directions", () => {
  const rows = [3, null, 1, 2];
  assert.deepEqual(sortRows(rows, (row) => row, "ascending"), [1, 2, 3, null]);
  assert.deepEqual(sortRows(rows, (row) => row, "descending"), [3, 2, 1, null]);
});

test("numbers in names sort as numbers", () => {
  assert.deepEqual(sortRows(["w10", "w9"], (row) => row, "ascending"), ["w9", "w10"]);
});

test("equal rows keep their order", () => {
  const rows = [{ k: 1, n: "a" }, { k: 1, n: "b" }];
  assert.deepEqual(sortRows(rows, (row) => row.k, "descending"), rows);
});

test("shares are of the largest", () => {
  assert.deepEqual(sharesOfLargest([5, null, 10]), [0.5, 0, 1]);
  assert.deepEqual(sharesOfLargest([0, 0]), [0, 0]);
});

// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { areaPath, narrow, zeroBasedScale } from "./scale";

test("narrowing keeps the peak", () => {
  const values = Array.from({ length: 100 }, (_, i) => (i === 41 ? 900 : i));
  assert.equal(Math.max(...narrow(values, 10)), 900);
  assert.equal(narrow(values, 10).length, 10);
});

test("narrowing to more than there is changes nothing", () => {
  assert.deepEqual(narrow([3, NaN, 5], 10), [3, 0, 5]);
});

test("a scale begins at zero and ends at a round number", () => {
  const scale = zeroBasedScale(47, [0, 100], 5);
  assert.equal(scale(0), 0);
  assert.equal(scale.domain[1], 50);
});

test("a scale over nothing still places zero", () => {
  assert.equal(zeroBasedScale(0, [0, 100], 5)(0), 0);
});

test("a single value draws no area", () => {
  assert.deepEqual(areaPath([1], 10, 10), { area: "", line: "" });
});

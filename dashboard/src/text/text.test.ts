// SPDX-License-Identifier: Apache-2.0
// The tables of texts belong together: same keys (the types see to that), same places to fill in, nothing left empty.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fillIn } from "../lib/i18n";
import { en, type TextKey } from "./en";
import { zh } from "./zh";

const keys = Object.keys(en) as TextKey[];
const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).sort();

test("both languages have every text", () => {
  for (const key of keys) {
    assert.ok(en[key].trim() !== "", key);
    assert.ok(zh[key].trim() !== "", key);
  }
});

test("both languages fill in the same places", () => {
  for (const key of keys) assert.deepEqual(places(zh[key]), places(en[key]), key);
});

test("an unknown place stays visible", () => {
  assert.equal(fillIn("{a} and {b}", { a: 1 }), "1 and {b}");
});

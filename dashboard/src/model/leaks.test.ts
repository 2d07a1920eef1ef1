// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { exampleReport } from "../report/example";
import { checks, threadParts } from "./diagnostics";
import { leakRows, leakSums } from "./leaks";

const report = exampleReport();
const [alpha, beta] = report.threads;

test("sums of one thread are those of its items", () => {
  assert.equal(leakSums(report, alpha!).find((sum) => sum.class === "live_at_exit")?.bytes, 4096);
  assert.equal(leakSums(report, beta!).every((sum) => sum.bytes === 0), true);
});

test("items filter by class and by thread", () => {
  assert.equal(leakRows(report, null, "live_at_exit").length, 1);
  assert.equal(leakRows(report, null, "lost_growth").length, 0);
  assert.equal(leakRows(report, beta!, null).length, 0);
});

test("the class that most likely is a leak stands first, then most bytes", () => {
  const [item] = report.leaks.items;
  const items = (["released_at_shutdown", "bounded_cache", "live_at_exit", "lost_growth"] as const).flatMap((name, place) => [
    { ...item!, class: name, bytes: 10 - place },
    { ...item!, class: name, bytes: 100 - place },
  ]);
  const mixed = { ...report, leaks: { ...report.leaks, items } };
  assert.deepEqual(leakRows(mixed, null, null).map((row) => row.item.bytes), [97, 7, 98, 8, 99, 9, 100, 10]);
  assert.deepEqual(leakSums(report, null).map((sum) => sum.class), ["lost_growth", "live_at_exit", "bounded_cache", "released_at_shutdown"]);
});

test("a thread's files are found by its whole tid", () => {
  assert.deepEqual(threadParts(report, alpha!).files.map((file) => file.name), ["memscope_thread_101.bin"]);
});

test("checks are in order only when nothing is wrong", () => {
  assert.equal(checks(report).every((check) => check.verdict === "good"), true);
  const damaged = { ...report, diagnostics: { ...report.diagnostics, unmatched_deallocations: 3, frequency_check: null } };
  const verdicts = new Map(checks(damaged).map((check) => [check.name, check.verdict]));
  assert.equal(verdicts.get("unmatched"), "notice");
  assert.equal(verdicts.get("frequency"), "unknown");
});

// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { exampleReport } from "../report/example";
import { histogramBars } from "./histogram";

const report = exampleReport();

test("classes of all threads add up, and a gap between them is one row", () => {
  const bars = histogramBars(report, "size_histogram", null, "linear");
  assert.deepEqual(bars.map((bar) => [bar.from, bar.count]), [[64, 15], [128, 0], [2048, 2]]);
});

test("a focus takes one thread's classes", () => {
  const bars = histogramBars(report, "size_histogram", report.threads[1]!, "linear");
  assert.deepEqual(bars.map((bar) => [bar.count, bar.count_share]), [[5, 1]]);
});

test("a logarithmic scale changes the bars and not the numbers", () => {
  const linear = histogramBars(report, "size_histogram", null, "linear");
  const log = histogramBars(report, "size_histogram", null, "log");
  assert.deepEqual(log.map((bar) => bar.count), linear.map((bar) => bar.count));
  assert.ok(log.at(-1)!.count_share > linear.at(-1)!.count_share);
});

test("no classes, no bars", () => {
  assert.deepEqual(histogramBars(report, "lifetime_histogram", null, "linear"), []);
});

// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { exampleData, exampleReport } from "../report/example";
import { parseReport } from "../report/parse";
import { cumulate, hasValues, highest, liveStack, marksOf, runCharts, STACKED_THREADS, threadCharts } from "./timeline";

const report = exampleReport();

test("the stack of all threads is as high as the process's live bytes", () => {
  const stack = liveStack(report);
  assert.deepEqual([...cumulate(stack.series).at(-1)!], [...report.timeline.process.live_bytes]);
});

test("threads beyond the first few share one series that adds up", () => {
  const data = exampleData();
  const [first, second] = data.timeline.threads;
  data.timeline.threads = [...Array.from({ length: STACKED_THREADS + 3 }, () => ({ ...first! })), second!];
  const stack = liveStack(parseReport(JSON.stringify(data)));
  assert.equal(stack.series.length, STACKED_THREADS + 1);
  assert.deepEqual(stack.series.at(-1)!.name, { others: 4 });
  const last = [...cumulate(stack.series).at(-1)!];
  assert.deepEqual(last, first!.live_bytes.map((value, i) => value * (STACKED_THREADS + 3) + second!.live_bytes[i]!));
});

test("rates are counts over the length of a bucket", () => {
  const rates = runCharts(report).find((chart) => chart.name === "rates")!;
  assert.equal(rates.series[0]!.values[0], 3 / 250e-9);
});

test("I/O of the process sums the threads that have a value", () => {
  const io = runCharts(report).find((chart) => chart.name === "io")!;
  assert.deepEqual([...io.series[0]!.values], [NaN, 12, 5]);
});

test("a thread's charts hold its own series only", () => {
  const charts = threadCharts(report, report.threads[1]!);
  assert.deepEqual(charts.map((chart) => chart.name), ["live", "rates", "bytes", "cpu", "io", "io_bytes"]);
  assert.deepEqual([...charts[0]!.series[0]!.values], [0, 500, 100, 0]);
});

test("a GPU has a chart where there is one", () => {
  const data = exampleData();
  const named = (of: typeof data) => runCharts(parseReport(JSON.stringify(of))).some((chart) => chart.name === "gpu");
  assert.equal(named(data), false);
  data.resources.gpu = { available: true, utilisation_percent: [null, 5, 9] } as never;
  assert.equal(named(data), true);
});

test("marks are those of the program and of the thread in focus", () => {
  const data = exampleData();
  data.timeline.marks = [
    { time_ns: 5e8, thread: null, text: "all" },
    { time_ns: 6e8, thread: 1, text: "beta's" },
  ] as never;
  const marked = parseReport(JSON.stringify(data));
  assert.deepEqual(marksOf(marked, marked.threads[0]!), [{ seconds: 0.5, text: "all" }]);
  assert.equal(marksOf(marked, null).length, 2);
});

test("an untracked thread that was not sampled has no charts", () => {
  assert.deepEqual(threadCharts(report, report.threads[2]!), []);
});

test("the highest value of a stack is that of its top", () => {
  assert.equal(highest(liveStack(report)), 4796);
  assert.equal(hasValues(liveStack(report)), true);
});

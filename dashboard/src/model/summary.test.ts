// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { exampleReport } from "../report/example";
import { headlineFigures } from "./headline";
import { runBottleneck, runTitle, selectInsights, startedAt, whyMissing } from "./insights";
import { bottleneckCounts, recommendations, scores } from "./summary";

const report = exampleReport();
const [alpha, beta, demo] = report.threads;
const percent = (name: string, focus = null as typeof alpha | null) =>
  scores(report, focus ?? null).find((score) => score.name === name)?.percent;

test("scores are shares of the report's figures", () => {
  assert.equal(percent("blocks_freed"), (100 * 15) / 17);
  assert.equal(percent("cpu_use"), 30);
  assert.equal(percent("recorded"), 100);
  assert.equal(percent("temporary"), (100 * 4) / 17);
});

test("a share of nothing, or of something missing, has no value", () => {
  const empty = { ...report, summary: { ...report.summary, total_allocations: 0, dropped_events: null } };
  const found = new Map(scores(empty, null).map((score) => [score.name, score.percent]));
  assert.equal(found.get("blocks_freed"), null);
  assert.equal(found.get("recorded"), null);
});

test("a thread's scores are its own; an untracked one has none", () => {
  assert.equal(percent("bytes_freed", beta), 100);
  assert.deepEqual(scores(report, demo!), []);
});

test("insights are most severe first, and only the thread's in focus", () => {
  assert.deepEqual(selectInsights(report, null).map((insight) => insight.kind), ["leak", "bottleneck"]);
  assert.deepEqual(selectInsights(report, beta!), []);
  assert.equal(runBottleneck(report)?.title, "Balanced");
  assert.deepEqual(recommendations(report, alpha!).map((insight) => insight.saving_bytes), [4096]);
});

test("bottlenecks group the tracked threads", () => {
  assert.deepEqual(bottleneckCounts(report, null).map((row) => row.threads.length), [2]);
});

test("the headline follows the focus", () => {
  const value = (focus: typeof alpha | null, field: string) => {
    const { first, others } = headlineFigures(report, focus ?? null);
    return [first, ...others].find((figure) => figure.field === field)?.of;
  };
  assert.equal(value(null, "total_allocations"), 17);
  assert.equal(value(alpha, "allocations"), 12);
  assert.equal(value(demo, "allocations"), undefined);
});

test("a run is named by its program and arguments", () => {
  assert.equal(runTitle(report.run), "demo -v");
  assert.equal(startedAt(report.run), "2026-01-02 03:04:05 UTC");
  assert.equal(startedAt({ ...report.run, started_at: "yesterday" }), "yesterday");
});

test("why a value is missing is what diagnostics say of its field", () => {
  assert.equal(whyMissing(report, "gpu_percent"), "gpu: no GPU");
  assert.equal(whyMissing(report, "cpu_percent"), null);
});

// SPDX-License-Identifier: Apache-2.0
// Whatever is changed in a report, seeded: it is refused with the place, or read, and then all that the page derives
// from it can be derived. MEMSCOPE_TEST_MUTATIONS makes more of them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { buildCallTree } from "../model/call-tree";
import { callersOf } from "../model/callers";
import { plotScatter, scatters } from "../model/correlation";
import { checks, threadParts } from "../model/diagnostics";
import { layoutFlame } from "../model/flame-layout";
import { headlineFigures } from "../model/headline";
import { histogramBars } from "../model/histogram";
import { runTitle, selectInsights, startedAt } from "../model/insights";
import { leakRows, leakSums } from "../model/leaks";
import { sampleFacts } from "../model/sample";
import { releaseSites, siteRows, typeRows } from "../model/sites";
import { recommendations, scores } from "../model/summary";
import { peakRanks } from "../model/threads";
import { cumulate, liveStack, marksOf, runCharts, threadCharts } from "../model/timeline";
import { exampleData } from "./example";
import { parseReport, ReportError } from "./parse";
import type { Report } from "./schema";

const MUTATIONS = Number(process.env["MEMSCOPE_TEST_MUTATIONS"] ?? 20000);
const VALUES: unknown[] = [
  null, true, 0, -1, 1, 0.5, 2 ** 31, 2 ** 53, 1e308, -1e308, "", "x", "<script>", "__proto__", "constructor", [], [null], {}, { length: 1 }, [[[]]],
];

/** Xorshift: the same numbers in every run. */
function randomSource(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

/** Changes one thing, somewhere. */
function mutate(value: unknown, random: (limit: number) => number): unknown {
  if (typeof value !== "object" || value === null || random(12) === 0) return structuredClone(VALUES[random(VALUES.length)]);
  const keys = Object.keys(value), key = keys[random(keys.length || 1)];
  if (key === undefined) return structuredClone(VALUES[random(VALUES.length)]);
  if (Array.isArray(value)) {
    const at = Number(key), kind = random(6);
    if (kind === 0) value.splice(at, 1);
    else if (kind === 1) value.splice(at, 0, structuredClone(value[at]));
    else value[at] = mutate(value[at], random);
    return value;
  }
  const fields = value as Record<string, unknown>;
  if (random(8) === 0) delete fields[key];
  else fields[key] = mutate(fields[key], random);
  return fields;
}

function derive(report: Report): void {
  for (const focus of [null, ...report.threads]) {
    for (const direction of ["top-down", "bottom-up"] as const) layoutFlame(buildCallTree(report, "bytes_allocated", direction, focus), 0, 800, 1);
    for (const site of report.call_sites) callersOf(report, site, "bytes_allocated", focus);
    for (const scatter of scatters(report, focus)) plotScatter(scatter, 400, 200);
    for (const chart of focus === null ? runCharts(report) : threadCharts(report, focus)) cumulate(chart.series);
    for (const name of ["size_histogram", "lifetime_histogram"] as const) histogramBars(report, name, focus, "log");
    threadParts(report, focus), headlineFigures(report, focus), selectInsights(report, focus), leakRows(report, focus, null), leakSums(report, focus);
    siteRows(report, focus), typeRows(report, focus), recommendations(report, focus), scores(report, focus), marksOf(report, focus);
  }
  checks(report), runTitle(report.run), startedAt(report.run), sampleFacts(report), releaseSites(report), peakRanks(report), liveStack(report);
}

test("a changed report is refused with the place, or read and shown", () => {
  const random = randomSource(20261125);
  let read = 0;
  for (let number = 0; number < MUTATIONS; number++) {
    let data: unknown = exampleData();
    for (let changes = 1 + random(3); changes > 0; changes--) data = mutate(data, random);
    const json = JSON.stringify(data);
    let report: Report;
    try {
      report = parseReport(json);
    } catch (error) {
      assert.ok(error instanceof ReportError, `mutation ${number}: ${String(error)}\n${json}`);
      continue;
    }
    read++;
    try {
      derive(report);
    } catch (error) {
      assert.fail(`mutation ${number}: ${String((error as Error).stack)}\n${json}`);
    }
  }
  assert.ok(read > MUTATIONS / 20, `${read} of ${MUTATIONS} were read: the rest of the page is hardly tried`);
});

test("brackets without end are refused", () => {
  for (const text of ["[".repeat(1e6), '{"a":'.repeat(1e5), `${"[".repeat(1e5)}${"]".repeat(1e5)}`]) assert.throws(() => parseReport(text), ReportError);
});

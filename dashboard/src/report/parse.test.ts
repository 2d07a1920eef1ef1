// SPDX-License-Identifier: Apache-2.0
// A report is read whole or refused with the place that is wrong; nothing half-read reaches the page.
import assert from "node:assert/strict";
import { test } from "node:test";
import { exampleData, exampleReport } from "./example";
import { parseReport, ReportError } from "./parse";

/** The error for the example after a change. */
function refusal(change: (data: ReturnType<typeof exampleData>) => void): ReportError {
  const data = exampleData();
  change(data);
  try {
    parseReport(JSON.stringify(data));
  } catch (error) {
    assert.ok(error instanceof ReportError);
    return error;
  }
  return assert.fail("the report was accepted");
}

test("a whole report is read with its values", () => {
  const report = exampleReport();
  assert.equal(report.summary.total_allocations, 17);
  assert.equal(report.threads[2]!.cpu_percent, null);
  assert.deepEqual([...report.resources.cpu.overall_percent], [NaN, 50, 60]);
  assert.deepEqual(report.run.options, [{ key: "stack_depth", value: "64", given: true }]);
  assert.equal(report.types[1]!.type, null);
});

test("a missing measurement is null, as an explicit null is", () => {
  const data = exampleData();
  delete (data.threads[0] as Partial<(typeof data.threads)[0]>).cpu_percent;
  assert.equal(parseReport(JSON.stringify(data)).threads[0]!.cpu_percent, null);
});

test("an empty slot and an unfilled template say that there is no report", () => {
  for (const slot of ["", "  \n", "__MEMSCOPE_REPORT__"]) {
    assert.throws(() => parseReport(slot), /holds no report/);
  }
});

test("text that is not JSON, and JSON that is no report, are refused", () => {
  assert.throws(() => parseReport("{"), ReportError);
  for (const json of ["null", "[]", "3", '"x"', "{}"]) assert.throws(() => parseReport(json), ReportError);
});

test("another schema version is named", () => {
  const error = refusal((data) => (data.schema_version = 99));
  assert.equal(error.where, "schema_version");
  assert.match(error.problem, /99/);
});

test("the place of a wrong value is named", () => {
  assert.equal(refusal((data) => (data.threads[1]!.tid = "x" as never)).where, "threads[1].tid");
  assert.equal(refusal((data) => (data.threads[0]!.role = "king")).where, "threads[0].role");
  assert.equal(refusal((data) => (data.leaks.items[0]!.thread = 3)).where, "leaks.items[0].thread");
});

test("an index that points nowhere is refused", () => {
  assert.equal(refusal((data) => (data.stacks.usage.stack[0] = 2)).where, "stacks.usage.stack");
  assert.equal(refusal((data) => (data.stacks.frames.function[0] = -1)).where, "stacks.frames.function");
  assert.equal(refusal((data) => (data.stacks.nodes.frame[0] = 0.5)).where, "stacks.nodes.frame");
});

test("a call tree with a cycle is refused: a parent stands before its children", () => {
  assert.equal(refusal((data) => (data.stacks.nodes.parent[1] = 2)).where, "stacks.nodes.parent");
});

test("a column of another length is refused", () => {
  assert.equal(refusal((data) => data.stacks.usage.thread.pop()).where, "stacks.usage.thread");
  assert.equal(refusal((data) => data.timeline.process.live_bytes.push(1)).where, "timeline.process.live_bytes");
});

test("inherited names are no fields", () => {
  const data = JSON.stringify(exampleData()).replace('"generator"', '"__proto__"');
  assert.throws(() => parseReport(data), ReportError);
});

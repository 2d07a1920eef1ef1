// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { exampleReport } from "../report/example";
import { callersOf, nearestCaller } from "./callers";

const report = exampleReport();
const [grow, load] = report.call_sites;
const [alpha, beta] = report.threads;

test("callers are the stacks through the site, over all threads or one", () => {
  const rows = (site = grow!, focus: typeof alpha | null = null) =>
    callersOf(report, site, "bytes_allocated", focus ?? null).map(({ stack, frame, cost, percent }) => [stack, frame?.function, cost, percent]);
  assert.deepEqual(rows(), [[0, "parse", 1500, 100]]);
  assert.deepEqual(rows(grow!, beta!), [[0, "parse", 500, 100]]);
  assert.deepEqual(rows(load!), [[1, "main", 4096, 100]]);
  assert.deepEqual(rows(load!, beta!), []);
});

test("the costs of a site's stacks add up, most expensive first", () => {
  const { stacks } = report.stacks;
  const shared = { ...report, stacks: { ...report.stacks, stacks: { ...stacks, call_site: Int32Array.from(stacks.call_site, () => 0) } } };
  const rows = callersOf(shared, grow!, "bytes_allocated", null);
  assert.deepEqual(rows.map(({ cost }) => cost), [4096, 1500]);
  assert.equal(rows.reduce((sum, { percent }) => sum + percent, 0), 100);
});

test("what a library's templates call is known by the program's own function", () => {
  const strings = report.stacks.strings.map((text) => (text === "parse" ? "std::vector<int>::push_back(int const&)" : text));
  assert.equal(nearestCaller({ ...report.stacks, strings }, 0)?.function, "main");
  const library = strings.map((text) => (text === "main" ? "std::thread::run()" : text));
  assert.equal(nearestCaller({ ...report.stacks, strings: library }, 0)?.function, "std::vector<int>::push_back(int const&)");
});

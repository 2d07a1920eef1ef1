// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { exampleReport } from "../report/example";
import { countRoles, findThread, lifetimeOf, peakRanks, selectThreads, type ThreadQuery } from "./threads";

const report = exampleReport();
const all: ThreadQuery = { search: "", role: null, tracked: "all", order: "alert" };
const names = (query: Partial<ThreadQuery>) => selectThreads(report, { ...all, ...query }).map((thread) => thread.name);

test("tracked threads stand first in every order", () => {
  for (const order of ["alert", "peak", "cpu", "io", "name", "tid"] as const) {
    assert.equal(names({ order }).at(-1), "demo", order);
  }
});

test("orders put the most first, names from a to z", () => {
  assert.deepEqual(names({ order: "io" }), ["beta", "alpha", "demo"]);
  assert.deepEqual(names({ order: "peak" }), ["alpha", "beta", "demo"]);
});

test("search finds names, tids and scopes; all words must match", () => {
  assert.deepEqual(names({ search: "BETA" }), ["beta"]);
  assert.deepEqual(names({ search: "101" }), ["alpha"]);
  assert.deepEqual(names({ search: "worker beta" }), ["beta"]);
  assert.deepEqual(names({ search: "worker demo" }), []);
});

test("role and recording filter", () => {
  assert.deepEqual(names({ role: "lightweight" }), ["demo"]);
  assert.deepEqual(names({ tracked: "tracked" }), ["alpha", "beta"]);
  assert.equal(countRoles(report.threads).balanced, 2);
});

test("a thread is found by its tid, not by its place", () => {
  assert.equal(findThread(report, 102)?.name, "beta");
  assert.equal(findThread(report, 1), null);
  assert.equal(findThread(report, null), null);
});

test("ranks count tracked threads only", () => {
  const ranks = peakRanks(report);
  assert.deepEqual(report.threads.map((thread) => ranks.get(thread)), [1, 2, undefined]);
});

test("a thread without an end lived until the run's", () => {
  assert.deepEqual(report.threads.map((thread) => lifetimeOf(report, thread)), [900, 900, 1000]);
});

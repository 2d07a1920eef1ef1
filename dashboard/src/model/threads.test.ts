// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { exampleReport } from "../report/example";
import type { Thread } from "../report/schema";
import { countRoles, findThread, labelIsShared, lifetimeOf, peakRanks, selectThreads, shortScope, threadLabel, type ThreadQuery } from "./threads";

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

test("a thread that inherited the main thread's name is told by its scope", () => {
  const named = exampleReport();
  const [alpha, beta, main] = named.threads as [Thread, Thread, Thread];
  alpha.name = beta.name = main.name = "app";
  alpha.scopes = ["", "decoder"];
  beta.scopes = ["int Store::add<std::pair<int, int> >(std::vector<int> const&)", "watch"];
  assert.deepEqual(named.threads.map((thread) => threadLabel(named, thread)), ["app · decoder", "app · Store::add", "app"]);
  assert.deepEqual(named.threads.map((thread) => labelIsShared(named, thread)), [false, false, false]);
  assert.equal(selectThreads(named, { ...all, search: "app" }).length, 3, "the JSON's name is searched");
  assert.deepEqual(selectThreads(named, { ...all, search: "app · decoder" }), [alpha]);
});

test("names of their own stay as they are, and equal labels are known to be equal", () => {
  assert.deepEqual(report.threads.map((thread) => threadLabel(report, thread)), ["alpha", "beta", "demo"]);
  const pool = exampleReport();
  for (const thread of pool.threads) thread.name = "app";
  assert.deepEqual(pool.threads.map((thread) => threadLabel(pool, thread)), ["app · worker", "app · worker", "app"]);
  assert.deepEqual(pool.threads.map((thread) => labelIsShared(pool, thread)), [true, true, false]);
});

test("a scope is short where it is a signature", () => {
  assert.equal(shortScope("decoder"), "decoder");
  assert.equal(shortScope("parse(int, unsigned int&)"), "parse");
  assert.equal(shortScope("Lane* make_scratch<Lane>(unsigned long)"), "make_scratch");
  assert.equal(shortScope("(anonymous namespace)::run(int)"), "run");
  assert.equal(shortScope("main::{lambda(int)#1}::operator()(int) const"), "main::{lambda}::operator");
  assert.equal(shortScope("read phase"), "read phase");
});

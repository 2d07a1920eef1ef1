// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { exampleReport } from "../report/example";
import { largestStacks, releaseSites, searchSites, siteAddress, sitePlace, siteRows, typeRows } from "./sites";
import { typeAreas } from "./treemap";

const report = exampleReport();
const [alpha, beta] = report.threads;

test("in focus a site shows the thread's share, and other threads' sites are gone", () => {
  assert.deepEqual(siteRows(report, null).map((row) => row.bytes_allocated), [1500, 4096]);
  assert.deepEqual(siteRows(report, alpha!).map((row) => row.bytes_allocated), [1000, 4096]);
  assert.deepEqual(siteRows(report, beta!).map((row) => [row.site.function, row.bytes_allocated]), [["grow", 500]]);
});

test("the shares of all threads add up to the site", () => {
  const parts = report.threads.flatMap((thread) => siteRows(report, thread)).filter((row) => row.site.index === 0);
  assert.equal(parts.reduce((sum, row) => sum + row.bytes_allocated, 0), 1500);
});

test("types of a thread are the sums over its rows", () => {
  assert.deepEqual(typeRows(report, beta!).map((row) => [row.type, row.allocations]), [["struct entry", 5]]);
  assert.equal(typeRows(report, null).length, 2);
});

test("a site that only frees is no place that allocates", () => {
  const [grow, load] = report.call_sites;
  const freeing = { ...load!, index: 2, callee: "free", allocations: 0, deallocations: 15 };
  const more = { ...report, call_sites: [grow!, load!, freeing] };
  assert.deepEqual(siteRows(more, null).map((row) => row.site.index), [0, 1]);
  assert.deepEqual(releaseSites(more).map((site) => site.index), [2]);
});

test("search looks at function, file, type and receiver", () => {
  const rows = siteRows(report, null);
  for (const text of ["grow", "GROW.c:10", "entry", "table.rows"]) assert.equal(searchSites(rows, text).length, 1, text);
  assert.equal(searchSites(rows, "").length, 2);
});

test("a place without a file is empty, not \":0\"", () => {
  const site = report.call_sites[0]!;
  assert.equal(sitePlace(site), "grow.c:10");
  assert.equal(siteAddress(site), "src/grow.c:10:3");
  assert.equal(siteAddress({ ...site, file: "", line: 0 }), "");
});

test("a thread's largest stacks are its own, most bytes first", () => {
  assert.deepEqual(largestStacks(report, alpha!, 5).map((row) => row.bytes_allocated), [4096, 1000]);
  assert.deepEqual(largestStacks(report, alpha!, 1).length, 1);
});

test("areas add up to the whole, also when the smallest share one", () => {
  const many = Array.from({ length: 100 }, (_, i) => ({ ...report.types[0]!, type: `t${i}`, bytes_allocated: i + 1 }));
  const areas = typeAreas(many, "bytes_allocated", 600, 200);
  assert.equal(areas.reduce((sum, area) => sum + area.value, 0), 5050);
  assert.equal(areas.find((area) => area.count > 1)?.count, 60);
  assert.deepEqual(typeAreas([], "bytes_allocated", 600, 200), []);
});

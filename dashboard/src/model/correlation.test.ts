// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { exampleReport } from "../report/example";
import { nearestPoint, plotScatter, scatters } from "./correlation";

const report = exampleReport();

test("a point without x or y is counted, not drawn", () => {
  const [plot] = scatters(report, null);
  assert.equal(plot!.points.length, 1);
  assert.equal(plot!.missing, 1);
});

test("a fit that is unavailable keeps its reason and draws no line", () => {
  const [data] = scatters(report, null);
  assert.deepEqual(data!.fit, { kind: "unavailable", n: 1, reason: "fewer than 3 points" });
  assert.equal(plotScatter(data!, 600, 400).line, null);
});

test("in focus there are the thread's points over time, and none for a thread without", () => {
  assert.equal(scatters(report, report.threads[0]!)[0]!.points.length, 3);
  assert.deepEqual(scatters(report, report.threads[1]!), []);
});

test("the line goes through the points it was fitted to", () => {
  const plot = plotScatter(scatters(report, report.threads[0]!)[0]!, 600, 400);
  const { x1, y1, x2, y2 } = plot.line!;
  for (const { left, top } of plot.points) {
    assert.ok(Math.abs(y1 + ((y2 - y1) * (left - x1)) / (x2 - x1) - top) < 1e-6);
  }
});

test("the line stays inside the plot", () => {
  const [data] = scatters(report, report.threads[0]!);
  for (const [slope, intercept] of [[5, -20], [-5, 60], [0, 1], [0, 99], [0, -1]] as const) {
    const { line, edge } = plotScatter({ ...data!, fit: { kind: "line", n: 3, r: 0, slope, intercept } }, 600, 400);
    if (line === null) continue;
    for (const top of [line.y1, line.y2]) assert.ok(top >= edge.top - 1e-6 && top <= edge.bottom + 1e-6, `${slope} ${intercept}`);
  }
});

test("I/O colours run from none to the most", () => {
  const heats = scatters(report, report.threads[0]!)[0]!.points.map((point) => point.heat);
  assert.equal(heats[0], 0);
  assert.equal(heats[2], 1);
});

test("the nearest point is found within reach only", () => {
  const plot = plotScatter(scatters(report, report.threads[0]!)[0]!, 600, 400);
  const { left, top } = plot.points[1]!;
  assert.equal(nearestPoint(plot, left + 3, top - 3, 20), 1);
  assert.equal(nearestPoint(plot, left + 80, top, 20), null);
});

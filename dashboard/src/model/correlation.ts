// SPDX-License-Identifier: Apache-2.0
// Scatter plots as data: points, limits, the fitted line cut to the plot, and I/O as a colour. r, n and the line come
// from the report; nothing is fitted here.
import { zeroBasedScale } from "../lib/scale";
import type { Fit, Report, Thread, ThreadCorrelation, TimeCorrelation } from "../report/schema";

export interface ScatterPoint {
  x: number;
  y: number;
  /** I/O operations (per second over time), null when not measured. */
  io: number | null;
  /** Place on the colour scale, 0..1. */
  heat: number;
  thread: Thread;
  time_ns: number | null;
}

export interface Scatter {
  pair: string;
  points: ScatterPoint[];
  /** Points that lack x or y. */
  missing: number;
  highX: number;
  highY: number;
  highIo: number;
  fit: Fit;
}

interface RawPoint {
  x: number | null;
  y: number | null;
  io: number | null;
  thread: Thread;
  time_ns: number | null;
}

function scatter(pair: string, raw: RawPoint[], fit: Fit): Scatter {
  const good = raw.filter((point): point is RawPoint & { x: number; y: number } => point.x !== null && point.y !== null);
  const highIo = good.reduce((most, { io }) => Math.max(most, io ?? 0), 0);
  // Logarithmic: a logger makes a thousand times the calls of its neighbours, who should still differ.
  const heat = (io: number | null) => (io === null || highIo === 0 ? 0 : Math.log1p(io) / Math.log1p(highIo));
  return {
    pair,
    points: good.map((point) => ({ ...point, heat: heat(point.io) })),
    missing: raw.length - good.length,
    highX: good.reduce((most, { x }) => Math.max(most, x), 0),
    highY: good.reduce((most, { y }) => Math.max(most, y), 0),
    highIo,
    fit,
  };
}

export function acrossThreads(report: Report, row: ThreadCorrelation): Scatter {
  const points = row.points.map((point) => ({
    x: point.x,
    y: point.y,
    io: point.io_operations,
    thread: report.threads[point.thread]!,
    time_ns: null,
  }));
  return scatter(row.pair, points, row.fit);
}

export function overTime(report: Report, row: TimeCorrelation): Scatter {
  const thread = report.threads[row.thread]!;
  return scatter(row.pair, row.points.map((point) => ({ ...point, thread })), row.fit);
}

/** All plots across threads; in focus those of the thread over time. */
export function scatters(report: Report, focus: Thread | null): Scatter[] {
  if (focus === null) return report.correlations.threads.map((row) => acrossThreads(report, row));
  return report.correlations.over_time.filter((row) => row.thread === focus.index).map((row) => overTime(report, row));
}

export interface Plot {
  points: Array<{ point: ScatterPoint; left: number; top: number }>;
  ticksX: Array<{ value: number; left: number }>;
  ticksY: Array<{ value: number; top: number }>;
  line: { x1: number; y1: number; x2: number; y2: number } | null;
  /** Edges of the plot area. */
  edge: { left: number; right: number; top: number; bottom: number };
}

/** Places in a box of the given size. */
export function plotScatter(data: Scatter, width: number, height: number): Plot {
  const edge = { left: 56, right: width - 16, top: 12, bottom: height - 40 };
  const x = zeroBasedScale(data.highX, [edge.left, edge.right], Math.max(2, Math.floor(width / 110)));
  const y = zeroBasedScale(data.highY, [edge.bottom, edge.top], Math.max(2, Math.floor(height / 60)));
  return {
    points: data.points.map((point) => ({ point, left: x(point.x), top: y(point.y) })),
    ticksX: x.ticks.map((value) => ({ value, left: x(value) })),
    ticksY: y.ticks.map((value) => ({ value, top: y(value) })),
    line: data.fit.kind === "line" ? clipLine(data.fit, x.domain, y.domain, x, y) : null,
    edge,
  };
}

type Place = (value: number) => number;

/** The part of y = slope·x + intercept inside the plot; null when it misses it. */
function clipLine(fit: { slope: number; intercept: number }, dx: [number, number], dy: [number, number], x: Place, y: Place) {
  let [from, to] = dx;
  for (const limit of dy) {
    if (fit.slope === 0) continue;
    const crossing = (limit - fit.intercept) / fit.slope;
    // Going right the line leaves through the top when it rises, through the bottom when it falls.
    if ((limit === dy[1]) === fit.slope > 0) to = Math.min(to, crossing);
    else from = Math.max(from, crossing);
  }
  const flatOutside = fit.slope === 0 && (fit.intercept < dy[0] || fit.intercept > dy[1]);
  if (from >= to || flatOutside) return null;
  const at = (value: number) => y(fit.slope * value + fit.intercept);
  return { x1: x(from), y1: at(from), x2: x(to), y2: at(to) };
}

/** The drawn point nearest to a place, within reach; null when none is. */
export function nearestPoint(plot: Plot, left: number, top: number, reach: number): number | null {
  let best: number | null = null;
  let bestDistance = reach * reach;
  plot.points.forEach((place, index) => {
    const distance = (place.left - left) ** 2 + (place.top - top) ** 2;
    if (distance <= bestDistance) [best, bestDistance] = [index, distance];
  });
  return best;
}

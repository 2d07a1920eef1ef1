// SPDX-License-Identifier: Apache-2.0
// The charts of the run, or of one thread, as data: which series, in which unit, over which seconds. Bucket series are
// drawn at the bucket's end, where live_bytes is true; rates are the bucket's count ÷ its length.
import type { NumberKind } from "../lib/format";
import { NS_PER_SECOND } from "../lib/units";
import type { BucketSeries, Report, Series, Thread } from "../report/schema";
import { sortRows } from "./sort";

/** Threads with a colour of their own in the stack; the others share one series. */
export const STACKED_THREADS = 8;

export type ChartName =
  | "live"
  | "rates"
  | "bytes"
  | "cpu"
  | "cores"
  | "memory"
  | "system_memory"
  | "io"
  | "io_bytes"
  | "load"
  | "active"
  | "alive"
  | "faults"
  | "gpu";

/** What a series shows; a thread's name comes from the report, the other names from the text table. */
export type SeriesName =
  | { thread: Thread }
  | { others: number }
  | { core: number }
  | { measure: Measure };
export type Measure =
  | "live"
  | "peak"
  | "allocations"
  | "frees"
  | "allocated"
  | "freed"
  | "cpu"
  | "cpu_overall"
  | "rss"
  | "available"
  | "installed"
  | "io"
  | "io_bytes"
  | "gpu"
  | "load_one"
  | "load_five"
  | "load_fifteen"
  | "active"
  | "alive"
  | "minor_faults"
  | "major_faults";

export interface ChartSeries {
  name: SeriesName;
  /** Place in the chart palette, 1-8; 0: the grey of what is left over. */
  colour: number;
  values: Series;
}

export interface Chart {
  name: ChartName;
  kind: NumberKind;
  shape: "lines" | "stack" | "heat";
  /** Seconds since the run's start. */
  x: Series;
  series: ChartSeries[];
  /** Drawn over a stack as a line of its own. */
  outline: ChartSeries | null;
}

function bucketEnds({ timeline }: Report): Series {
  return Float64Array.from({ length: timeline.buckets }, (_, i) => ((i + 1) * timeline.bucket_ns) / NS_PER_SECOND);
}

function sampleTimes({ resources }: Report): Series {
  return resources.time_ns.map((time) => time / NS_PER_SECOND);
}

function lines(name: ChartName, kind: NumberKind, x: Series, parts: Array<[Measure, Series]>): Chart {
  const series = parts.map(([measure, values], place) => ({ name: { measure }, colour: place + 1, values }));
  return { name, kind, shape: "lines", x, series, outline: null };
}

function rateCharts(report: Report, of: BucketSeries): Chart[] {
  const x = bucketEnds(report);
  const seconds = report.timeline.bucket_ns / NS_PER_SECOND;
  const perSecond = (values: Series) => values.map((value) => value / seconds);
  return [
    lines("rates", "per_second", x, [
      ["allocations", perSecond(of.allocations)],
      ["frees", perSecond(of.deallocations)],
    ]),
    lines("bytes", "bytes_per_second", x, [
      ["allocated", perSecond(of.bytes_allocated)],
      ["freed", perSecond(of.bytes_deallocated)],
    ]),
  ];
}

/** Live bytes stacked by thread: the largest by peak, then all others. The stack's height is the process's live bytes. */
export function liveStack(report: Report): Chart {
  const { timeline, threads } = report;
  const ordered = sortRows(timeline.threads, (row) => threads[row.thread]!.peak_live_bytes, "descending");
  const series: ChartSeries[] = ordered
    .slice(0, STACKED_THREADS)
    .map((row, place) => ({ name: { thread: threads[row.thread]! }, colour: place + 1, values: row.live_bytes }));
  const rest = ordered.slice(STACKED_THREADS);
  if (rest.length > 0) {
    const sum = new Float64Array(timeline.buckets);
    for (const row of rest) row.live_bytes.forEach((value, i) => (sum[i]! += value));
    series.push({ name: { others: rest.length }, colour: 0, values: sum });
  }
  const peak = { name: { measure: "peak" as const }, colour: 0, values: timeline.process.peak_live_bytes };
  return { name: "live", kind: "bytes", shape: "stack", x: bucketEnds(report), series, outline: peak };
}

/** Each series on top of those before it, for drawing; the last one is the whole. */
export function cumulate(series: readonly ChartSeries[]): Series[] {
  const sums: Series[] = [];
  for (const { values } of series) {
    const below = sums.at(-1);
    sums.push(below === undefined ? values : values.map((value, i) => value + below[i]!));
  }
  return sums;
}

/** Rates per thread summed over the process; a sample in which no thread has a value has none. */
function sumOverThreads(report: Report, key: "io_operations_per_second" | "io_bytes_per_second"): Series {
  const sum = new Float64Array(report.resources.time_ns.length).fill(NaN);
  for (const row of report.resources.threads) {
    row[key].forEach((value, i) => {
      if (!Number.isNaN(value)) sum[i] = (Number.isNaN(sum[i]!) ? 0 : sum[i]!) + value;
    });
  }
  return sum;
}

export function runCharts(report: Report): Chart[] {
  const { resources, timeline } = report;
  const x = sampleTimes(report);
  const cores: Chart = {
    name: "cores",
    kind: "percent",
    shape: "heat",
    x,
    series: resources.cpu.per_core_percent.map((values, core) => ({ name: { core }, colour: 0, values })),
    outline: null,
  };
  const { gpu } = resources;
  return [
    liveStack(report),
    ...rateCharts(report, timeline.process),
    lines("cpu", "percent", x, [["cpu_overall", resources.cpu.overall_percent]]),
    cores,
    lines("memory", "bytes", x, [["rss", resources.memory.rss_bytes]]),
    lines("system_memory", "bytes", x, [
      ["available", resources.memory.available_bytes],
      ["installed", resources.memory.total_bytes],
    ]),
    lines("io", "per_second", x, [["io", sumOverThreads(report, "io_operations_per_second")]]),
    lines("io_bytes", "bytes_per_second", x, [["io_bytes", sumOverThreads(report, "io_bytes_per_second")]]),
    lines("active", "count", bucketEnds(report), [["active", timeline.process.active_threads]]),
    lines("alive", "count", x, [["alive", resources.process.threads]]),
    lines("load", "plain", x, [
      ["load_one", resources.load.one],
      ["load_five", resources.load.five],
      ["load_fifteen", resources.load.fifteen],
    ]),
    lines("faults", "per_second", x, [
      ["minor_faults", resources.process.minor_faults_per_second],
      ["major_faults", resources.process.major_faults_per_second],
    ]),
    ...(gpu.available ? [lines("gpu", "percent", x, [["gpu", gpu.utilisation_percent]])] : []),
  ];
}

export function threadCharts(report: Report, thread: Thread): Chart[] {
  const x = sampleTimes(report);
  const charts: Chart[] = [];
  const events = report.timeline.threads.find((row) => row.thread === thread.index);
  if (events !== undefined) {
    charts.push(
      lines("live", "bytes", bucketEnds(report), [
        ["live", events.live_bytes],
        ["peak", events.peak_live_bytes],
      ]),
      ...rateCharts(report, events),
    );
  }
  const samples = report.resources.threads.find((row) => row.thread === thread.index);
  if (samples !== undefined) {
    charts.push(
      lines("cpu", "percent", x, [["cpu", samples.cpu_percent]]),
      lines("io", "per_second", x, [["io", samples.io_operations_per_second]]),
      lines("io_bytes", "bytes_per_second", x, [["io_bytes", samples.io_bytes_per_second]]),
    );
  }
  return charts;
}

/** A moment the program named. */
export interface Mark {
  seconds: number;
  text: string;
}

/** Marks of the whole program, and of one thread or all. */
export function marksOf(report: Report, focus: Thread | null): Mark[] {
  return report.timeline.marks
    .filter(({ thread }) => thread === null || focus === null || thread === focus.index)
    .map(({ time_ns, text }) => ({ seconds: time_ns / NS_PER_SECOND, text }));
}

/** Whether there is anything to draw. */
export function hasValues(chart: Chart): boolean {
  return chart.x.length > 1 && chart.series.some(({ values }) => values.some((value) => !Number.isNaN(value)));
}

/** Highest value of a chart, of the whole stack where it is one; null without values. */
export function highest(chart: Chart): number | null {
  const drawn = chart.shape === "stack" ? cumulate(chart.series).slice(-1) : chart.series.map(({ values }) => values);
  let high: number | null = null;
  for (const values of drawn) for (const value of values) if (!Number.isNaN(value) && (high === null || value > high)) high = value;
  return high;
}

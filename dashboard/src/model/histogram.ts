// SPDX-License-Identifier: Apache-2.0
// Size and lifetime histograms: of one thread or summed over all, with the empty classes between put back, so that the
// bars stand at their true distance.
import type { HistogramClass, Report, Thread } from "../report/schema";

export type HistogramName = "size_histogram" | "lifetime_histogram";

export interface HistogramBar extends HistogramClass {
  count_share: number;
  bytes_share: number;
}

export function histogramBars(report: Report, name: HistogramName, focus: Thread | null, scale: "linear" | "log"): HistogramBar[] {
  const threads = focus === null ? report.threads : [focus];
  const classes = withGaps(addUp(threads.flatMap((thread) => thread[name])));
  const share = (value: number, most: number) =>
    most <= 0 ? 0 : scale === "linear" ? value / most : Math.log1p(value) / Math.log1p(most);
  const most = (key: "count" | "bytes") => classes.reduce((high, row) => Math.max(high, row[key]), 0);
  const mostCount = most("count");
  const mostBytes = most("bytes");
  return classes.map((row) => ({
    ...row,
    count_share: share(row.count, mostCount),
    bytes_share: share(row.bytes, mostBytes),
  }));
}

function addUp(classes: HistogramClass[]): HistogramClass[] {
  const sums = new Map<number, HistogramClass>();
  for (const row of classes) {
    const sum = sums.get(row.from);
    if (sum === undefined) sums.set(row.from, { ...row });
    else {
      sum.count += row.count;
      sum.bytes += row.bytes;
    }
  }
  return [...sums.values()].sort((a, b) => a.from - b.from);
}

function withGaps(classes: HistogramClass[]): HistogramClass[] {
  const filled: HistogramClass[] = [];
  for (const row of classes) {
    for (let last = filled.at(-1); last?.to != null && last.from > 0 && last.to < row.from; last = filled.at(-1)) {
      const to = Math.min(row.from, last.to * (last.to / last.from));
      filled.push({ from: last.to, to, count: 0, bytes: 0 });
    }
    filled.push(row);
  }
  return filled;
}

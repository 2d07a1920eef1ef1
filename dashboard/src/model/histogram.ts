// SPDX-License-Identifier: Apache-2.0
// Size and lifetime histograms: of one thread or summed over all. Neighbouring empty classes are one row, which is there
// so that a gap is seen.
import type { HistogramClass, Report, Thread } from "../report/schema";

export type HistogramName = "size_histogram" | "lifetime_histogram";

export interface HistogramBar extends HistogramClass {
  count_share: number;
  bytes_share: number;
}

export function histogramBars(report: Report, name: HistogramName, focus: Thread | null, scale: "linear" | "log"): HistogramBar[] {
  const threads = focus === null ? report.threads : [focus];
  const classes = joinEmpty(addUp(threads.flatMap((thread) => thread[name])));
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

/** One row for each gap between classes that hold blocks; none before the first and after the last. */
function joinEmpty(classes: HistogramClass[]): HistogramClass[] {
  const rows: HistogramClass[] = [];
  for (const row of classes.filter(({ count }) => count > 0)) {
    const last = rows.at(-1);
    if (last !== undefined && last.to !== null && last.to < row.from) {
      rows.push({ from: last.to, to: row.from, count: 0, bytes: 0 });
    }
    rows.push(row);
  }
  return rows;
}

// SPDX-License-Identifier: Apache-2.0
// Scores of the run or of one thread: shares of figures the report holds, each with the figures it is made of, so that a
// reader can redo it. A share of nothing has no value.
import type { Measured } from "../lib/units";
import type { Insight, Report, Thread } from "../report/schema";
import { selectInsights } from "./insights";
import { sortRows } from "./sort";

export type ScoreName = "blocks_freed" | "bytes_freed" | "temporary" | "cross_thread" | "cpu_use" | "recorded";

export interface Score {
  name: ScoreName;
  percent: Measured;
  /** What the share is of: part ÷ whole. */
  part: Measured;
  whole: Measured;
  kind: "count" | "bytes" | "percent";
  /** Whether a high share is good news, bad news, or neither. */
  good: "high" | "low" | "neutral";
}

function score(name: ScoreName, part: Measured, whole: Measured, kind: Score["kind"], good: Score["good"]): Score {
  const percent = part === null || whole === null || whole === 0 ? null : (100 * part) / whole;
  return { name, percent, part, whole, kind, good };
}

/** The sum, or null when any part is missing: a sum of some would look like a sum of all. */
function total(values: Measured[]): Measured {
  return values.reduce<Measured>((sum, value) => (sum === null || value === null ? null : sum + value), 0);
}

/** In a sample the thread's next recorded allocation is not its next one: nothing is known. */
function temporaryOf(thread: Thread): Measured {
  return thread.estimated ? null : thread.temporary_allocations;
}

export function scores(report: Report, focus: Thread | null): Score[] {
  const { summary, run } = report;
  const totals = report.diagnostics.totals_check;
  const tracked = focus === null ? report.threads.filter((thread) => thread.tracked) : [focus];
  if (focus !== null && !focus.tracked) return [];
  const allocations = focus?.allocations ?? summary.total_allocations;
  const bytes = focus?.bytes_allocated ?? summary.total_bytes_allocated;
  const blocksLeft = focus?.live_blocks_at_exit ?? summary.live_blocks_at_exit;
  const bytesLeft = focus?.live_bytes_at_exit ?? summary.live_bytes_at_exit;
  const list = [
    score("blocks_freed", allocations - blocksLeft, allocations, "count", "high"),
    score("bytes_freed", bytes - bytesLeft, bytes, "bytes", "high"),
    score("temporary", total(tracked.map(temporaryOf)), allocations, "count", "low"),
    score("cross_thread", total(tracked.map((thread) => thread.freed_by_others)), allocations, "count", "neutral"),
  ];
  if (focus !== null) return list;
  const events = total([totals.events_allocations, totals.events_deallocations]);
  const dropped = summary.dropped_events;
  return [
    ...list,
    score("cpu_use", summary.average_cpu_percent, run.cores === null ? null : 100 * run.cores, "percent", "neutral"),
    score("recorded", events, total([events, dropped]), "count", "high"),
  ];
}

/** What to do, the largest saving first. */
export function recommendations(report: Report, focus: Thread | null): Insight[] {
  const advised = selectInsights(report, focus).filter((insight) => insight.recommendation !== null);
  return sortRows(advised, (insight) => insight.saving_bytes, "descending");
}

/** How many tracked threads each bottleneck holds, most first. */
export function bottleneckCounts(report: Report, focus: Thread | null): Array<{ kind: string; threads: Thread[] }> {
  const groups = new Map<string, Thread[]>();
  for (const thread of focus === null ? report.threads.filter((candidate) => candidate.tracked) : [focus]) {
    groups.set(thread.bottleneck, [...(groups.get(thread.bottleneck) ?? []), thread]);
  }
  const rows = [...groups].map(([kind, threads]) => ({ kind, threads }));
  return sortRows(rows, (row) => row.threads.length, "descending");
}

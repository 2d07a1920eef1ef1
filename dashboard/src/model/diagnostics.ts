// SPDX-License-Identifier: Apache-2.0
// How far the figures can be trusted: checks with their verdict, and the parts of the diagnostics that name a thread.
import type { Measured } from "../lib/units";
import type { Diagnostics, Report, Thread } from "../report/schema";

export type CheckName = "totals" | "frequency" | "ended" | "dropped" | "damage" | "cut" | "unmatched" | "symbols";

export interface Check {
  name: CheckName;
  /** good: nothing wrong; notice: worth knowing; bad: figures are incomplete or disagree; unknown: could not be checked. */
  verdict: "good" | "notice" | "bad" | "unknown";
  /** The figures compared, or the one that should be 0. */
  values: Measured[];
}

function shouldBeZero(name: CheckName, value: Measured, otherwise: "notice" | "bad"): Check {
  return { name, verdict: value === null ? "unknown" : value === 0 ? "good" : otherwise, values: [value] };
}

export function checks(report: Report): Check[] {
  const { diagnostics, summary, run } = report;
  const { totals_check: totals, frequency_check: frequency } = diagnostics;
  return [
    { name: "totals", verdict: totals.matches ? "good" : "bad", values: [totals.events_allocations, totals.events_deallocations] },
    frequency === null
      ? { name: "frequency", verdict: "unknown", values: [] }
      : {
          name: "frequency",
          verdict: frequency.matches ? "good" : "notice",
          values: [frequency.exact_calls, frequency.recorded_allocations],
        },
    { name: "ended", verdict: run.ended_normally ? "good" : "notice", values: [] },
    shouldBeZero("dropped", summary.dropped_events, "bad"),
    shouldBeZero("damage", diagnostics.damage.length, "bad"),
    shouldBeZero("unmatched", diagnostics.unmatched_deallocations, "notice"),
    shouldBeZero("cut", diagnostics.cut_stacks, "notice"),
    shouldBeZero("symbols", diagnostics.unsymbolised_modules.length, "notice"),
  ];
}

/** Drops and files of one thread, or all. A thread's files carry its tid in their name. */
export function threadParts(report: Report, focus: Thread | null): Pick<Diagnostics, "dropped" | "files" | "damage"> {
  const { dropped, files, damage } = report.diagnostics;
  if (focus === null) return { dropped, files, damage };
  const mine = new RegExp(`(^|/)memscope_thread_${focus.tid}\\.(bin|freq)$`);
  return {
    dropped: dropped.filter((row) => row.thread === focus.index),
    files: files.filter((row) => mine.test(row.name)),
    damage: damage.filter((row) => mine.test(row.file)),
  };
}

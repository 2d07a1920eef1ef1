// SPDX-License-Identifier: Apache-2.0
// Which nine figures head the page: of the run, of a tracked thread, of an untracked one (which has no allocations to show).
import type { NumberKind } from "../lib/format";
import type { Measured } from "../lib/units";
import type { Report, Series, Thread } from "../report/schema";
import { lifetimeOf } from "./threads";

type RunField =
  | "peak_live_bytes"
  | "total_allocations"
  | "total_deallocations"
  | "total_bytes_allocated"
  | "live_bytes_at_exit"
  | "average_cpu_percent"
  | "tracked_threads"
  | "untracked_threads"
  | "duration_ns";
type ThreadField =
  | "peak_live_bytes"
  | "allocations"
  | "deallocations"
  | "bytes_allocated"
  | "live_bytes_at_exit"
  | "cpu_percent"
  | "io_operations"
  | "efficiency_percent"
  | "read_bytes"
  | "write_bytes"
  | "run_delay_ns"
  | "duration_ns"
  | "voluntary_switches"
  | "involuntary_switches"
  | "minor_faults";

export interface HeadlineFigure {
  field: RunField | ThreadField;
  kind: NumberKind;
  of: Measured;
}

export interface Headline {
  first: HeadlineFigure;
  others: HeadlineFigure[];
  /** Peak live bytes per bucket; null where there are none. */
  live: Series | null;
}

export function headlineFigures(report: Report, focus: Thread | null): Headline {
  if (focus === null) return runFigures(report);
  return focus.tracked ? trackedFigures(report, focus) : untrackedFigures(report, focus);
}

function runFigures({ summary, timeline }: Report): Headline {
  return {
    first: { field: "peak_live_bytes", kind: "bytes", of: summary.peak_live_bytes },
    others: [
      { field: "total_allocations", kind: "count", of: summary.total_allocations },
      { field: "total_deallocations", kind: "count", of: summary.total_deallocations },
      { field: "total_bytes_allocated", kind: "bytes", of: summary.total_bytes_allocated },
      { field: "live_bytes_at_exit", kind: "bytes", of: summary.live_bytes_at_exit },
      { field: "average_cpu_percent", kind: "percent", of: summary.average_cpu_percent },
      { field: "tracked_threads", kind: "count", of: summary.tracked_threads },
      { field: "untracked_threads", kind: "count", of: summary.untracked_threads },
      { field: "duration_ns", kind: "duration", of: summary.duration_ns },
    ],
    live: timeline.process.peak_live_bytes,
  };
}

function trackedFigures(report: Report, thread: Thread): Headline {
  return {
    first: { field: "peak_live_bytes", kind: "bytes", of: thread.peak_live_bytes },
    others: [
      { field: "allocations", kind: "count", of: thread.allocations },
      { field: "deallocations", kind: "count", of: thread.deallocations },
      { field: "bytes_allocated", kind: "bytes", of: thread.bytes_allocated },
      { field: "live_bytes_at_exit", kind: "bytes", of: thread.live_bytes_at_exit },
      { field: "efficiency_percent", kind: "percent", of: thread.efficiency_percent },
      { field: "cpu_percent", kind: "percent", of: thread.cpu_percent },
      { field: "io_operations", kind: "count", of: thread.io_operations },
      { field: "duration_ns", kind: "duration", of: lifetimeOf(report, thread) },
    ],
    live: report.timeline.threads.find((row) => row.thread === thread.index)?.peak_live_bytes ?? null,
  };
}

function untrackedFigures(report: Report, thread: Thread): Headline {
  return {
    first: { field: "cpu_percent", kind: "percent", of: thread.cpu_percent },
    others: [
      { field: "io_operations", kind: "count", of: thread.io_operations },
      { field: "read_bytes", kind: "bytes", of: thread.read_bytes },
      { field: "write_bytes", kind: "bytes", of: thread.write_bytes },
      { field: "run_delay_ns", kind: "duration", of: thread.run_delay_ns },
      { field: "voluntary_switches", kind: "count", of: thread.voluntary_switches },
      { field: "involuntary_switches", kind: "count", of: thread.involuntary_switches },
      { field: "minor_faults", kind: "count", of: thread.minor_faults },
      { field: "duration_ns", kind: "duration", of: lifetimeOf(report, thread) },
    ],
    live: null,
  };
}

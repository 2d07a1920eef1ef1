// SPDX-License-Identifier: Apache-2.0
// Who calls a site: the call stacks that end there, by one cost, and the caller by which each is best known.
import type { CallSite, Report, StackIndex, StackTable, Thread } from "../report/schema";
import { framesOfStack, frameText, type Cost, type FrameText } from "./call-tree";
import { sortRows } from "./sort";

export interface Caller {
  stack: StackIndex;
  /** The nearest caller in the program's own code; the nearest one where there is none; null for a stack without callers. */
  frame: FrameText | null;
  cost: number;
  /** Of the site's cost, over the same threads. */
  percent: number;
}

/** Where headers of the compiler and the system lie: templates from there say what is called, not who calls. */
const LIBRARY = /(^|\/)include\//;
const LIBRARY_NAME = /^(\S+ )?(std|__gnu_cxx)::/;

export function nearestCaller(table: StackTable, stack: StackIndex): FrameText | null {
  const callers = framesOfStack(table, stack).slice(1).map((frame) => frameText(table, frame));
  return callers.find((frame) => !LIBRARY.test(frame.place) && !LIBRARY_NAME.test(frame.function)) ?? callers[0] ?? null;
}

/** The site's stacks that have any of the cost, of all threads or one, the most expensive first. */
export function callersOf(report: Report, site: CallSite, cost: Cost, focus: Thread | null): Caller[] {
  const { stacks, usage } = report.stacks;
  const costs = new Map<StackIndex, number>();
  usage[cost].forEach((value, row) => {
    const stack = usage.stack[row]!;
    if (value <= 0 || stacks.call_site[stack] !== site.index) return;
    if (focus !== null && usage.thread[row] !== focus.index) return;
    costs.set(stack, (costs.get(stack) ?? 0) + value);
  });
  const total = [...costs.values()].reduce((sum, value) => sum + value, 0);
  const rows = [...costs].map(([stack, value]) => ({
    stack,
    frame: nearestCaller(report.stacks, stack),
    cost: value,
    percent: (100 * value) / total,
  }));
  return sortRows(rows, (row) => row.cost, "descending");
}

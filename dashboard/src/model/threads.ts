// SPDX-License-Identifier: Apache-2.0
// Which threads are shown, in which order, and what a card says of its thread.
import { ROLES, type Report, type Role, type Thread } from "../report/schema";
import { sortRows, type Direction, type SortValue } from "./sort";

export const THREAD_ORDERS = ["alert", "peak", "allocations", "cpu", "io", "name", "tid"] as const;
export type ThreadOrder = (typeof THREAD_ORDERS)[number];

export interface ThreadQuery {
  search: string;
  /** null: every role. */
  role: Role | null;
  tracked: "all" | "tracked" | "untracked";
  order: ThreadOrder;
}

const ALERT_RANK = { high: 2, medium: 1, normal: 0 } as const;

/** A scope without what makes it long: "Store::add" of "int Store::add<int>(std::vector<int> const&)". */
export function shortScope(scope: string): string {
  let text = scope.replaceAll("(anonymous namespace)::", "").replace(/\{lambda[^{}]*\}/g, "{lambda}");
  const open = text.indexOf("(");
  if (open <= 0) return scope;
  text = text.slice(0, open);
  // Innermost template arguments first, until none are left.
  for (let before = ""; before !== text; ) {
    before = text;
    text = text.replace(/<[^<>]*>/g, "");
  }
  return text.slice(text.lastIndexOf(" ") + 1) || scope;
}

interface Label {
  text: string;
  /** Another thread has the same: only the tid tells them apart. */
  shared: boolean;
}

const known = new WeakMap<Report, Map<Thread, Label>>();

function labelsOf(report: Report): Map<Thread, Label> {
  const before = known.get(report);
  if (before !== undefined) return before;
  const main = report.threads.find((thread) => thread.main);
  const textOf = (thread: Thread) => {
    const scope = thread.scopes.find((name) => name !== "");
    if (main === undefined || thread === main || thread.name !== main.name || scope === undefined) return thread.name;
    return [thread.name, shortScope(scope)].filter((part) => part !== "").join(" · ");
  };
  const counts = new Map<string, number>();
  const texts = report.threads.map((thread) => [thread, textOf(thread)] as const);
  for (const [, text] of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  const labels = new Map(texts.map(([thread, text]) => [thread, { text, shared: counts.get(text)! > 1 }]));
  known.set(report, labels);
  return labels;
}

/**
 * What a thread is called wherever the page names it: its name; with the scope it was first recorded in where it merely
 * inherited the main thread's name, as every std::thread does. Empty without a name.
 */
export function threadLabel(report: Report, thread: Thread): string {
  return labelsOf(report).get(thread)?.text ?? thread.name;
}

/** Whether another thread is called the same, so that only the tid tells them apart. */
export function labelIsShared(report: Report, thread: Thread): boolean {
  return labelsOf(report).get(thread)?.shared ?? false;
}

const ORDERS: Record<ThreadOrder, { value: (thread: Thread, report: Report) => SortValue; direction: Direction }> = {
  alert: { value: (thread) => ALERT_RANK[thread.alert], direction: "descending" },
  peak: { value: (thread) => thread.peak_live_bytes, direction: "descending" },
  allocations: { value: (thread) => thread.allocations, direction: "descending" },
  cpu: { value: (thread) => thread.cpu_percent, direction: "descending" },
  io: { value: (thread) => thread.io_operations, direction: "descending" },
  name: { value: (thread, report) => threadLabel(report, thread), direction: "ascending" },
  tid: { value: (thread) => thread.tid, direction: "ascending" },
};

export function findThread(report: Report, tid: number | null): Thread | null {
  return tid === null ? null : (report.threads.find((thread) => thread.tid === tid) ?? null);
}

/** Tracked threads first, whatever the order; equal ones by peak memory. */
export function selectThreads(report: Report, query: ThreadQuery): Thread[] {
  const words = query.search.toLowerCase().split(/\s+/).filter((word) => word !== "");
  const found = report.threads.filter((thread) => {
    if (query.role !== null && thread.role !== query.role) return false;
    if (query.tracked !== "all" && thread.tracked !== (query.tracked === "tracked")) return false;
    const text = `${threadLabel(report, thread)} ${thread.tid} ${thread.role} ${thread.scopes.join(" ")}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const { value, direction } = ORDERS[query.order];
  const byPeak = sortRows(found, (thread) => thread.peak_live_bytes, ORDERS.peak.direction);
  return sortRows(sortRows(byPeak, (thread) => value(thread, report), direction), (thread) => Number(thread.tracked), "descending");
}

/** How many threads of each role there are. */
export function countRoles(threads: readonly Thread[]): Record<Role, number> {
  const counts = Object.fromEntries(ROLES.map((role) => [role, 0])) as Record<Role, number>;
  for (const thread of threads) counts[thread.role]++;
  return counts;
}

/** Place by peak memory among the tracked threads, 1 = most; null for an untracked thread. */
export function peakRanks(report: Report): Map<Thread, number> {
  const tracked = report.threads.filter((thread) => thread.tracked);
  const ordered = sortRows(tracked, (thread) => thread.peak_live_bytes, "descending");
  return new Map(ordered.map((thread, place) => [thread, place + 1]));
}

/** How long a thread lived; null when its birth is unknown. */
export function lifetimeOf(report: Report, thread: Thread): number | null {
  return thread.start_ns === null ? null : (thread.end_ns ?? report.run.duration_ns) - thread.start_ns;
}

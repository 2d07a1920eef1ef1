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

const ORDERS: Record<ThreadOrder, { value: (thread: Thread) => SortValue; direction: Direction }> = {
  alert: { value: (thread) => ALERT_RANK[thread.alert], direction: "descending" },
  peak: { value: (thread) => thread.peak_live_bytes, direction: "descending" },
  allocations: { value: (thread) => thread.allocations, direction: "descending" },
  cpu: { value: (thread) => thread.cpu_percent, direction: "descending" },
  io: { value: (thread) => thread.io_operations, direction: "descending" },
  name: { value: (thread) => thread.name, direction: "ascending" },
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
    const text = `${thread.name} ${thread.tid} ${thread.role} ${thread.scopes.join(" ")}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const { value, direction } = ORDERS[query.order];
  const byPeak = sortRows(found, ORDERS.peak.value, ORDERS.peak.direction);
  return sortRows(sortRows(byPeak, value, direction), (thread) => Number(thread.tracked), "descending");
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

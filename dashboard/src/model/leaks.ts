// SPDX-License-Identifier: Apache-2.0
// What was not freed as one would expect, in its four classes, for all threads or one.
import { LEAK_CLASSES, type CallSite, type LeakClass, type LeakItem, type Report, type Thread } from "../report/schema";
import { sortRows } from "./sort";

export interface LeakSums {
  class: LeakClass;
  blocks: number;
  bytes: number;
}

export interface LeakRow {
  item: LeakItem;
  site: CallSite | null;
  thread: Thread;
}

/** The report's sums; of one thread the sums of its items. */
export function leakSums(report: Report, focus: Thread | null): LeakSums[] {
  return LEAK_CLASSES.map((name) => {
    if (focus === null) return { class: name, ...report.leaks.classes[name] };
    const mine = report.leaks.items.filter((item) => item.class === name && item.thread === focus.index);
    return {
      class: name,
      blocks: mine.reduce((sum, item) => sum + item.blocks, 0),
      bytes: mine.reduce((sum, item) => sum + item.bytes, 0),
    };
  });
}

/** What most likely is a leak first, within a class most bytes first. */
export function leakRows(report: Report, focus: Thread | null, only: LeakClass | null): LeakRow[] {
  const rows = report.leaks.items
    .filter((item) => (focus === null || item.thread === focus.index) && (only === null || item.class === only))
    .map((item) => ({
      item,
      site: item.call_site === null ? null : report.call_sites[item.call_site]!,
      thread: report.threads[item.thread]!,
    }));
  return sortRows(sortRows(rows, ({ item }) => item.bytes, "descending"), ({ item }) => leakRank(item.class), "ascending");
}

/** Place of a class in the order of the page; sorts by weight, not by spelling. */
export function leakRank(name: LeakClass): number {
  return LEAK_CLASSES.indexOf(name);
}

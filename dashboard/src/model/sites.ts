// SPDX-License-Identifier: Apache-2.0
// Call sites and allocated types as table rows, for all threads or one. What the report keeps per thread (five figures)
// is shown in focus; what it keeps per site only is left out then rather than shown for the wrong scope.
import { baseName } from "../lib/format";
import type { CallSite, CallSiteThread, Report, SiteIndex, StackIndex, Thread } from "../report/schema";
import { sortRows } from "./sort";

export interface SiteFigures {
  allocations: number;
  bytes_allocated: number;
  live_bytes_at_peak: number;
  live_bytes_at_exit: number;
  temporary: number;
}

export interface SiteRow extends SiteFigures {
  site: CallSite;
}

/** Sites that allocated, or those in which the thread did, with its share of the figures. */
export function siteRows(report: Report, focus: Thread | null): SiteRow[] {
  if (focus === null) return report.call_sites.filter((site) => site.allocations > 0).map((site) => figures(site, site));
  return report.call_sites.flatMap((site) =>
    site.threads.filter((row) => row.thread === focus.index).map((row) => figures(site, row)),
  );
}

function figures(site: CallSite, from: CallSite | CallSiteThread): SiteRow {
  return {
    site,
    allocations: from.allocations,
    bytes_allocated: from.bytes_allocated,
    live_bytes_at_peak: from.live_bytes_at_peak,
    live_bytes_at_exit: from.live_bytes_at_exit,
    temporary: from.temporary,
  };
}

/** Sites where blocks are freed (or moved, by realloc). */
export function releaseSites(report: Report): CallSite[] {
  return report.call_sites.filter((site) => site.deallocations !== null && site.deallocations > 0);
}

/** "frame.c:88"; "" when the place is unknown. */
export function sitePlace(site: CallSite): string {
  if (site.file === "") return "";
  return site.line > 0 ? `${baseName(site.file)}:${site.line}` : baseName(site.file);
}

/** "src/decode/frame.c:88:21": what an editor opens. */
export function siteAddress(site: CallSite): string {
  if (site.file === "") return "";
  return [site.file, site.line > 0 ? site.line : null, site.line > 0 && site.column > 0 ? site.column : null]
    .filter((part) => part !== null)
    .join(":");
}

export function searchSites(rows: SiteRow[], text: string): SiteRow[] {
  return rows.filter(({ site }) => siteMatches(site, text));
}

export function searchReleases(sites: CallSite[], text: string): CallSite[] {
  return sites.filter((site) => siteMatches(site, text));
}

function siteMatches(site: CallSite, text: string): boolean {
  const words = text.toLowerCase().split(/\s+/).filter((word) => word !== "");
  const all = `${site.function} ${site.file}:${site.line} ${site.callee} ${site.route} ${site.type ?? ""} ${site.receiver ?? ""}`.toLowerCase();
  return words.every((word) => all.includes(word));
}

export interface TypeFigures extends Omit<SiteFigures, "temporary"> {
  type: string | null;
  receivers: string[];
  call_sites: SiteIndex[];
}

/** Types of all threads as the report has them; of one thread as the sum over its rows of the type's sites. */
export function typeRows(report: Report, focus: Thread | null): TypeFigures[] {
  if (focus === null) return report.types;
  return report.types
    .map((row) => {
      const mine = row.call_sites.flatMap((site) =>
        report.call_sites[site]!.threads.filter((part) => part.thread === focus.index),
      );
      const sum = (value: (part: CallSiteThread) => number) => mine.reduce((total, part) => total + value(part), 0);
      return {
        ...row,
        allocations: sum((part) => part.allocations),
        bytes_allocated: sum((part) => part.bytes_allocated),
        live_bytes_at_peak: sum((part) => part.live_bytes_at_peak),
        live_bytes_at_exit: sum((part) => part.live_bytes_at_exit),
      };
    })
    .filter((row) => row.allocations > 0);
}

export interface StackRow {
  stack: StackIndex;
  site: CallSite | null;
  allocations: number;
  bytes_allocated: number;
  live_bytes_at_peak: number;
  temporary: number;
  leaked_bytes: number;
}

/** The thread's stacks, those with most bytes first. */
export function largestStacks(report: Report, thread: Thread, count: number): StackRow[] {
  const { usage, stacks } = report.stacks;
  const rows: StackRow[] = [];
  usage.thread.forEach((owner, row) => {
    if (owner !== thread.index) return;
    const stack = usage.stack[row]!;
    rows.push({
      stack,
      site: report.call_sites[stacks.call_site[stack]!] ?? null,
      allocations: usage.allocations[row]!,
      bytes_allocated: usage.bytes_allocated[row]!,
      live_bytes_at_peak: usage.live_bytes_at_peak[row]!,
      temporary: usage.temporary[row]!,
      leaked_bytes: usage.leaked_bytes[row]!,
    });
  });
  return sortRows(rows, (row) => row.bytes_allocated, "descending").slice(0, count);
}

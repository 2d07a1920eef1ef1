// SPDX-License-Identifier: Apache-2.0
// The findings in reading order, for the run or for one thread, and the name a run is called by.
import { baseName } from "../lib/format";
import { SEVERITIES, type Insight, type Report, type Run, type Thread } from "../report/schema";
import { sortRows } from "./sort";

/** Most severe first. With a focus, only what is about that thread. */
export function selectInsights(report: Report, focus: Thread | null): Insight[] {
  const mine = focus === null ? report.insights : report.insights.filter((insight) => insight.thread === focus.index);
  return sortRows(mine, (insight) => SEVERITIES.indexOf(insight.severity), "ascending");
}

/** The run's bottleneck: the first of that kind without a thread. */
export function runBottleneck(report: Report): Insight | null {
  return report.insights.find((insight) => insight.kind === "bottleneck" && insight.thread === null) ?? null;
}

/** "demo --workers 25": the program without its directory. */
export function runTitle(run: Run): string {
  const [program, ...rest] = run.command_line.length > 0 ? run.command_line : [run.executable];
  return [baseName(program ?? ""), ...rest].join(" ").trim();
}

/** "2026-01-02 03:04:05 UTC", or the text as it is when it is no such time. */
export function startedAt(run: Run): string {
  const parts = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)/.exec(run.started_at);
  return parts === null ? run.started_at : `${parts[1]} ${parts[2]} UTC`;
}

/** Why a field has no value, as far as the report says. */
export function whyMissing(report: Report, field: string): string | null {
  const words = field.split("_");
  const found = report.diagnostics.unavailable.find(
    (row) => row.what === field || row.what.split(/[^a-z]+/i).some((word) => words.includes(word.toLowerCase())),
  );
  return found === undefined ? null : `${found.what}: ${found.reason}`;
}

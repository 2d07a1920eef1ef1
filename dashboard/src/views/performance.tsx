// SPDX-License-Identifier: Apache-2.0
// The leaderboard: every tracked thread with all that was measured of it, by peak memory at first; untracked threads
// below with what the system knows of them.
import { useMemo } from "preact/hooks";
import type { NumberKind } from "../lib/format";
import { peakRanks, threadLabel } from "../model/threads";
import type { Series, Thread } from "../report/schema";
import { usePage, type PageContext } from "./context";
import { AlertTag, Panel, RoleTag, ThreadLink, type Field } from "./parts";
import { Sparkline } from "./sparkline";
import { Table, type Column } from "./table";
import type { TextKey } from "../text/en";

type NumberField = Extract<Field, keyof Thread>;

const SYSTEM: Array<[NumberField, NumberKind]> = [
  ["cpu_percent", "percent"],
  ["cpu_user_ns", "duration"],
  ["cpu_system_ns", "duration"],
  ["run_delay_ns", "duration"],
  ["io_operations", "count"],
  ["read_bytes", "bytes"],
  ["write_bytes", "bytes"],
  ["voluntary_switches", "count"],
  ["involuntary_switches", "count"],
];
const MEMORY: Array<[NumberField, NumberKind]> = [
  ["peak_live_bytes", "bytes"],
  ["live_bytes_at_exit", "bytes"],
  ["allocations", "count"],
  ["bytes_allocated", "bytes"],
  ["average_size_bytes", "bytes"],
  ["allocations_per_second", "per_second"],
  ["bytes_per_second", "bytes_per_second"],
  ["efficiency_percent", "percent"],
  ["efficiency_bytes_percent", "percent"],
  ["temporary_allocations", "count"],
];
const BARS: ReadonlySet<string> = new Set(["peak_live_bytes", "allocations", "bytes_per_second", "cpu_percent", "io_operations", "efficiency_percent"]);

function numberColumns(t: PageContext["t"], fields: Array<[NumberField, NumberKind]>): Array<Column<Thread>> {
  return fields.map(([field, kind]) => ({
    id: field,
    label: t(`field.${field}`),
    title: t(`term.${field}` as TextKey),
    kind,
    bar: BARS.has(field),
    value: (thread) => thread[field] as number | null,
  }));
}

function nameColumns({ report, t }: Pick<PageContext, "report" | "t">): Array<Column<Thread>> {
  return [
    { id: "name", label: t("field.name"), title: t("term.name"), value: (thread) => threadLabel(report, thread), cell: (thread) => <ThreadLink thread={thread} bare /> },
    { id: "tid", label: t("field.tid"), title: t("term.tid"), value: (thread) => thread.tid },
    { id: "role", label: t("field.role"), title: t("term.role"), value: (thread) => thread.role, cell: (thread) => <RoleTag role={thread.role} /> },
  ];
}

export function Performance() {
  const { report, focus, t } = usePage();
  const threads = focus === null ? report.threads : [focus];
  const tracked = useMemo(() => threads.filter((thread) => thread.tracked), [report, focus]);
  const untracked = useMemo(() => threads.filter((thread) => !thread.tracked), [report, focus]);
  const live = useMemo(() => new Map(report.timeline.threads.map((row) => [row.thread, row.peak_live_bytes])), [report]);
  const ranks = useMemo(() => peakRanks(report), [report]);
  const trackedColumns = useMemo<Array<Column<Thread>>>(
    () => [
      { id: "rank", label: "#", title: t("performance.rank.why"), kind: "count", value: (thread) => ranks.get(thread) ?? null },
      ...nameColumns({ report, t }),
      { id: "alert", label: t("field.alert"), title: t("term.alert"), value: (thread) => ALERT_ORDER[thread.alert], cell: (thread) => <AlertTag alert={thread.alert} /> },
      {
        id: "course",
        label: t("performance.course"),
        title: t("performance.course.why"),
        value: (thread) => thread.peak_time_ns,
        cell: (thread) => <Course thread={thread} live={live.get(thread.index)} />,
      },
      ...numberColumns(t, MEMORY),
      ...numberColumns(t, SYSTEM),
    ],
    [t, report, ranks, live],
  );
  const untrackedColumns = useMemo(() => [...nameColumns({ report, t }), ...numberColumns(t, SYSTEM)], [t, report]);
  return (
    <>
      {focus !== null && !focus.tracked ? null : (
        <Panel title={t("performance.title")} hint={t("performance.hint")}>
          <Table id="leaderboard" label={t("performance.title")} columns={trackedColumns} rows={tracked} rowKey={(thread) => thread.tid} sortBy="peak_live_bytes" empty={t("performance.none")} />
        </Panel>
      )}
      {untracked.length === 0 ? null : (
        <Panel title={t("performance.untracked")} hint={t("term.untracked_threads")}>
          <Table id="untracked" label={t("performance.untracked")} columns={untrackedColumns} rows={untracked} rowKey={(thread) => thread.tid} sortBy="cpu_percent" />
        </Panel>
      )}
    </>
  );
}

function Course({ thread, live }: { thread: Thread; live: Series | undefined }) {
  return <span class={`course role-${thread.role}`}>{live === undefined ? null : <Sparkline values={live} points={80} height={20} />}</span>;
}

/** Alerts sort by weight, not by spelling. */
const ALERT_ORDER = { high: 0, medium: 1, normal: 2 } as const;

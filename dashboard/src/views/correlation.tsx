// SPDX-License-Identifier: Apache-2.0
// Do the threads that allocate much also compute much? One point per tracked thread; in focus one per sample of it.
import { useMemo } from "preact/hooks";
import { scatters, type Scatter, type ScatterPoint } from "../model/correlation";
import { threadLabel } from "../model/threads";
import { usePage } from "./context";
import { Empty, Panel, ThreadLink } from "./parts";
import { ScatterPlot } from "./scatter-plot";
import { Table, type Column } from "./table";

export function Correlation() {
  const { report, focus, t } = usePage();
  const plots = useMemo(() => scatters(report, focus), [report, focus]);
  if (plots.length === 0) {
    return (
      <Panel>
        <Empty text={t(focus?.tracked === false ? "correlation.untracked" : "correlation.none")} />
      </Panel>
    );
  }
  return (
    <div class="two">
      {plots.map((data) => (
        <Panel
          key={data.pair}
          title={t(focus !== null ? "correlation.over_time" : data.pair === "cpu_io" ? "correlation.cpu_io" : "correlation.cpu_allocation")}
          hint={t("correlation.why")}
        >
          <ScatterPlot data={data} height={420} />
          <details class="points" open>
            <summary>{t("correlation.points")}</summary>
            <PointTable data={data} />
          </details>
        </Panel>
      ))}
    </div>
  );
}

/** The plot's numbers, for who would rather read them. */
function PointTable({ data }: { data: Scatter }) {
  const { report, focus, t } = usePage();
  const io = data.pair === "cpu_io";
  const columns: Array<Column<ScatterPoint>> = [
    focus === null
      ? { id: "name", label: t("field.name"), value: (point) => threadLabel(report, point.thread), cell: (point) => <ThreadLink thread={point.thread} /> }
      : { id: "time_ns", label: t("chart.time"), kind: "time", value: (point) => point.time_ns },
    { id: "x", label: t("axis.cpu.short"), kind: "percent", value: (point) => point.x },
    { id: "y", label: t(io ? "axis.io.short" : "axis.allocation.short"), kind: io ? "per_second" : "megabytes_per_second", value: (point) => point.y },
    { id: "io", label: t(focus === null ? "field.io_operations" : "axis.io.short"), kind: focus === null ? "count" : "per_second", value: (point) => point.io },
  ];
  return (
    <Table
      id={`points-${data.pair}`}
      label={t("correlation.points")}
      columns={columns}
      rows={data.points}
      rowKey={(point) => point.time_ns ?? point.thread.tid}
      {...(focus === null ? { sortBy: "y" } : {})}
    />
  );
}

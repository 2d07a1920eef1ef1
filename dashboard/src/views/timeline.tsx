// SPDX-License-Identifier: Apache-2.0
// The run over time: live bytes stacked by thread on top, then rates, processor, memory and I/O, all on one time axis.
// In focus the charts of that thread; what the system only counts as a whole is left out then.
import { useMemo } from "preact/hooks";
import { runCharts, threadCharts, type Chart } from "../model/timeline";
import { formatTime } from "../lib/format";
import { TimeChart } from "./chart";
import { usePage } from "./context";
import { Panel } from "./parts";

export function Timeline() {
  const { report, focus, t } = usePage();
  const charts = useMemo(() => (focus === null ? runCharts(report) : threadCharts(report, focus)), [report, focus]);
  return (
    <>
      <RangeBar />
      {focus === null ? null : <p class="note on-ground">{t("timeline.focus")}</p>}
      <div class="chart-grid">
        {charts.map((chart) => (
          <ChartPanel key={`${focus?.tid}-${chart.name}`} chart={chart} />
        ))}
        {focus === null ? <GpuPanel /> : null}
      </div>
    </>
  );
}

function ChartPanel({ chart }: { chart: Chart }) {
  const { t } = usePage();
  const main = chart.name === "live";
  return (
    <Panel id={`chart-${chart.name}`} title={t(`chart.${chart.name}`)} hint={t(`chart.${chart.name}.why`)} class={main ? "wide" : ""}>
      <TimeChart chart={chart} height={main ? 280 : 180} />
    </Panel>
  );
}

function RangeBar() {
  const { page, go, t } = usePage();
  const { range } = page;
  return (
    <div class="range-bar" data-keep-focus>
      <span>
        {range === null
          ? t("timeline.hint")
          : t("timeline.range", { from: formatTime(range.from_ms * 1e6), to: formatTime(range.to_ms * 1e6) })}
      </span>
      {range === null ? null : (
        <button type="button" class="button" data-testid="reset-range" onClick={() => go({ range: null })}>
          {t("timeline.reset")}
        </button>
      )}
    </div>
  );
}

function GpuPanel() {
  const { report, t } = usePage();
  const { gpu } = report.resources;
  if (gpu.available) return null;
  return (
    <Panel id="chart-gpu" title={t("chart.gpu")}>
      <p class="unavailable-box">
        <span class="missing">{t("app.unavailable")}</span> {gpu.reason}
      </p>
    </Panel>
  );
}

// SPDX-License-Identifier: Apache-2.0
// One chart over the run's time, drawn by uPlot: lines, a stack of areas, or a strip of heat per series. Cursors of all
// charts move together; dragging chooses a range, which lives in the address; a double click gives it up.
import { useEffect, useMemo, useRef } from "preact/hooks";
import uPlot from "uplot";
import { cssVariable, useWidth } from "../lib/dom";
import { formatNumber } from "../lib/format";
import { NS_PER_SECOND } from "../lib/units";
import { cumulate, hasValues, highest, marksOf, type Chart, type ChartSeries, type Mark } from "../model/timeline";
import type { TextKey } from "../text/en";
import { usePage, type PageContext } from "./context";
import { Empty, threadName } from "./parts";

const SYNC = "time";
/** More rows of heat than this have no legend of their own. */
const LEGEND_ROWS = 8;

export function TimeChart({ chart, height }: { chart: Chart; height: number }) {
  const page = usePage();
  const { t, theme, language, go } = page;
  const [box, width] = useWidth<HTMLDivElement>();
  const plot = useRef<uPlot | null>(null);
  const range = page.page.range;
  const duration = page.report.run.duration_ns / NS_PER_SECOND;
  const drawable = useMemo(() => hasValues(chart), [chart]);

  useEffect(() => {
    if (box.current === null || width === 0 || !drawable) return;
    const choose = (u: uPlot) => {
      if (u.select.width < 4) return;
      const from_ms = Math.max(0, u.posToVal(u.select.left, "x") * 1000);
      const to_ms = u.posToVal(u.select.left + u.select.width, "x") * 1000;
      u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
      go({ range: { from_ms, to_ms } });
    };
    const created = new uPlot(options(chart, page, width, height, choose), drawnData(chart), box.current);
    created.over.addEventListener("dblclick", () => go({ range: null }));
    plot.current = created;
    return () => {
      created.destroy();
      plot.current = null;
    };
    // `page` changes with every step on the page; what the drawing depends on is listed.
  }, [chart, width, height, theme, language, drawable, go]);

  useEffect(() => {
    const shown = range === null ? { min: 0, max: duration } : { min: range.from_ms / 1000, max: range.to_ms / 1000 };
    plot.current?.setScale("x", shown);
  }, [chart, range, duration, width, height, theme, language, drawable]);

  if (!drawable) return <Empty text={t("chart.empty")} />;
  const high = highest(chart);
  const label = t("chart.label", {
    name: t(`chart.${chart.name}`),
    high: high === null ? t("app.unavailable") : formatNumber(chart.kind, high),
  });
  return <div class={`chart chart-${chart.shape}`} data-chart={chart.name} ref={box} role="img" aria-label={label} />;
}

function seriesLabel({ name }: ChartSeries, page: Pick<PageContext, "report" | "t">): string {
  const { t } = page;
  if ("thread" in name) return `${threadName(page, name.thread)} (${name.thread.tid})`;
  if ("others" in name) return name.others === 1 ? t("chart.other") : t("chart.others", { count: name.others });
  if ("core" in name) return t("chart.core", { core: name.core });
  return t(`series.${name.measure}` as TextKey);
}

function colourOf({ colour }: ChartSeries): string {
  return cssVariable(colour === 0 ? "--chart-rest" : `--chart-${colour}`);
}

function drawnData(chart: Chart): uPlot.AlignedData {
  const gaps = (values: Float64Array) => Array.from(values, (value) => (Number.isNaN(value) ? null : value));
  const drawn = chart.shape === "stack" ? cumulate(chart.series).map(gaps) : chart.series.map(({ values }) => gaps(values));
  // The highest layer is drawn first, so that each lies over the one above it.
  const layers = chart.shape === "stack" ? drawn.reverse() : drawn;
  return [Array.from(chart.x), ...layers, ...(chart.outline === null ? [] : [gaps(chart.outline.values)])];
}

function options(chart: Chart, { t, report, focus }: PageContext, width: number, height: number, choose: (u: uPlot) => void): uPlot.Options {
  const ink = cssVariable("--ink-soft");
  const grid = { stroke: cssVariable("--chart-grid"), width: 1 };
  const font = `11px ${cssVariable("--font")}`;
  const text = (value: number) => formatNumber(chart.kind, value);
  const layers = chart.shape === "stack" ? [...chart.series].reverse() : chart.series;
  const series = layers.map((layer): uPlot.Series => {
    const colour = colourOf(layer);
    return {
      label: seriesLabel(layer, { report, t }),
      stroke: chart.shape === "stack" ? cssVariable("--surface") : colour,
      width: chart.shape === "stack" ? 0.6 : 1.5,
      // A stack's layers are solid: seen through each other they would change colour.
      ...(chart.shape === "stack" ? { fill: colour } : chart.series.length === 1 ? { fill: `${colour}22` } : {}),
      ...(chart.shape === "heat" ? { paths: () => null } : {}),
      points: { show: false },
      value: (_u, _shown, _series, index) => valueText(layer.values[index ?? -1], text),
    };
  });
  if (chart.outline !== null) {
    const { values } = chart.outline;
    series.push({
      label: seriesLabel(chart.outline, { report, t }),
      stroke: cssVariable("--ink"),
      width: 1,
      dash: [4, 3],
      points: { show: false },
      value: (_u, _shown, _series, index) => valueText(values[index ?? -1], text),
    });
  }
  const heat = chart.shape === "heat";
  const marks = marksOf(report, focus);
  return {
    width,
    height: heat ? Math.max(height, Math.min(420, 50 + chart.series.length * 14)) : height,
    padding: [10, 28, 0, 0],
    legend: { show: !heat || chart.series.length <= LEGEND_ROWS, live: true },
    cursor: { sync: { key: SYNC }, drag: { x: true, y: false, setScale: false }, points: { show: !heat && chart.shape !== "stack" } },
    scales: { x: { time: false }, y: { range: (_u, _low, high) => (heat ? [0, chart.series.length] : [0, high > 0 ? high * 1.08 : 1]) } },
    axes: [
      { stroke: ink, grid, ticks: grid, font, size: 30, values: (_u, values) => values.map((value) => `${Number(value.toFixed(6))} s`) },
      {
        stroke: ink,
        grid: heat ? { show: false } : grid,
        ticks: heat ? { show: false } : grid,
        font,
        size: (_u, values) => axisWidth(values),
        splits: heat ? () => chart.series.map((_row, row) => row + 0.5) : undefined!,
        values: (_u, values) => values.map((value) => (heat ? String(chart.series.length - 1 - Math.floor(value)) : text(value))),
        ...(heat ? {} : { incrs: chart.kind === "bytes" || chart.kind === "bytes_per_second" ? BINARY_STEPS : undefined! }),
      },
    ],
    series: [{ label: t("chart.time"), value: (_u, value) => (value === null ? "" : `${value.toFixed(3)} s`) }, ...series],
    hooks: {
      setSelect: [choose],
      draw: [
        (u) => {
          if (heat) drawHeat(u, chart);
          drawMarks(u, marks, chart.name === "live");
        },
      ],
    },
  };
}

/** Wide enough for the longest label, and the same for most charts, so that their time axes stand below each other. */
function axisWidth(labels: string[] | null): number {
  const letters = Math.max(0, ...(labels ?? []).map((label) => label.length));
  return Math.max(76, Math.ceil(letters * 6.6) + 20);
}

/** Axis steps of 1, 2, 5, 10 … 512 of each binary unit: labels like "20 MiB" instead of "19.1 MiB". */
const BINARY_STEPS = [1, 1024, 1024 ** 2, 1024 ** 3, 1024 ** 4, 1024 ** 5].flatMap((unit) =>
  [1, 2, 5, 10, 20, 50, 100, 200, 256, 512].map((step) => step * unit),
);

/** Without a cursor there is no value; a gap in the recording is a dash. */
function valueText(value: number | undefined, text: (value: number) => string): string {
  return value === undefined ? "" : Number.isNaN(value) ? "–" : text(value);
}

/** A row of cells per series, core 0 on top; more use, more colour. */
function drawHeat(u: uPlot, chart: Chart): void {
  const { ctx, bbox } = u;
  const rowHeight = bbox.height / chart.series.length;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.fillStyle = cssVariable("--cpu");
  chart.series.forEach(({ values }, row) => {
    for (let i = 1; i < values.length; i++) {
      const value = values[i]!;
      if (Number.isNaN(value)) continue;
      // A rate covers the time since the sample before.
      const left = u.valToPos(chart.x[i - 1]!, "x", true);
      const right = u.valToPos(chart.x[i]!, "x", true);
      if (right < bbox.left || left > bbox.left + bbox.width) continue;
      ctx.globalAlpha = 0.06 + 0.94 * Math.min(1, value / 100);
      ctx.fillRect(left, bbox.top + row * rowHeight + 1, Math.max(1, right - left), rowHeight - 2);
    }
  });
  ctx.restore();
}

/** A line at each moment the program named; its name on the main chart only. */
function drawMarks(u: uPlot, marks: Mark[], named: boolean): void {
  const { ctx, bbox } = u;
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = cssVariable("--ink-soft");
  ctx.lineWidth = devicePixelRatio;
  ctx.textAlign = "left";
  ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
  ctx.font = `${11 * devicePixelRatio}px ${cssVariable("--font")}`;
  for (const { seconds, text } of marks) {
    const x = u.valToPos(seconds, "x", true);
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    if (named) ctx.fillText(text.slice(0, 40), x + 4 * devicePixelRatio, bbox.top + 11 * devicePixelRatio);
  }
  ctx.restore();
}

// SPDX-License-Identifier: Apache-2.0
// A scatter plot with its fitted line. The pointer picks the nearest point; with the keyboard the arrows walk from point
// to point and Enter brings a thread into focus.
import { useMemo, useState } from "preact/hooks";
import { useWidth } from "../lib/dom";
import { formatNumber, formatPlain, formatTick, formatTime } from "../lib/format";
import { nearestPoint, plotScatter, type Scatter, type ScatterPoint } from "../model/correlation";
import { usePage } from "./context";
import { ROLE_MARKS, threadName, Value } from "./parts";

const REACH = 28;

export function ScatterPlot({ data, height }: { data: Scatter; height: number }) {
  const { t, selectThread } = usePage();
  const [box, width] = useWidth<HTMLDivElement>();
  const plot = useMemo(() => plotScatter(data, width, height), [data, width, height]);
  const [chosen, setChosen] = useState<number | null>(null);
  const shown = chosen === null ? undefined : plot.points[chosen];
  const axis = data.pair === "cpu_io" ? "axis.io" : "axis.allocation";

  const onMove = (event: PointerEvent) => {
    const area = box.current?.getBoundingClientRect();
    if (area !== undefined) setChosen(nearestPoint(plot, event.clientX - area.left, event.clientY - area.top, REACH));
  };
  const choose = () => {
    if (shown !== undefined && shown.point.time_ns === null) selectThread(shown.point.thread.tid);
  };
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter") choose();
    if (step === undefined || plot.points.length === 0) return;
    event.preventDefault();
    setChosen(((chosen ?? -Math.sign(step)) + step + plot.points.length) % plot.points.length);
  };
  return (
    <figure class="scatter" data-testid={`scatter-${data.pair}`} data-points={data.points.length}>
      <div
        class={`scatter-box ${shown?.point.time_ns === null ? "choosable" : ""}`}
        ref={box}
        style={`height:${height}px`}
        tabIndex={0}
        role="application"
        aria-label={t("scatter.label", { x: t("axis.cpu"), y: t(axis), n: data.points.length })}
        onPointerMove={onMove}
        onPointerLeave={() => setChosen(null)}
        onClick={choose}
        onKeyDown={onKey}
      >
        {width === 0 ? null : (
          <svg width={width} height={height} aria-hidden="true">
            {plot.ticksY.map(({ value, top }) => (
              <g key={value}>
                <line class="grid" x1={plot.edge.left} x2={plot.edge.right} y1={top} y2={top} />
                <text class="tick" x={plot.edge.left - 8} y={top + 4} text-anchor="end">
                  {formatTick(value)}
                </text>
              </g>
            ))}
            {plot.ticksX.map(({ value, left }) => (
              <g key={value}>
                <line class="grid" x1={left} x2={left} y1={plot.edge.top} y2={plot.edge.bottom} />
                <text class="tick" x={left} y={plot.edge.bottom + 16} text-anchor="middle">
                  {formatTick(value)}
                </text>
              </g>
            ))}
            <text class="axis" x={plot.edge.right} y={height - 6} text-anchor="end">
              {t("axis.cpu")} →
            </text>
            <text class="axis" x={plot.edge.left + 8} y={plot.edge.top + 10}>
              ↑ {t(axis)}
            </text>
            {plot.line === null ? null : <line class="fit" {...plot.line} />}
            {plot.points.map(({ point, left, top }, index) => (
              <circle
                key={index}
                class={`point ${index === chosen ? "chosen" : ""} ${point.io === null ? "no-io" : ""}`}
                cx={left}
                cy={top}
                r={index === chosen ? 8 : 5.5}
                style={`--heat:${(point.heat * 100).toFixed(1)}%`}
              />
            ))}
          </svg>
        )}
        {shown === undefined ? null : <Tooltip place={shown} width={width} pair={data.pair} />}
      </div>
      <figcaption class="scatter-foot">
        <FitText data={data} />
        <HeatScale data={data} />
      </figcaption>
    </figure>
  );
}

function Tooltip({ place, width, pair }: { place: { point: ScatterPoint; left: number; top: number }; width: number; pair: string }) {
  const { report, t } = usePage();
  const { point } = place;
  return (
    <div class={`tooltip ${place.left > width / 2 ? "to-left" : ""}`} style={`left:${place.left}px;top:${place.top}px`} role="status">
      <strong>
        {point.time_ns === null ? (
          <>
            {ROLE_MARKS[point.thread.role]} {threadName({ report, t }, point.thread)} <small>{t("thread.tid", { tid: point.thread.tid })}</small>
          </>
        ) : (
          formatTime(point.time_ns)
        )}
      </strong>
      <dl>
        <dt>{t("axis.cpu.short")}</dt>
        <dd>{formatNumber("percent", point.x)}</dd>
        <dt>{t(pair === "cpu_io" ? "axis.io.short" : "axis.allocation.short")}</dt>
        <dd>{formatNumber(pair === "cpu_io" ? "per_second" : "megabytes_per_second", point.y)}</dd>
        <dt>{t(point.time_ns === null ? "field.io_operations" : "axis.io.short")}</dt>
        <dd>{point.io === null ? t("app.unavailable") : formatNumber(point.time_ns === null ? "count" : "per_second", point.io)}</dd>
      </dl>
    </div>
  );
}

/** r, n and the line, or why there are none. */
function FitText({ data }: { data: Scatter }) {
  const { t } = usePage();
  const { fit } = data;
  return (
    <p class="fit-text" data-testid={`fit-${data.pair}`}>
      {fit.kind === "line" ? (
        <>
          <span title={t("fit.r.why")}>
            <i>r</i> = <Value kind="ratio" of={fit.r} field="r" />
          </span>
          <span title={t("fit.n.why")}>
            <i>n</i> = <Value kind="count" of={fit.n} field="n" />
          </span>
          <span title={t("fit.line.why")}>
            <i>y</i> = <Value kind="plain" of={fit.slope} field="slope" /> · <i>x</i> {fit.intercept < 0 ? "−" : "+"}{" "}
            <Value kind="plain" of={Math.abs(fit.intercept)} field="intercept_size" />
          </span>
        </>
      ) : (
        <>
          <span class="missing">{t("app.unavailable")}</span>
          <span>{fit.reason}</span>
          <span title={t("fit.n.why")}>
            <i>n</i> = <Value kind="count" of={fit.n} field="n" />
          </span>
        </>
      )}
      {data.missing === 0 ? null : <span>{t("scatter.missing", { count: data.missing })}</span>}
    </p>
  );
}

function HeatScale({ data }: { data: Scatter }) {
  const { t } = usePage();
  return (
    <p class="heat-scale" title={t("scatter.heat.why")}>
      <span>{t("scatter.heat")}</span>
      <span>0</span>
      <span class="heat-bar" aria-hidden="true" />
      <span>{formatPlain(data.highIo)}</span>
    </p>
  );
}

// SPDX-License-Identifier: Apache-2.0
// Which code allocates: flame graph over call paths, allocated types as areas, and the table of sites. One search serves
// graph and table, and one cost serves the graph and the callers of an opened row.
import { useMemo, useState } from "preact/hooks";
import { useWidth } from "../lib/dom";
import { formatNumber } from "../lib/format";
import { buildCallTree, COSTS, type Cost, type TreeDirection } from "../model/call-tree";
import { releaseSites, searchReleases, searchSites, siteAddress, siteRows, typeRows, type SiteRow, type TypeFigures } from "../model/sites";
import { threadLabel } from "../model/threads";
import { typeAreas, TYPE_MEASURES, type TypeMeasure } from "../model/treemap";
import type { CallSite, CallSiteThread } from "../report/schema";
import { Callers } from "./callers";
import { usePage } from "./context";
import { FlameGraph } from "./flame-graph";
import { Empty, Panel, ThreadLink } from "./parts";
import { SiteName } from "./site-name";
import { Table, type Column } from "./table";

export function CallSites() {
  const { focus } = usePage();
  const [search, setSearch] = useState("");
  const [cost, setCost] = useState<Cost>("live_bytes_at_peak");
  return (
    <>
      <FlamePanel search={search} onSearch={setSearch} cost={cost} onCost={setCost} />
      <SitePanel search={search} cost={cost} />
      <TypePanel onChoose={setSearch} />
      {focus === null ? <ReleasePanel search={search} /> : null}
    </>
  );
}

interface FlameProps {
  search: string;
  onSearch: (text: string) => void;
  cost: Cost;
  onCost: (cost: Cost) => void;
}

function FlamePanel({ search, onSearch, cost, onCost }: FlameProps) {
  const { report, focus, t } = usePage();
  const [direction, setDirection] = useState<TreeDirection>("top-down");
  const tree = useMemo(() => buildCallTree(report, cost, direction, focus), [report, cost, direction, focus]);
  const tools = (
    <div class="tools">
      <select class="input" aria-label={t("flame.cost")} data-testid="flame-cost" value={cost} onChange={(event) => onCost(event.currentTarget.value as Cost)}>
        {COSTS.map((choice) => (
          <option value={choice}>{t(`cost.${choice}`)}</option>
        ))}
      </select>
      <div class="segments" role="group" aria-label={t("flame.direction")}>
        {(["top-down", "bottom-up"] as const).map((choice) => (
          <button type="button" class="button" aria-pressed={direction === choice} title={t(`flame.${choice}.why`)} onClick={() => setDirection(choice)}>
            {t(`flame.${choice}`)}
          </button>
        ))}
      </div>
      <input
        type="search"
        class="input"
        placeholder={t("flame.search")}
        aria-label={t("flame.search")}
        data-testid="site-search"
        value={search}
        onInput={(event) => onSearch(event.currentTarget.value)}
      />
    </div>
  );
  return (
    <Panel id="flame" title={t("flame.title")} hint={t("flame.hint")} tools={tools}>
      <FlameGraph tree={tree} cost={cost} search={search} />
    </Panel>
  );
}

function SitePanel({ search, cost }: { search: string; cost: Cost }) {
  const { report, focus, page, t } = usePage();
  const all = useMemo(() => siteRows(report, focus), [report, focus]);
  const rows = useMemo(() => searchSites(all, search), [all, search]);
  const columns = useMemo<Array<Column<SiteRow>>>(
    () => [
      { id: "function", label: t("site.one"), value: ({ site }) => site.function, cell: ({ site }) => <SiteName site={site} /> },
      { id: "callee", label: t("site.callee"), title: t("site.callee.why"), value: ({ site }) => site.callee, cell: ({ site }) => <Callee site={site} /> },
      { id: "type", label: t("site.type"), title: t("site.type.why"), value: ({ site }) => site.type ?? "", cell: ({ site }) => <TypeName type={site.type} receiver={site.receiver} /> },
      { id: "live_bytes_at_peak", label: t("cost.live_bytes_at_peak"), title: t("term.live_bytes_at_peak"), kind: "bytes", bar: true, value: (row) => row.live_bytes_at_peak },
      { id: "bytes_allocated", label: t("field.bytes_allocated"), title: t("term.bytes_allocated"), kind: "bytes", bar: true, value: (row) => row.bytes_allocated },
      { id: "allocations", label: t("field.allocations"), title: t("term.allocations"), kind: "count", bar: true, value: (row) => row.allocations },
      { id: "temporary", label: t("field.temporary_allocations"), title: t("term.temporary_allocations"), kind: "count", value: (row) => row.temporary },
      { id: "live_bytes_at_exit", label: t("field.live_bytes_at_exit"), title: t("term.live_bytes_at_exit"), kind: "bytes", value: (row) => row.live_bytes_at_exit },
      ...(focus !== null ? [] : siteOnlyColumns(t)),
    ],
    [t, focus],
  );
  return (
    <Panel id="sites" title={t("site.table")} hint={t(focus === null ? "site.table.why" : "site.table.focus")}>
      <Table
        id="call-sites"
        label={t("site.table")}
        columns={columns}
        rows={rows}
        rowKey={({ site }) => site.index}
        opened={page.site}
        sortBy="live_bytes_at_peak"
        empty={t(all.length === 0 ? "app.empty" : "app.no_match")}
        detail={({ site }) => <SiteDetail row={site} cost={cost} />}
      />
    </Panel>
  );
}

/** Places that free: the report counts them per site, not per thread. */
function ReleasePanel({ search }: { search: string }) {
  const { report, t } = usePage();
  const rows = useMemo(() => searchReleases(releaseSites(report), search), [report, search]);
  const columns: Array<Column<CallSite>> = [
    { id: "function", label: t("site.one"), value: (site) => site.function, cell: (site) => <SiteName site={site} /> },
    { id: "callee", label: t("site.callee"), title: t("site.callee.why"), value: (site) => site.callee, cell: (site) => <Callee site={site} /> },
    { id: "deallocations", label: t("field.deallocations"), title: t("site.releases.why"), kind: "count", bar: true, value: (site) => site.deallocations },
  ];
  return (
    <Panel id="releases" title={t("site.releases")} hint={t("site.releases.why")}>
      <Table id="release-sites" label={t("site.releases")} columns={columns} rows={rows} rowKey={(site) => site.index} sortBy="deallocations" empty={t(search === "" ? "app.empty" : "app.no_match")} />
    </Panel>
  );
}

/** What the report keeps per site only, not per thread. */
function siteOnlyColumns(t: ReturnType<typeof usePage>["t"]): Array<Column<SiteRow>> {
  return [
    { id: "peak_live_bytes", label: t("site.own_peak"), title: t("site.own_peak.why"), kind: "bytes", value: ({ site }) => site.peak_live_bytes },
    { id: "freed", label: t("site.freed"), title: t("site.freed.why"), kind: "count", value: ({ site }) => site.freed },
    { id: "exact_calls", label: t("site.exact"), title: t("site.exact.why"), kind: "count", value: ({ site }) => site.exact_calls },
    { id: "exact_bytes", label: t("site.exact_bytes"), title: t("site.exact_bytes.why"), kind: "bytes", value: ({ site }) => site.exact_bytes },
    { id: "min_bytes", label: t("site.min"), kind: "bytes", value: ({ site }) => site.min_bytes },
    { id: "max_bytes", label: t("site.max"), kind: "bytes", value: ({ site }) => site.max_bytes },
    { id: "average_lifetime_ns", label: t("site.lifetime"), title: t("site.lifetime.why"), kind: "duration", value: ({ site }) => site.average_lifetime_ns },
  ];
}

function Callee({ site }: { site: CallSite }) {
  const { t } = usePage();
  const route = site.route === "preload" || site.route === "api" ? site.route : null;
  return (
    <span class="type-name">
      {site.callee}
      {route === null ? null : <small title={t(`site.route.${route}.why`)}>{t(`site.route.${route}`)}</small>}
    </span>
  );
}

function TypeName({ type, receiver }: { type: string | null; receiver: string | null }) {
  const { t } = usePage();
  return (
    <span class="type-name">
      {type === null ? <span class="missing" title={t("site.type.why")}>{t("site.unknown_type")}</span> : <code>{type}</code>}
      {receiver === null ? null : <small>→ {receiver}</small>}
    </span>
  );
}

function SiteDetail({ row, cost }: { row: CallSite; cost: Cost }) {
  const { report, t } = usePage();
  const columns: Array<Column<CallSiteThread>> = [
    { id: "name", label: t("field.name"), value: (part) => threadLabel(report, report.threads[part.thread]!), cell: (part) => <ThreadLink thread={report.threads[part.thread]!} bare /> },
    { id: "tid", label: t("field.tid"), value: (part) => report.threads[part.thread]!.tid },
    { id: "live_bytes_at_peak", label: t("cost.live_bytes_at_peak"), kind: "bytes", value: (part) => part.live_bytes_at_peak },
    { id: "bytes_allocated", label: t("field.bytes_allocated"), kind: "bytes", bar: true, value: (part) => part.bytes_allocated },
    { id: "allocations", label: t("field.allocations"), kind: "count", value: (part) => part.allocations },
    { id: "live_bytes_at_exit", label: t("field.live_bytes_at_exit"), kind: "bytes", value: (part) => part.live_bytes_at_exit },
  ];
  return (
    <div class="site-detail">
      <p>
        <code>{row.function}</code> <code class="frame-place">{siteAddress(row)}</code>
      </p>
      <Callers site={row} cost={cost} />
      <h3 class="block-title">{t("site.threads")}</h3>
      <Table id={`site-threads-${row.index}`} label={t("site.threads")} columns={columns} rows={row.threads} rowKey={(part) => part.thread} sortBy="bytes_allocated" />
    </div>
  );
}

function TypePanel({ onChoose }: { onChoose: (text: string) => void }) {
  const { report, focus, t } = usePage();
  const rows = useMemo(() => typeRows(report, focus), [report, focus]);
  if (rows.length > 0 && rows.every((row) => row.type === null)) {
    return (
      <Panel id="types" title={t("types.title")} hint={t("site.type.why")}>
        <p class="note" data-testid="types-unknown">
          {t("types.unknown")}
        </p>
      </Panel>
    );
  }
  return <TypeAreas rows={rows} onChoose={onChoose} />;
}

/** Smaller areas, in pixels, say what they are in their tooltip only. */
const AREA_WITH_TEXT = 34;

function TypeAreas({ rows, onChoose }: { rows: TypeFigures[]; onChoose: (text: string) => void }) {
  const { t } = usePage();
  const [measure, setMeasure] = useState<TypeMeasure>("bytes_allocated");
  const [box, width] = useWidth<HTMLDivElement>();
  const areas = useMemo(() => typeAreas(rows, measure, width, 260), [rows, measure, width]);
  const tools = (
    <select class="input" aria-label={t("types.measure")} value={measure} onChange={(event) => setMeasure(event.currentTarget.value as TypeMeasure)}>
      {TYPE_MEASURES.map((choice) => (
        <option value={choice}>{t(choice === "live_bytes_at_peak" ? "cost.live_bytes_at_peak" : `field.${choice}`)}</option>
      ))}
    </select>
  );
  const columns: Array<Column<TypeFigures>> = [
    { id: "type", label: t("site.type"), value: (row) => row.type ?? "", cell: (row) => <TypeName type={row.type} receiver={row.receivers.length === 0 ? null : row.receivers.join(", ")} /> },
    { id: "live_bytes_at_peak", label: t("cost.live_bytes_at_peak"), title: t("term.live_bytes_at_peak"), kind: "bytes", bar: true, value: (row) => row.live_bytes_at_peak },
    { id: "bytes_allocated", label: t("field.bytes_allocated"), kind: "bytes", bar: true, value: (row) => row.bytes_allocated },
    { id: "allocations", label: t("field.allocations"), kind: "count", value: (row) => row.allocations },
    { id: "live_bytes_at_exit", label: t("field.live_bytes_at_exit"), kind: "bytes", value: (row) => row.live_bytes_at_exit },
  ];
  return (
    <Panel id="types" title={t("types.title")} hint={t("site.type.why")} tools={tools}>
      <div class="type-split">
        <div class="treemap" ref={box} style="height:260px" data-testid="treemap">
          {areas.length === 0 ? (
            <Empty />
          ) : (
            areas.map((area, place) => {
              const name = area.count > 1 ? t("types.others", { count: area.count }) : (area.type ?? t("site.unknown_type"));
              const value = formatNumber(measure === "allocations" ? "count" : "bytes", area.value);
              return (
                <button
                  type="button"
                  key={`${area.type}-${area.count}`}
                  class={`area ${area.type === null ? "area-rest" : ""} ${area.width < AREA_WITH_TEXT || area.height < AREA_WITH_TEXT ? "area-small" : ""}`}
                  style={`left:${area.x}px;top:${area.y}px;width:${area.width}px;height:${area.height}px;--tone:var(--chart-${(place % 8) + 1})`}
                  title={`${name}\n${value} · ${formatNumber("percent", area.percent)}`}
                  aria-label={`${name}, ${value}`}
                  onClick={() => onChoose(area.type ?? "")}
                >
                  <span class="area-name">{name}</span>
                  <span class="area-value">{value}</span>
                </button>
              );
            })
          )}
        </div>
        <Table id="types-table" label={t("types.title")} columns={columns} rows={rows} rowKey={(row) => row.type ?? ""} sortBy="bytes_allocated" />
      </div>
    </Panel>
  );
}

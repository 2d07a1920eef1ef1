// SPDX-License-Identifier: Apache-2.0
// What was not freed as one would expect, in four classes with their stacks; and how large blocks are and how long they
// live.
import { useMemo, useState } from "preact/hooks";
import { leakRank, leakRows, leakSums, type LeakRow } from "../model/leaks";
import { threadLabel } from "../model/threads";
import type { LeakClass } from "../report/schema";
import { usePage } from "./context";
import { Histogram } from "./histogram";
import { Empty, Panel, ThreadLink, Value } from "./parts";
import { SiteName } from "./site-name";
import { StackList } from "./stack-list";
import { Table, type Column } from "./table";

export function Leaks() {
  const { focus, t } = usePage();
  const [only, setOnly] = useState<LeakClass | null>(null);
  const [scale, setScale] = useState<"linear" | "log">("linear");
  if (focus !== null && !focus.tracked) {
    return (
      <Panel>
        <Empty text={t("deep.untracked")} />
      </Panel>
    );
  }
  const tools = (
    <button type="button" class="button" aria-pressed={scale === "log"} title={t("histogram.log.why")} onClick={() => setScale(scale === "log" ? "linear" : "log")}>
      {t("histogram.log")}
    </button>
  );
  return (
    <>
      <Classes only={only} onChoose={setOnly} />
      <LeakPanel only={only} />
      <div class="two">
        <Panel title={t("deep.sizes")} hint={t("histogram.size.why")} tools={tools}>
          <Histogram name="size_histogram" focus={focus} scale={scale} />
        </Panel>
        <Panel title={t("deep.lifetimes")} hint={t("histogram.lifetime.why")} tools={tools}>
          <Histogram name="lifetime_histogram" focus={focus} scale={scale} />
        </Panel>
      </div>
    </>
  );
}

function Classes({ only, onChoose }: { only: LeakClass | null; onChoose: (name: LeakClass | null) => void }) {
  const { report, focus, t } = usePage();
  const sums = useMemo(() => leakSums(report, focus), [report, focus]);
  return (
    <div class="leak-classes" data-keep-focus>
      {sums.map((sum) => (
        <button
          type="button"
          key={sum.class}
          class={`leak-class leak-${sum.class}`}
          data-leak-class={sum.class}
          aria-pressed={only === sum.class}
          onClick={() => onChoose(only === sum.class ? null : sum.class)}
        >
          <span class="leak-name">{t(`leak.${sum.class}`)}</span>
          <span class="leak-bytes">
            <Value kind="bytes" of={sum.bytes} field="bytes" />
          </span>
          <span class="leak-blocks">
            <Value kind="count" of={sum.blocks} field="blocks" /> {t(sum.blocks === 1 ? "leak.block" : "leak.blocks")}
          </span>
          <span class="leak-why">{t(`leak.${sum.class}.why`)}</span>
        </button>
      ))}
    </div>
  );
}

function LeakPanel({ only }: { only: LeakClass | null }) {
  const { report, focus, t } = usePage();
  const rows = useMemo(() => leakRows(report, focus, only), [report, focus, only]);
  const columns = useMemo<Array<Column<LeakRow>>>(
    () => [
      {
        id: "site",
        label: t("site.one"),
        value: ({ site }) => site?.function ?? null,
        cell: ({ site }) => (site === null ? <span class="missing">{t("app.unavailable")}</span> : <SiteName site={site} />),
      },
      { id: "class", label: t("leak.class"), value: ({ item }) => leakRank(item.class), cell: ({ item }) => <LeakTag name={item.class} /> },
      { id: "thread", label: t("field.name"), value: ({ thread }) => threadLabel(report, thread), cell: ({ thread }) => <ThreadLink thread={thread} /> },
      { id: "bytes", label: t("histogram.bytes"), kind: "bytes", bar: true, value: ({ item }) => item.bytes },
      { id: "blocks", label: t("histogram.blocks"), kind: "count", value: ({ item }) => item.blocks },
      { id: "first_ns", label: t("leak.first"), kind: "time", value: ({ item }) => item.first_ns },
      { id: "last_ns", label: t("leak.last"), kind: "time", value: ({ item }) => item.last_ns },
    ],
    [t, report],
  );
  return (
    <Panel id="leaks" title={t("leak.title")} hint={t("leak.title.why")}>
      <Table
        id="leak-items"
        label={t("leak.title")}
        columns={columns}
        rows={rows}
        rowKey={({ item }) => `${item.class}-${item.stack}-${item.thread}`}
        empty={t("leak.none")}
        detail={({ item }) => <StackList stack={item.stack} />}
      />
    </Panel>
  );
}

function LeakTag({ name }: { name: LeakClass }) {
  const { t } = usePage();
  return (
    <span class={`leak-tag leak-${name}`} title={t(`leak.${name}.why`)}>
      {t(`leak.${name}`)}
    </span>
  );
}

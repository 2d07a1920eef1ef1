// SPDX-License-Identifier: Apache-2.0
// The first view: what happened (headline), what stands out (insights), which thread (cards). A card in focus opens the
// deep view beneath its row; the grid's dense flow lets the cards after it keep their places. Dense flow would carry cards
// past a heading in the grid, so tracked and untracked threads have a grid each.
import { Fragment } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { countRoles, selectThreads, THREAD_ORDERS, type ThreadOrder, type ThreadQuery } from "../model/threads";
import { ROLES, type Role, type Thread } from "../report/schema";
import { usePage } from "./context";
import { DeepView } from "./deep-view";
import { Headline } from "./headline";
import { InsightCards } from "./insight-cards";
import { Empty, ROLE_MARKS } from "./parts";
import { ThreadCard } from "./thread-card";

const START: ThreadQuery = { search: "", role: null, tracked: "all", order: "alert" };

export function Overview() {
  return (
    <>
      <Headline />
      <InsightCards />
      <ThreadGrid />
    </>
  );
}

function ThreadGrid() {
  const { report, focus, t } = usePage();
  const [query, setQuery] = useState(START);
  const threads = useMemo(() => selectThreads(report, query), [report, query]);
  const groups = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (focus === null) return;
    const card = groups.current?.querySelector(`.thread-card[data-tid="${focus.tid}"]`);
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    card?.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
  }, [focus]);

  return (
    <section aria-label={t("overview.threads")}>
      <Toolbar query={query} shown={threads.length} onChange={setQuery} />
      {threads.length === 0 ? (
        <Empty text={t(report.threads.length === 0 ? "overview.nothreads" : "overview.nomatch")} />
      ) : (
        <div class="thread-groups" ref={groups} data-testid="thread-grid">
          {([true, false] as const).map((tracked) => (
            <ThreadGroup key={String(tracked)} tracked={tracked} threads={threads.filter((thread) => thread.tracked === tracked)} />
          ))}
        </div>
      )}
    </section>
  );
}

function ThreadGroup({ tracked, threads }: { tracked: boolean; threads: Thread[] }) {
  const { report, focus, t } = usePage();
  const live = useMemo(() => new Map(report.timeline.threads.map((row) => [row.thread, row.peak_live_bytes])), [report]);
  if (threads.length === 0) return null;
  const name = tracked ? "tracked" : "untracked";
  return (
    <div class="thread-group" data-thread-group={name}>
      <h3 class="grid-group">{t(`overview.group.${name}`)}</h3>
      <div class="thread-grid">
        {threads.map((thread) => (
          <Fragment key={thread.index}>
            <ThreadCard thread={thread} live={live.get(thread.index)} state={focus === null ? "" : focus === thread ? "focused" : "dimmed"} />
            {focus === thread ? <DeepView thread={thread} /> : null}
          </Fragment>
        ))}
      </div>
    </div>
  );
}

function Toolbar(props: { query: ThreadQuery; shown: number; onChange: (query: ThreadQuery) => void }) {
  const { report, t } = usePage();
  const { query, shown } = props;
  const counts = useMemo(() => countRoles(report.threads), [report]);
  const change = (part: Partial<ThreadQuery>) => props.onChange({ ...query, ...part });
  const chip = (role: Role | null, count: number) => (
    <button
      type="button"
      class={`chip ${role === null ? "" : `role-${role}`}`}
      aria-pressed={query.role === role}
      title={role === null ? undefined : t(`role.${role}.why`)}
      onClick={() => change({ role: query.role === role ? null : role })}
    >
      {role === null ? null : (
        <span class="emoji" aria-hidden="true">
          {ROLE_MARKS[role]}
        </span>
      )}
      {role === null ? t("overview.role.all") : t(`role.${role}`)}
      <span class="chip-count">{count}</span>
    </button>
  );
  return (
    <div class="toolbar">
      <h2>
        {t("overview.threads")}
        <span class="toolbar-count">{t("overview.threads.count", { shown, count: report.threads.length })}</span>
      </h2>
      <div class="chips">
        {chip(null, report.threads.length)}
        {ROLES.filter((role) => counts[role] > 0).map((role) => chip(role, counts[role]))}
      </div>
      <div class="toolbar-inputs">
        <input
          type="search"
          class="input"
          placeholder={t("overview.search")}
          aria-label={t("overview.search")}
          value={query.search}
          onInput={(event) => change({ search: event.currentTarget.value })}
        />
        <select
          class="input"
          aria-label={t("overview.tracked")}
          value={query.tracked}
          onChange={(event) => change({ tracked: event.currentTarget.value as ThreadQuery["tracked"] })}
        >
          {(["all", "tracked", "untracked"] as const).map((choice) => (
            <option value={choice}>{t(`overview.tracked.${choice}`)}</option>
          ))}
        </select>
        <select
          class="input"
          aria-label={t("overview.order")}
          value={query.order}
          onChange={(event) => change({ order: event.currentTarget.value as ThreadOrder })}
        >
          {THREAD_ORDERS.map((order) => (
            <option value={order}>{t(`overview.order.${order}`)}</option>
          ))}
        </select>
      </div>
    </div>
  );
}

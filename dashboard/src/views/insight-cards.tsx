// SPDX-License-Identifier: Apache-2.0
// Findings as cards, worst first, with what to do and the way to the evidence. A few at first: the page stays calm.
import { useMemo, useState } from "preact/hooks";
import { selectInsights } from "../model/insights";
import type { Insight } from "../report/schema";
import { usePage } from "./context";
import { ThreadLink, Value } from "./parts";

const SHOWN_AT_FIRST = 3;

export function InsightCards({ all = false }: { all?: boolean }) {
  const { report, focus, t } = usePage();
  const [open, setOpen] = useState(all);
  const insights = useMemo(() => selectInsights(report, focus), [report, focus]);
  const shown = open ? insights : insights.slice(0, SHOWN_AT_FIRST);
  return (
    <section class="insights" aria-label={t("overview.insights")} data-testid="insights">
      <div class="section-head">
        <h2>{t("overview.insights")}</h2>
        {all || insights.length <= SHOWN_AT_FIRST ? null : (
          <button type="button" class="link" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? t("overview.insights.less") : t("overview.insights.more", { count: insights.length - shown.length })}
          </button>
        )}
      </div>
      {insights.length === 0 ? (
        <p class="empty">{t(focus === null ? "overview.insights.none" : "overview.insights.none.thread")}</p>
      ) : (
        <div class="insight-list">
          {shown.map((insight) => (
            <InsightCard insight={insight} />
          ))}
        </div>
      )}
    </section>
  );
}

function InsightCard({ insight }: { insight: Insight }) {
  const { report, focus, go, t } = usePage();
  const thread = insight.thread === null ? null : report.threads[insight.thread]!;
  return (
    <article class={`insight severity-${insight.severity}`} data-keep-focus data-insight={insight.kind}>
      <h3>
        <span class="severity">{t(`severity.${insight.severity}`)}</span>
        {insight.title}
      </h3>
      <p>{insight.detail}</p>
      {insight.recommendation === null ? null : <p class="recommendation">{insight.recommendation}</p>}
      <div class="insight-foot">
        {insight.saving_bytes === null ? null : (
          <span class="saving">
            {t("insight.saving")} <Value kind="bytes" of={insight.saving_bytes} field="saving_bytes" />
          </span>
        )}
        {thread === null || thread === focus ? null : <ThreadLink thread={thread} />}
        {insight.call_site === null ? null : (
          <button type="button" class="link" onClick={() => go({ tab: "call-sites", site: insight.call_site })}>
            {t("overview.insight.site")}
          </button>
        )}
      </div>
    </article>
  );
}

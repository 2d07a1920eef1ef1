// SPDX-License-Identifier: Apache-2.0
// The conclusion: what holds the run back, how it scores and by which formula, what to do about it.
import { useMemo } from "preact/hooks";
import { runBottleneck } from "../model/insights";
import { bottleneckCounts, recommendations, scores, type Score } from "../model/summary";
import type { TextKey } from "../text/en";
import { usePage, type PageContext } from "./context";
import { InsightCards } from "./insight-cards";
import { Empty, Panel, ThreadLink, Value } from "./parts";

const BOTTLENECKS = ["cpu", "memory", "io", "gpu", "contention", "balanced"];

function bottleneckText(kind: string, t: PageContext["t"]): string {
  return BOTTLENECKS.includes(kind) ? t(`bottleneck.${kind}` as TextKey) : kind;
}

export function Summary() {
  return (
    <>
      <div class="two">
        <BottleneckPanel />
        <RecommendationPanel />
      </div>
      <ScorePanel />
      <InsightCards all />
    </>
  );
}

function BottleneckPanel() {
  const { report, focus, t } = usePage();
  const run = focus === null ? runBottleneck(report) : null;
  const groups = useMemo(() => bottleneckCounts(report, focus), [report, focus]);
  return (
    <Panel id="bottleneck" title={t(focus === null ? "summary.bottleneck" : "summary.bottleneck.thread")}>
      {focus !== null ? (
        <>
          <p class="lead">{bottleneckText(focus.bottleneck, t)}</p>
          <p class="note">{focus.bottleneck_reason}</p>
        </>
      ) : run === null ? (
        <Empty text={t("summary.bottleneck.none")} />
      ) : (
        <>
          <p class="lead">{run.title}</p>
          <p class="note">{run.detail}</p>
        </>
      )}
      {focus !== null || groups.length === 0 ? null : (
        <dl class="groups">
          {groups.map(({ kind, threads }) => (
            <div key={kind}>
              <dt>
                {bottleneckText(kind, t)} <span class="chip-count">{threads.length}</span>
              </dt>
              <dd>
                {threads.slice(0, 6).map((thread) => (
                  <ThreadLink key={thread.index} thread={thread} />
                ))}
                {threads.length > 6 ? <span class="note">{t("overview.insights.more", { count: threads.length - 6 })}</span> : null}
              </dd>
            </div>
          ))}
        </dl>
      )}
    </Panel>
  );
}

function RecommendationPanel() {
  const { report, focus, go, t } = usePage();
  const advised = useMemo(() => recommendations(report, focus), [report, focus]);
  return (
    <Panel id="recommendations" title={t("summary.recommendations")}>
      {advised.length === 0 ? (
        <Empty text={t("summary.recommendations.none")} />
      ) : (
        <ol class="advice">
          {advised.map((insight) => (
            <li>
              <p>{insight.recommendation}</p>
              <p class="note">
                {insight.title}
                {insight.saving_bytes === null ? null : (
                  <span class="saving">
                    {" "}
                    · {t("insight.saving")} <Value kind="bytes" of={insight.saving_bytes} field="saving_bytes" />
                  </span>
                )}
              </p>
              <div class="insight-foot">
                {insight.thread === null || focus !== null ? null : <ThreadLink thread={report.threads[insight.thread]!} />}
                {insight.call_site === null ? null : (
                  <button type="button" class="link" onClick={() => go({ tab: "call-sites", site: insight.call_site })}>
                    {t("overview.insight.site")}
                  </button>
                )}
              </div>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}

function ScorePanel() {
  const { report, focus, t } = usePage();
  const list = useMemo(() => scores(report, focus), [report, focus]);
  return (
    <Panel id="scores" title={t("summary.scores")} hint={t("summary.scores.why")}>
      {list.length === 0 ? <Empty text={t("deep.untracked")} /> : null}
      <div class="scores">
        {list.map((score) => (
          <ScoreCard key={score.name} score={score} />
        ))}
      </div>
    </Panel>
  );
}

function ScoreCard({ score }: { score: Score }) {
  const { t } = usePage();
  return (
    <div class={`score score-${score.good}`} data-score={score.name}>
      <h3>{t(`score.${score.name}`)}</h3>
      <p class="score-value">
        <Value kind="percent" of={score.percent} field={score.name} />
      </p>
      <div class="meter" style={`--share:${Math.min(100, score.percent ?? 0).toFixed(2)}%`} aria-hidden="true" />
      <p class="formula">{t(`score.${score.name}.formula`)}</p>
      <p class="formula">
        = <Value kind={score.kind} of={score.part} field="part" /> ÷ <Value kind={score.kind} of={score.whole} field="whole" />
      </p>
    </div>
  );
}

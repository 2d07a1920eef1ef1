// SPDX-License-Identifier: Apache-2.0
// The callers of one call site: its call stacks by the chosen cost, each of which opens.
import { useMemo, useState } from "preact/hooks";
import { callersOf } from "../model/callers";
import { costKind, type Cost } from "../model/call-tree";
import type { CallSite } from "../report/schema";
import { usePage } from "./context";
import { CodeName } from "./site-name";
import { Empty, Value } from "./parts";
import { StackList } from "./stack-list";

const SHOWN_AT_FIRST = 5;

export function Callers({ site, cost }: { site: CallSite; cost: Cost }) {
  const { report, focus, t } = usePage();
  const [all, setAll] = useState(false);
  const callers = useMemo(() => callersOf(report, site, cost, focus), [report, site, cost, focus]);
  const shown = all ? callers : callers.slice(0, SHOWN_AT_FIRST);
  const title = t("site.callers", { cost: t(`cost.${cost}`) });
  return (
    <section class="callers" aria-label={title} data-testid={`site-callers-${site.index}`}>
      <h3 class="block-title">{title}</h3>
      {callers.length === 0 ? <Empty text={t("flame.empty")} /> : null}
      {shown.map(({ stack, frame, cost: value, percent }) => (
        <details key={stack} class="stack-row" data-stack={stack}>
          <summary>
            {frame === null ? (
              <span class="note">{t("site.callers.none")}</span>
            ) : (
              <CodeName name={frame.function} place={frame.place === "" ? frame.module : frame.place} />
            )}
            <span class="stack-figures">
              <Value kind={costKind(cost)} of={value} field={cost} />
              <small>
                <Value kind="percent" of={percent} field="percent" />
              </small>
            </span>
          </summary>
          <StackList stack={stack} />
        </details>
      ))}
      {shown.length === callers.length ? null : (
        <button type="button" class="link" onClick={() => setAll(true)}>
          {t("app.show_all", { count: callers.length })}
        </button>
      )}
    </section>
  );
}

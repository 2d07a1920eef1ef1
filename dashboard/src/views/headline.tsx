// SPDX-License-Identifier: Apache-2.0
// The run, or the thread in focus, in nine figures; the first with its course over time.
import { useMemo } from "preact/hooks";
import type { NumberKind } from "../lib/format";
import type { Measured } from "../lib/units";
import { headlineFigures } from "../model/headline";
import { usePage } from "./context";
import { threadName, Value, type Field } from "./parts";
import { Sparkline } from "./sparkline";
import type { TextKey } from "../text/en";

export function Headline() {
  const { report, focus, t } = usePage();
  const { first, others, live } = useMemo(() => headlineFigures(report, focus), [report, focus]);
  const title = focus === null ? t("overview.happened") : t("overview.figures.of", { name: threadName({ report, t }, focus) });
  return (
    <section class="headline" aria-label={title} data-keep-focus data-testid="headline">
      <div class="tile tile-first">
        <Figure {...first} />
        {live === null ? null : <Sparkline values={live} points={240} height={64} />}
      </div>
      {others.map((figure) => (
        <div class="tile" key={figure.field}>
          <Figure {...figure} />
        </div>
      ))}
    </section>
  );
}

function Figure({ field, kind, of }: { field: Field; kind: NumberKind; of: Measured }) {
  const { t } = usePage();
  return (
    <dl class="figure">
      <dt title={t(`term.${field}` as TextKey)}>{t(`field.${field}`)}</dt>
      <dd>
        <Value kind={kind} of={of} field={field} />
      </dd>
    </dl>
  );
}

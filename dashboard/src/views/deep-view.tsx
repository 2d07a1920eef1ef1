// SPDX-License-Identifier: Apache-2.0
// Everything about one thread, beneath its card: why it has its role, its figures in groups, its course over time, how
// CPU, memory and I/O go together, its block sizes and lifetimes, its largest stacks and what it did not free.
import { useMemo } from "preact/hooks";
import type { NumberKind } from "../lib/format";
import { formatTime } from "../lib/format";
import { scatters } from "../model/correlation";
import { leakRows } from "../model/leaks";
import { largestStacks } from "../model/sites";
import { threadCharts } from "../model/timeline";
import type { Thread } from "../report/schema";
import { TimeChart } from "./chart";
import { usePage } from "./context";
import { Histogram } from "./histogram";
import { AlertTag, Empty, Fact, RoleTag, threadName, Value, type Field } from "./parts";
import { ScatterPlot } from "./scatter-plot";
import { SiteName } from "./site-name";
import { StackList } from "./stack-list";

/** Fields that are both columns of a thread and named in the text table. */
type ThreadField = Extract<Field, keyof Thread>;

const MEMORY: Array<[ThreadField, NumberKind]> = [
  ["peak_live_bytes", "bytes"],
  ["peak_time_ns", "time"],
  ["live_bytes_at_exit", "bytes"],
  ["live_blocks_at_exit", "count"],
  ["allocations", "count"],
  ["deallocations", "count"],
  ["bytes_allocated", "bytes"],
  ["bytes_deallocated", "bytes"],
  ["average_size_bytes", "bytes"],
  ["allocations_per_second", "per_second"],
  ["bytes_per_second", "bytes_per_second"],
  ["efficiency_percent", "percent"],
  ["efficiency_bytes_percent", "percent"],
  ["temporary_allocations", "count"],
  ["foreign_deallocations", "count"],
  ["freed_by_others", "count"],
];
const PROCESSOR: Array<[ThreadField, NumberKind]> = [
  ["cpu_percent", "percent"],
  ["cpu_user_ns", "duration"],
  ["cpu_system_ns", "duration"],
  ["run_delay_ns", "duration"],
  ["voluntary_switches", "count"],
  ["involuntary_switches", "count"],
  ["minor_faults", "count"],
  ["major_faults", "count"],
];
const INPUT_OUTPUT: Array<[ThreadField, NumberKind]> = [
  ["io_operations", "count"],
  ["read_calls", "count"],
  ["write_calls", "count"],
  ["read_bytes", "bytes"],
  ["write_bytes", "bytes"],
  ["storage_read_bytes", "bytes"],
  ["storage_write_bytes", "bytes"],
];

export function DeepView({ thread }: { thread: Thread }) {
  const { t } = usePage();
  return (
    <div class={`deep-view role-${thread.role}`} data-keep-focus data-testid="deep-view" role="region" aria-label={t("deep.title")}>
      <DeepHead thread={thread} />
      <div class="deep-facts">
        {thread.tracked ? <Facts title={t("deep.memory")} thread={thread} fields={MEMORY} /> : null}
        <Facts title={t("deep.processor")} thread={thread} fields={PROCESSOR} />
        <Facts title={t("deep.io")} thread={thread} fields={INPUT_OUTPUT} />
      </div>
      <Charts thread={thread} />
      {thread.tracked ? (
        <div class="deep-columns">
          <section aria-label={t("deep.sizes")}>
            <h4 class="block-title">{t("deep.sizes")}</h4>
            <Histogram name="size_histogram" focus={thread} scale="linear" />
          </section>
          <section aria-label={t("deep.lifetimes")}>
            <h4 class="block-title">{t("deep.lifetimes")}</h4>
            <Histogram name="lifetime_histogram" focus={thread} scale="linear" />
          </section>
          <LargestStacks thread={thread} />
          <ThreadLeaks thread={thread} />
        </div>
      ) : null}
    </div>
  );
}

function DeepHead({ thread }: { thread: Thread }) {
  const { report, t } = usePage();
  const from = thread.start_ns === null ? t("app.unavailable") : thread.start_ns < 0 ? t("deep.life.before") : formatTime(thread.start_ns);
  // A scope without a name is an annotation that gave none.
  const scopes = thread.scopes.filter((scope) => scope !== "");
  const roles = thread.secondary_roles.map((role) => t(`role.${role}`)).join(", ");
  return (
    <div class="deep-head">
      <div>
        <h3>
          {threadName({ report, t }, thread)} <small>{t("thread.tid", { tid: thread.tid })}</small>
        </h3>
        <p>
          <RoleTag role={thread.role} /> <AlertTag alert={thread.alert} /> {roles === "" ? null : t("deep.secondary", { roles })}
        </p>
      </div>
      <dl class="reasons">
        <dt>{t("deep.role")}</dt>
        <dd>{thread.role_reason}</dd>
        <dt>{t("deep.bottleneck")}</dt>
        <dd>{thread.bottleneck_reason}</dd>
        <dt>{t("deep.life")}</dt>
        <dd>
          {thread.end_ns === null
            ? t("deep.life.open", { from })
            : t("deep.life.text", { from, to: formatTime(thread.end_ns) })}
        </dd>
        {thread.names.length < 2 ? null : (
          <>
            <dt>{t("deep.names")}</dt>
            <dd>{thread.names.map(({ name }) => name).join(" → ")}</dd>
          </>
        )}
        {scopes.length === 0 ? null : (
          <>
            <dt>{t("deep.scopes")}</dt>
            <dd>
              <code>{scopes.join(", ")}</code>
            </dd>
          </>
        )}
      </dl>
      {thread.tracked ? null : <p class="note">{t("deep.untracked")}</p>}
    </div>
  );
}

function Facts(props: { title: string; thread: Thread; fields: Array<[ThreadField, NumberKind]> }) {
  return (
    <section class="fact-group" aria-label={props.title}>
      <h4>{props.title}</h4>
      <dl>
        {props.fields.map(([field, kind]) => (
          <Fact key={field} field={field} kind={kind} of={props.thread[field] as number | null} />
        ))}
      </dl>
    </section>
  );
}

/** Its memory and processor over time beside the scatter of the same moments. */
function Charts({ thread }: { thread: Thread }) {
  const { report, t } = usePage();
  const charts = useMemo(() => threadCharts(report, thread), [report, thread]);
  const [scatter] = useMemo(() => scatters(report, thread), [report, thread]);
  return (
    <div class="deep-columns">
      <section aria-label={t("deep.timeline")}>
        <h4 class="block-title">{t("deep.timeline")}</h4>
        {charts
          .filter(({ name }) => name === "live" || name === "cpu" || name === "io")
          .map((chart) => (
            <div key={chart.name} class="small-chart">
              <h5>{t(`chart.${chart.name}`)}</h5>
              <TimeChart chart={chart} height={chart.name === "live" ? 150 : 104} />
            </div>
          ))}
      </section>
      {scatter === undefined ? null : (
        <section aria-label={t("deep.scatter")}>
          <h4 class="block-title">{t("deep.scatter")}</h4>
          <ScatterPlot data={scatter} height={400} />
        </section>
      )}
    </div>
  );
}

const STACKS_SHOWN = 5;

function LargestStacks({ thread }: { thread: Thread }) {
  const { report, t } = usePage();
  const rows = useMemo(() => largestStacks(report, thread, STACKS_SHOWN), [report, thread]);
  return (
    <section aria-label={t("deep.stacks")} data-testid="deep-stacks">
      <h4 class="block-title">{t("deep.stacks")}</h4>
      {rows.length === 0 ? <Empty /> : null}
      {rows.map((row) => (
        <details key={row.stack} class="stack-row">
          <summary>
            {row.site === null ? null : <SiteName site={row.site} />}
            <span class="stack-figures">
              <Value kind="bytes" of={row.bytes_allocated} field="bytes_allocated" />
              <small>
                <Value kind="count" of={row.allocations} field="allocations" /> ×
              </small>
            </span>
          </summary>
          <StackList stack={row.stack} />
        </details>
      ))}
    </section>
  );
}

function ThreadLeaks({ thread }: { thread: Thread }) {
  const { report, t } = usePage();
  const rows = useMemo(() => leakRows(report, thread, null), [report, thread]);
  return (
    <section aria-label={t("deep.leaks")} data-testid="deep-leaks">
      <h4 class="block-title">{t("deep.leaks")}</h4>
      {rows.length === 0 ? <Empty text={t("deep.leaks.none")} /> : null}
      {rows.map(({ item, site }) => (
        <details key={`${item.class}-${item.stack}`} class="stack-row">
          <summary>
            {site === null ? null : <SiteName site={site} />}
            <span class={`leak-tag leak-${item.class}`}>{t(`leak.${item.class}`)}</span>
            <span class="stack-figures">
              <Value kind="bytes" of={item.bytes} field="bytes" />
              <small>
                <Value kind="count" of={item.blocks} field="blocks" /> {t(item.blocks === 1 ? "leak.block" : "leak.blocks")}
              </small>
            </span>
          </summary>
          <StackList stack={item.stack} />
        </details>
      ))}
    </section>
  );
}

// SPDX-License-Identifier: Apache-2.0
// Everything about one thread, beneath its card: why it has its role, its figures in groups, its course over time.
import type { NumberKind } from "../lib/format";
import { formatTime } from "../lib/format";
import type { Thread } from "../report/schema";
import { usePage } from "./context";
import { AlertTag, Fact, RoleTag, type Field } from "./parts";

/** Fields that are both columns of a thread and named in the text table. */
type ThreadField = Extract<Field, keyof Thread>;

const MEMORY: Array<[ThreadField, NumberKind]> = [
  ["peak_live_bytes", "bytes"],
  ["peak_time_ns", "time"],
  ["live_bytes_at_exit", "bytes"],
  ["allocations", "count"],
  ["deallocations", "count"],
  ["bytes_allocated", "bytes"],
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
    </div>
  );
}

function DeepHead({ thread }: { thread: Thread }) {
  const { t } = usePage();
  const from = thread.start_ns === null ? t("app.unavailable") : formatTime(thread.start_ns);
  const roles = thread.secondary_roles.map((role) => t(`role.${role}`)).join(", ");
  return (
    <div class="deep-head">
      <div>
        <h3>
          {thread.name === "" ? t("thread.unnamed") : thread.name} <small>{t("thread.tid", { tid: thread.tid })}</small>
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
        {thread.scopes.length === 0 ? null : (
          <>
            <dt>{t("deep.scopes")}</dt>
            <dd>
              <code>{thread.scopes.join(", ")}</code>
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

// SPDX-License-Identifier: Apache-2.0
// The small parts all views are made of: a value, a figure with its name, a panel, a role's mark.
// A value is the only way a number reaches the page: null becomes "unavailable" with the reason, never 0 or a blank.
import type { ComponentChildren } from "preact";
import { formatExact, formatNumber, type NumberKind } from "../lib/format";
import type { Measured } from "../lib/units";
import { whyMissing } from "../model/insights";
import { labelIsShared, threadLabel } from "../model/threads";
import type { Alert, Role, Thread } from "../report/schema";
import type { TextKey } from "../text/en";
import { usePage, useReading, type ReadingContext } from "./context";

export const ROLE_MARKS: Record<Role, string> = {
  memory_intensive: "💾",
  cpu_intensive: "🔥",
  io_intensive: "⚡",
  balanced: "🧵",
  lightweight: "💤",
};

/** Fields that have a name and an explanation in the text table. */
export type Field = Extract<TextKey, `field.${string}`> extends `field.${infer Name}` ? Name : never;

/** `field` is the JSON's name of the number; tests find it by that. */
export function Value({ kind, of, field }: { kind: NumberKind; of: Measured; field: string }) {
  const { report, t } = useReading();
  if (of === null) {
    return (
      <span class="value missing" data-field={field} title={whyMissing(report, field) ?? t("app.unavailable.why")}>
        {t("app.unavailable")}
      </span>
    );
  }
  const text = formatNumber(kind, of);
  const gap = text.lastIndexOf(" ");
  return (
    <span class="value" data-field={field} title={formatExact(kind, of)}>
      {gap < 0 ? text : text.slice(0, gap)}
      {gap < 0 ? null : <span class="unit">{text.slice(gap)}</span>}
    </span>
  );
}

/** A name over its value, the name explained on hover. */
export function Fact({ field, kind, of }: { field: Field; kind: NumberKind; of: Measured }) {
  const { t } = useReading();
  return (
    <div class="fact">
      <dt title={t(`term.${field}` as TextKey)}>{t(`field.${field}`)}</dt>
      <dd>
        <Value kind={kind} of={of} field={field} />
      </dd>
    </div>
  );
}

/** A surface with a title. Clicks inside never leave the focus. */
export function Panel(props: {
  title?: string;
  hint?: string;
  id?: string;
  tools?: ComponentChildren;
  class?: string;
  children: ComponentChildren;
}) {
  return (
    <section class={`panel ${props.class ?? ""}`} data-keep-focus data-testid={props.id} aria-label={props.title}>
      {props.title === undefined && props.tools === undefined ? null : (
        <header class="panel-head">
          <h2 title={props.hint}>{props.title}</h2>
          {props.tools}
        </header>
      )}
      {props.children}
    </section>
  );
}

export function RoleTag({ role }: { role: Role }) {
  const { t } = useReading();
  return (
    <span class={`role-tag role-${role}`} title={t(`role.${role}.why`)}>
      <span class="emoji" aria-hidden="true">
        {ROLE_MARKS[role]}
      </span>
      {t(`role.${role}`)}
    </span>
  );
}

export function AlertTag({ alert }: { alert: Alert }) {
  const { t } = useReading();
  return (
    <span class={`alert-tag alert-${alert}`} title={t(`alert.${alert}.why`)}>
      <span class="alert-dot" aria-hidden="true" />
      {t(`alert.${alert}`)}
    </span>
  );
}

/** A thread's name in words: the only way one reaches the page. */
export function threadName({ report, t }: Pick<ReadingContext, "report" | "t">, thread: Thread): string {
  return threadLabel(report, thread) || t("thread.unnamed");
}

/** A thread's name as a button that focuses it; `bare` where its role and tid stand beside it anyway. */
export function ThreadLink({ thread, bare = false }: { thread: Thread; bare?: boolean }) {
  const { report, selectThread, t } = usePage();
  const tid = t("thread.tid", { tid: thread.tid });
  return (
    <button type="button" class={`thread-link role-${thread.role}`} title={[tid, ...thread.scopes].join("\n")} onClick={() => selectThread(thread.tid)}>
      {bare ? null : (
        <span class="emoji" aria-hidden="true">
          {ROLE_MARKS[thread.role]}
        </span>
      )}
      <span class="thread-link-name">{threadName({ report, t }, thread)}</span>
      {bare || !labelIsShared(report, thread) ? null : <small class="thread-link-tid">{tid}</small>}
    </button>
  );
}

export function Empty({ text }: { text?: string }) {
  const { t } = useReading();
  return <p class="empty">{text ?? t("app.empty")}</p>;
}

// SPDX-License-Identifier: Apache-2.0
// One thread as a button: role by colour, mark and word; alert; the figures that decide both. Pressed = in focus.
// What a card holds is drawn once; a focus only changes the state of its button, so that a thousand cards fade at once.
import { formatNumber } from "../lib/format";
import { memo } from "../lib/memo";
import type { Series, Thread } from "../report/schema";
import { usePage, useReading } from "./context";
import { AlertTag, RoleTag, threadName, Value } from "./parts";
import { Sparkline } from "./sparkline";

export interface CardProps {
  thread: Thread;
  live: Series | undefined;
  state: "" | "focused" | "dimmed";
}

export function ThreadCard({ thread, live, state }: CardProps) {
  const { report, t, selectThread, leaveFocus } = usePage();
  const name = threadName({ report, t }, thread);
  const say = (kind: "percent" | "count" | "bytes", value: number | null) =>
    value === null ? t("app.unavailable") : formatNumber(kind, value);
  const label = t(thread.tracked ? "thread.card" : "thread.card.untracked", {
    name,
    tid: thread.tid,
    role: t(`role.${thread.role}`),
    alert: t(`alert.${thread.alert}`),
    peak: say("bytes", thread.peak_live_bytes),
    allocations: say("count", thread.allocations),
    cpu: say("percent", thread.cpu_percent),
    io: say("count", thread.io_operations),
  });
  return (
    <button
      type="button"
      class={`thread-card role-${thread.role} alert-${thread.alert} ${thread.tracked ? "tracked" : "untracked"} ${state}`}
      data-tid={thread.tid}
      aria-pressed={state === "focused"}
      aria-label={label}
      onClick={() => (state === "focused" ? leaveFocus() : selectThread(thread.tid))}
    >
      <CardBody thread={thread} live={live} />
    </button>
  );
}

const CardBody = memo(({ thread, live }: Pick<CardProps, "thread" | "live">) => {
  const { report, t } = useReading();
  return (
    <>
      <span class="card-head">
        <span class="card-name" title={[threadName({ report, t }, thread), ...thread.scopes].join("\n")}>
          {threadName({ report, t }, thread)}
        </span>
        {thread.alert === "normal" ? null : <AlertTag alert={thread.alert} />}
      </span>
      <span class="card-sub">
        <RoleTag role={thread.role} />
        <span class="card-tid">
          {thread.main ? `${t("thread.main")} · ` : ""}
          {t("thread.tid", { tid: thread.tid })}
        </span>
      </span>
      {thread.tracked ? (
        <span class="card-peak">
          <span class="card-figure">
            <Value kind="bytes" of={thread.peak_live_bytes} field="peak_live_bytes" />
            <span class="card-caption">{t("thread.peak")}</span>
          </span>
          {live === undefined ? null : <Sparkline values={live} points={48} height={30} />}
        </span>
      ) : null}
      <span class="card-facts">
        {thread.tracked ? (
          <span class="card-fact">
            <span>{t("thread.allocations")}</span>
            <Value kind="count" of={thread.allocations} field="allocations" />
          </span>
        ) : null}
        <span class="card-fact">
          <span>{t("thread.cpu")}</span>
          <Value kind="percent" of={thread.cpu_percent} field="cpu_percent" />
        </span>
        <span class="card-fact">
          <span>{t("thread.io")}</span>
          <Value kind="count" of={thread.io_operations} field="io_operations" />
        </span>
      </span>
    </>
  );
});

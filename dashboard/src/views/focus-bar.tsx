// SPDX-License-Identifier: Apache-2.0
// Stands under the tabs while a thread is in focus, on every view: which thread, why it matters, and the way out.
import { usePage } from "./context";
import { AlertTag, RoleTag, threadName, Value } from "./parts";

export function FocusBar() {
  const { report, focus, leaveFocus, t } = usePage();
  if (focus === null) return null;
  return (
    <aside class={`focus-bar role-${focus.role}`} data-keep-focus data-testid="focus-bar" aria-label={t("focus.label")}>
      <strong class="focus-name">{threadName({ report, t }, focus)}</strong>
      <span class="focus-tid">{t("thread.tid", { tid: focus.tid })}</span>
      <RoleTag role={focus.role} />
      <AlertTag alert={focus.alert} />
      {focus.tracked ? (
        <span class="focus-figure">
          {t("thread.peak")} <Value kind="bytes" of={focus.peak_live_bytes} field="peak_live_bytes" />
        </span>
      ) : (
        <span class="focus-figure">{t("thread.untracked")}</span>
      )}
      <span class="focus-note">{t("focus.note")}</span>
      <button type="button" class="button" data-testid="leave-focus" onClick={leaveFocus}>
        {t("focus.leave")} <kbd>{t("focus.leave.key")}</kbd>
      </button>
    </aside>
  );
}

// SPDX-License-Identifier: Apache-2.0
// Which run this is, the tabs, and the two switches (theme, language). Tabs follow the ARIA pattern: one stop for the
// Tab key, arrows move between them.
import { runTitle, startedAt } from "../model/insights";
import { useStore } from "../lib/state";
import { formatDuration } from "../lib/format";
import type { Tab } from "../model/page-state";
import { language, theme } from "../model/preferences";
import { usePage } from "./context";

export function Header({ tabs }: { tabs: readonly Tab[] }) {
  const { report, t } = usePage();
  const { run } = report;
  const facts = [
    run.pid === null ? null : t("run.pid", { pid: run.pid }),
    startedAt(run),
    formatDuration(run.duration_ns),
    run.host,
    run.cores === null ? null : run.cores === 1 ? t("run.core") : t("run.cores", { cores: run.cores }),
  ].filter((fact) => fact !== null && fact !== "");
  return (
    <header class="page-head" data-keep-focus>
      <div class="brand-row">
        <div class="brand">
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <rect x="1" y="1" width="22" height="22" rx="6" class="brand-box" />
            <path d="M5 15.5h2.6V9.2h3v6.3h2.8V6h3v9.5H19" class="brand-line" />
          </svg>
          <span>MemScope</span>
        </div>
        <div class="run">
          <h1 class="run-title" title={run.command_line.join(" ")}>
            {runTitle(run)}
          </h1>
          <p class="run-facts">
            <span class={run.ended_normally ? "ended" : "ended-not"} title={t(run.ended_normally ? "run.ended.why" : "run.ended.not.why")}>
              {t(run.ended_normally ? "run.ended" : "run.ended.not")}
            </span>
            {facts.map((fact) => (
              <span>{fact}</span>
            ))}
          </p>
        </div>
        <Switches />
      </div>
      <Tabs tabs={tabs} />
    </header>
  );
}

function Switches() {
  const { t } = usePage();
  const chosen = useStore(theme);
  const next = { auto: "light", light: "dark", dark: "auto" } as const;
  const marks = { auto: "◐", light: "☀", dark: "☾" };
  const label = t("app.theme", { theme: t(`app.theme.${chosen}`) });
  return (
    <div class="switches">
      <button type="button" class="switch" title={label} aria-label={label} data-testid="theme" onClick={() => theme.set(next[chosen])}>
        <span aria-hidden="true">{marks[chosen]}</span>
      </button>
      <button
        type="button"
        class="switch"
        title={t("app.language.label")}
        aria-label={t("app.language.label")}
        data-testid="language"
        onClick={() => language.set(language.get() === "en" ? "zh" : "en")}
      >
        {t("app.language")}
      </button>
    </div>
  );
}

function Tabs({ tabs }: { tabs: readonly Tab[] }) {
  const { page, go, t } = usePage();
  const onKey = (event: KeyboardEvent) => {
    const here = tabs.indexOf(page.tab);
    const there = { ArrowRight: here + 1, ArrowLeft: here - 1 + tabs.length, Home: 0, End: tabs.length - 1 }[event.key];
    if (there === undefined) return;
    event.preventDefault();
    const tab = tabs[there % tabs.length]!;
    go({ tab, site: null });
    document.getElementById(`tab-${tab}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label={t("app.views")} onKeyDown={onKey}>
      {tabs.map((tab) => (
        <button
          type="button"
          role="tab"
          id={`tab-${tab}`}
          data-tab={tab}
          aria-selected={page.tab === tab}
          aria-controls="content"
          tabIndex={page.tab === tab ? 0 : -1}
          onClick={() => go({ tab, site: null })}
        >
          {t(`tab.${tab}`)}
        </button>
      ))}
    </div>
  );
}

// SPDX-License-Identifier: Apache-2.0
// The frame: header, tabs, focus bar, the view of the chosen tab; and the two page functions selectThread(threadId) and
// handleBackgroundClick(). The address is the only place where tab, focus and range live; this file reads and writes it.
import type { ComponentType } from "preact";
import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
import { translator } from "../lib/i18n";
import { useStore } from "../lib/state";
import { readHash, TABS, writeHash, type PageState, type Tab } from "../model/page-state";
import { language, theme } from "../model/preferences";
import { findThread } from "../model/threads";
import type { Report } from "../report/schema";
import { en } from "../text/en";
import { zh } from "../text/zh";
import { CallSites } from "./call-sites";
import { Place, Reading, type PlaceContext, type ReadingContext } from "./context";
import { Correlation } from "./correlation";
import { Diagnostics } from "./diagnostics";
import { FocusBar } from "./focus-bar";
import { Header } from "./header";
import { Leaks } from "./leaks";
import { Overview } from "./overview";
import { Performance } from "./performance";
import { SampleNote } from "./sample-note";
import { Summary } from "./summary";
import { Timeline } from "./timeline";

declare global {
  interface Window {
    /** Brings a thread into focus by its tid. An unknown tid changes nothing. */
    selectThread: (threadId: number | string) => void;
    /** Leaves the focus. */
    handleBackgroundClick: () => void;
  }
}

const VIEWS: Record<Tab, ComponentType> = {
  overview: Overview,
  performance: Performance,
  timeline: Timeline,
  correlation: Correlation,
  "call-sites": CallSites,
  leaks: Leaks,
  summary: Summary,
  diagnostics: Diagnostics,
};

const LANGUAGES = { en, zh };

/** Parts of the page on which a click means something else than "leave". */
const FOREGROUND = "[data-keep-focus], button, a, input, select, label, summary";

function useAddress(): [PageState, (change: Partial<PageState>) => void] {
  const [page, setPage] = useState(() => readHash(location.hash));
  useEffect(() => {
    const read = () => setPage(readHash(location.hash));
    addEventListener("hashchange", read);
    return () => removeEventListener("hashchange", read);
  }, []);
  const go = useCallback((change: Partial<PageState>) => {
    const next = { ...readHash(location.hash), ...change };
    if (writeHash(next) === location.hash) return;
    location.hash = writeHash(next);
    setPage(next);
  }, []);
  return [page, go];
}

function useScheme(): string {
  const choice = useStore(theme);
  const system = useMemo(() => matchMedia("(prefers-color-scheme: dark)"), []);
  const [systemDark, setSystemDark] = useState(system.matches);
  useEffect(() => {
    const read = () => setSystemDark(system.matches);
    system.addEventListener("change", read);
    return () => system.removeEventListener("change", read);
  }, [system]);
  return choice === "auto" ? (systemDark ? "dark" : "light") : choice;
}

/** Clicks on the background and Esc leave; a drag that ends on the background does not. */
function useLeaving(active: boolean, leave: () => void): void {
  useEffect(() => {
    if (!active) return;
    let pressed: Element | null = null;
    const isBackground = (target: EventTarget | null) =>
      target instanceof Element && target.isConnected && target.closest(FOREGROUND) === null;
    const onPress = (event: PointerEvent) => {
      pressed = event.target instanceof Element ? event.target : null;
    };
    const onClick = (event: MouseEvent) => {
      if (isBackground(event.target) && (pressed === null || isBackground(pressed))) leave();
    };
    const onKey = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLInputElement && event.target.value !== "";
      if (event.key === "Escape" && !typing && !event.defaultPrevented) leave();
    };
    document.addEventListener("pointerdown", onPress);
    document.addEventListener("click", onClick);
    document.addEventListener("keydown", onKey);
    return () => {
      document.removeEventListener("pointerdown", onPress);
      document.removeEventListener("click", onClick);
      document.removeEventListener("keydown", onKey);
    };
  }, [active, leave]);
}

export function App({ report }: { report: Report }) {
  const [page, go] = useAddress();
  const scheme = useScheme();
  const spoken = useStore(language);
  const focus = useMemo(() => findThread(report, page.tid), [report, page.tid]);

  const selectThread = useCallback(
    (threadId: number | string) => {
      const thread = findThread(report, Number(threadId));
      if (thread !== null) go({ tid: thread.tid });
    },
    [report, go],
  );
  const leaveFocus = useCallback(() => go({ tid: null }), [go]);
  useLeaving(focus !== null, leaveFocus);
  useEffect(() => {
    window.selectThread = selectThread;
    window.handleBackgroundClick = leaveFocus;
  }, [selectThread, leaveFocus]);

  // Before the paint, not after it: charts read their colours from the element while they are drawn.
  const root = document.documentElement;
  root.dataset["theme"] = scheme;
  root.lang = spoken === "zh" ? "zh-CN" : "en";
  root.classList.toggle("in-focus", focus !== null);

  const reading = useMemo<ReadingContext>(
    () => ({ report, t: translator(LANGUAGES[spoken]), theme: scheme, language: spoken }),
    [report, spoken, scheme],
  );
  const place = useMemo<PlaceContext>(() => ({ focus, page, go, selectThread, leaveFocus }), [focus, page, go, selectThread, leaveFocus]);
  const View = VIEWS[page.tab];
  return (
    <Reading.Provider value={reading}>
      <Place.Provider value={place}>
        <a class="skip" href="#content" onClick={(event) => skipTo(event, "content")}>
          {reading.t("app.skip")}
        </a>
        <div class="top">
          <Header tabs={TABS} />
          <FocusBar />
        </div>
        <main data-view={page.tab}>
          <SampleNote />
          <div class="view" id="content" role="tabpanel" tabIndex={-1} aria-labelledby={`tab-${page.tab}`}>
            <View />
          </div>
        </main>
      </Place.Provider>
    </Reading.Provider>
  );
}

/** Moves there without the address, which holds the state of the page. */
function skipTo(event: Event, id: string): void {
  event.preventDefault();
  document.getElementById(id)?.focus();
}

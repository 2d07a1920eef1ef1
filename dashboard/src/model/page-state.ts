// SPDX-License-Identifier: Apache-2.0
// What the page shows, as it stands in the address: `#tab=timeline&thread=4711&from=120.5&to=300&site=7`. So reload, back,
// forward and a copied address all lead to the same view. Unknown or damaged parts are ignored, never an error.

export const TABS = [
  "overview",
  "performance",
  "timeline",
  "correlation",
  "call-sites",
  "leaks",
  "summary",
  "diagnostics",
] as const;
export type Tab = (typeof TABS)[number];

/** Part of the run that is looked at, milliseconds since its start. */
export interface TimeRange {
  from_ms: number;
  to_ms: number;
}

export interface PageState {
  tab: Tab;
  /** The thread in focus by its tid; null: all threads. */
  tid: number | null;
  range: TimeRange | null;
  /** The call site that is opened in its table. */
  site: number | null;
}

export const INITIAL_STATE: PageState = { tab: "overview", tid: null, range: null, site: null };

export function readHash(hash: string): PageState {
  const fields = new URLSearchParams(hash.replace(/^#/, ""));
  const tab = TABS.find((known) => known === fields.get("tab")) ?? INITIAL_STATE.tab;
  const from_ms = Number(fields.get("from") ?? NaN);
  const to_ms = Number(fields.get("to") ?? NaN);
  return {
    tab,
    tid: wholeNumber(fields.get("thread")),
    range: from_ms >= 0 && to_ms > from_ms && Number.isFinite(to_ms) ? { from_ms, to_ms } : null,
    site: wholeNumber(fields.get("site")),
  };
}

function wholeNumber(text: string | null): number | null {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

export function writeHash(state: PageState): string {
  const parts = [`tab=${state.tab}`];
  if (state.tid !== null) parts.push(`thread=${state.tid}`);
  if (state.range !== null) {
    parts.push(`from=${Number(state.range.from_ms.toFixed(3))}`, `to=${Number(state.range.to_ms.toFixed(3))}`);
  }
  if (state.site !== null) parts.push(`site=${state.site}`);
  return `#${parts.join("&")}`;
}

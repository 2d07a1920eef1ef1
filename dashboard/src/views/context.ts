// SPDX-License-Identifier: Apache-2.0
// What every view is given. Two contexts, since their parts change at different times: a focus changes `PageState` for
// everybody who reads it, and the thousands of values on the page only read `Reading`.
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Values } from "../lib/i18n";
import type { PageState } from "../model/page-state";
import type { Report, Thread } from "../report/schema";
import type { TextKey } from "../text/en";

/** The report and the words for it. */
export interface ReadingContext {
  report: Report;
  t: (key: TextKey, values?: Values) => string;
  /** "light" or "dark": what is on the screen now, for what is drawn on canvas. */
  theme: string;
  language: string;
}

/** Where one is, and the ways to go elsewhere. */
export interface PlaceContext {
  /** The thread in focus; null: all threads. */
  focus: Thread | null;
  page: PageState;
  /** Changes the address; a step that Back undoes. */
  go: (change: Partial<PageState>) => void;
  selectThread: (threadId: number | string) => void;
  leaveFocus: () => void;
}

export const Reading = createContext<ReadingContext | null>(null);
export const Place = createContext<PlaceContext | null>(null);

function given<T>(context: T | null): T {
  if (context === null) throw new Error("a view outside the page");
  return context;
}

/** For parts that look the same wherever one is: they are not drawn again when the focus moves. */
export function useReading(): ReadingContext {
  return given(useContext(Reading));
}

export type PageContext = ReadingContext & PlaceContext;

export function usePage(): PageContext {
  return { ...given(useContext(Reading)), ...given(useContext(Place)) };
}

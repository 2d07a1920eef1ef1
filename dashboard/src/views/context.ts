// SPDX-License-Identifier: Apache-2.0
// What every view is given: the report, what is in focus, the words, and the ways to go elsewhere.
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Values } from "../lib/i18n";
import type { PageState } from "../model/page-state";
import type { Report, Thread } from "../report/schema";
import type { TextKey } from "../text/en";

export interface PageContext {
  report: Report;
  /** The thread in focus; null: all threads. */
  focus: Thread | null;
  page: PageState;
  t: (key: TextKey, values?: Values) => string;
  /** "light" or "dark": what is on the screen now, for what is drawn on canvas. */
  theme: string;
  language: string;
  /** Changes the address; a step that Back undoes. */
  go: (change: Partial<PageState>) => void;
  selectThread: (threadId: number | string) => void;
  leaveFocus: () => void;
}

export const Page = createContext<PageContext | null>(null);

export function usePage(): PageContext {
  const page = useContext(Page);
  if (page === null) throw new Error("a view outside the page");
  return page;
}

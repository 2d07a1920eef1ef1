// SPDX-License-Identifier: Apache-2.0
// What the reader chose for all pages, not for this run: theme and language.
import { createPreference } from "../lib/state";

export const theme = createPreference("memscope.theme", ["auto", "light", "dark"] as const, "auto");
export const language = createPreference("memscope.language", ["en", "zh"] as const, "en");

// SPDX-License-Identifier: Apache-2.0
import { en } from "./en";
export const zh = en;

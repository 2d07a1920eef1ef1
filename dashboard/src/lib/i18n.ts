// SPDX-License-Identifier: Apache-2.0
// Texts by key, with {named} places. A language is a table; English defines which keys exist.

export type Values = Record<string, string | number>;

export function fillIn(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (place, name: string) => (name in values ? String(values[name]) : place));
}

export function translator<Key extends string>(table: Record<Key, string>): (key: Key, values?: Values) => string {
  return (key, values) => (values === undefined ? table[key] : fillIn(table[key], values));
}

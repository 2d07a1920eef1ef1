// SPDX-License-Identifier: Apache-2.0
// Ordering of rows. What is unavailable stands last in both directions: it is neither least nor most.

export type Direction = "ascending" | "descending";
export type SortValue = number | string | null;

function compare(a: SortValue, b: SortValue): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a).localeCompare(String(b), "en", { numeric: true });
}

/** A sorted copy; rows of equal value keep their order. */
export function sortRows<Row>(rows: readonly Row[], valueOf: (row: Row) => SortValue, direction: Direction): Row[] {
  const sign = direction === "ascending" ? 1 : -1;
  return rows
    .map((row) => ({ row, value: valueOf(row) }))
    .sort((a, b) => {
      if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null);
      return sign * compare(a.value, b.value);
    })
    .map((entry) => entry.row);
}

/** Each value's share of the largest, 0..1; 0 for what is missing. */
export function sharesOfLargest(values: readonly (number | null)[]): number[] {
  const largest = values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
  return values.map((value) => (largest > 0 && value !== null ? Math.max(0, value) / largest : 0));
}

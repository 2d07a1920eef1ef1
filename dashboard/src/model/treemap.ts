// SPDX-License-Identifier: Apache-2.0
// Types as areas. The largest get a rectangle each; the rest share one, so the areas add up to the whole.
import { hierarchy, treemap } from "d3-hierarchy";
import { sortRows } from "./sort";
import type { TypeFigures } from "./sites";

const MOST = 40;

export type TypeMeasure = "live_bytes_at_peak" | "bytes_allocated" | "allocations" | "live_bytes_at_exit";
export const TYPE_MEASURES: readonly TypeMeasure[] = ["live_bytes_at_peak", "bytes_allocated", "allocations", "live_bytes_at_exit"];

export interface TypeArea {
  /** null: the type is unknown. */
  type: string | null;
  /** How many types share the area; 1 for a type of its own. */
  count: number;
  value: number;
  percent: number;
  x: number;
  y: number;
  width: number;
  height: number;
}

export function typeAreas(rows: TypeFigures[], measure: TypeMeasure, width: number, height: number): TypeArea[] {
  const ordered = sortRows(rows.filter((row) => row[measure] > 0), (row) => row[measure], "descending");
  const parts: Array<{ type: string | null; count: number; value: number }> = ordered
    .slice(0, MOST)
    .map((row) => ({ type: row.type, count: 1, value: row[measure] }));
  const rest = ordered.slice(MOST);
  if (rest.length > 0) {
    parts.push({ type: null, count: rest.length, value: rest.reduce((sum, row) => sum + row[measure], 0) });
  }
  const total = parts.reduce((sum, part) => sum + part.value, 0);
  if (total === 0 || width <= 0) return [];
  type Node = { type: string | null; count: number; value: number; children?: Node[] };
  const root = hierarchy<Node>({ type: null, count: 0, value: 0, children: parts }).sum((node) => (node.children ? 0 : node.value));
  return treemap<Node>()
    .size([width, height])
    .paddingInner(2)
    .round(true)(root)
    .leaves()
    .map((leaf) => ({
      type: leaf.data.type,
      count: leaf.data.count,
      value: leaf.data.value,
      percent: (100 * leaf.data.value) / total,
      x: leaf.x0,
      y: leaf.y0,
      width: leaf.x1 - leaf.x0,
      height: leaf.y1 - leaf.y0,
    }));
}

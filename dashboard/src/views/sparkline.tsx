// SPDX-License-Identifier: Apache-2.0
// A line without axes: the shape of a series at a glance, beside the number that says how much.
import { areaPath, narrow } from "../lib/scale";

export function Sparkline({ values, points, height }: { values: ArrayLike<number>; points: number; height: number }) {
  const { area, line } = areaPath(narrow(values, points), points, height);
  return (
    <svg class="sparkline" viewBox={`0 0 ${points} ${height}`} preserveAspectRatio="none" aria-hidden="true">
      <path class="sparkline-area" d={area} />
      <path class="sparkline-line" d={line} vector-effect="non-scaling-stroke" />
    </svg>
  );
}

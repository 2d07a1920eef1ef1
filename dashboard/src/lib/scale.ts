// SPDX-License-Identifier: Apache-2.0
// Numbers to places on the screen and back.
import { nice, ticks } from "d3-array";

export interface Scale {
  (value: number): number;
  domain: [number, number];
  ticks: number[];
}

/** A linear scale over rounded limits that include zero, for axes where zero means "none". */
export function zeroBasedScale(high: number, range: [number, number], tickCount: number): Scale {
  const top = high > 0 ? nice(0, high, tickCount)[1] : 1;
  const place = (value: number) => range[0] + (value / top) * (range[1] - range[0]);
  return Object.assign(place, { domain: [0, top] as [number, number], ticks: ticks(0, top, tickCount) });
}

/** Largest value of each of at most `count` equal stretches: a peak survives the narrowing. NaN counts as absent. */
export function narrow(values: ArrayLike<number>, count: number): number[] {
  const stretches = Math.min(count, values.length);
  return Array.from({ length: stretches }, (_, stretch) => {
    let high = 0;
    const end = Math.floor(((stretch + 1) * values.length) / stretches);
    for (let i = Math.floor((stretch * values.length) / stretches); i < end; i++) {
      const value = values[i]!;
      if (value > high) high = value;
    }
    return high;
  });
}

/** SVG path data of an area from the bottom edge, in a box of the given size. Empty for fewer than two values. */
export function areaPath(values: readonly number[], width: number, height: number): { area: string; line: string } {
  if (values.length < 2) return { area: "", line: "" };
  const top = Math.max(...values) || 1;
  const points = values.map((value, i) => {
    const x = (i * width) / (values.length - 1);
    return `${x.toFixed(1)} ${(height - (value / top) * (height - 1)).toFixed(1)}`;
  });
  const line = `M${points.join("L")}`;
  return { line, area: `${line}L${width} ${height}L0 ${height}Z` };
}

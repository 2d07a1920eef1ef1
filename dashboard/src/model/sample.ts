// SPDX-License-Identifier: Apache-2.0
// What the figures of allocations rest on where not every allocation was recorded.
import type { Bytes, Measured, Percent } from "../lib/units";
import type { Report, Way } from "../report/schema";

export interface SampleFacts {
  /** Ways of choosing by which allocations were passed over. */
  ways: Way[];
  /** Elsewhere all were recorded. */
  inPart: boolean;
  recorded: number;
  /** Standard errors of the totals; null where nothing was recorded. */
  allocationsPercent: Measured<Percent>;
  bytesPercent: Measured<Percent>;
  exactAllocations: Measured;
  exactBytes: Measured<Bytes>;
}

export function choosesAll(way: Way): boolean {
  return way.sample_bytes === null && way.rate === 1;
}

function percent(part: Measured, whole: number): Measured<Percent> {
  return part === null || whole === 0 ? null : (100 * part) / whole;
}

/** Null where every allocation was recorded. */
export function sampleFacts({ diagnostics: { sampling }, summary }: Report): SampleFacts | null {
  if (sampling === null) return null;
  return {
    ways: sampling.ways.filter((way) => !choosesAll(way)),
    inPart: sampling.ways.some((way) => choosesAll(way) && way.recorded_allocations > 0),
    recorded: sampling.recorded_allocations,
    allocationsPercent: percent(sampling.allocations_error, summary.total_allocations),
    bytesPercent: percent(sampling.bytes_error, summary.total_bytes_allocated),
    exactAllocations: sampling.exact_allocations,
    exactBytes: sampling.exact_bytes,
  };
}

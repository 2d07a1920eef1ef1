// SPDX-License-Identifier: Apache-2.0
// Named numbers. They cost nothing at run time and say in every signature what a number counts.
// `Measured` marks what may be missing: null means "could not be measured", never zero.

export type Bytes = number;
export type Nanoseconds = number;
export type Percent = number;
export type PerSecond = number;
export type Count = number;

export type Measured<T extends number = number> = T | null;

export const NS_PER_SECOND = 1e9;

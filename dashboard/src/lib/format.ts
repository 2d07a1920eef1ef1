// SPDX-License-Identifier: Apache-2.0
// The only place that turns numbers into text. Binary units with their right names (KiB = 1024 bytes), groups of three
// in whole numbers, three significant digits otherwise; the same in every language, so that two people with one report
// read the same page. Callers handle null; these functions get numbers.
import { NS_PER_SECOND, type Bytes, type Nanoseconds, type Percent } from "./units";

export type NumberKind =
  | "count"
  | "bytes"
  | "bytes_per_second"
  | "per_second"
  | "megabytes_per_second"
  | "percent"
  | "duration"
  | "time"
  | "seconds"
  | "ratio"
  | "plain";

const BYTE_UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

/** 31000 -> "31,000". */
export function formatCount(value: number): string {
  const [whole = "", fraction] = Math.abs(value).toFixed(Number.isInteger(value) ? 0 : 1).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return `${value < 0 ? "−" : ""}${grouped}${fraction === undefined ? "" : `.${fraction}`}`;
}

/** Three significant digits, never an exponent below a million: 0.00417, 4.17, 41.7, 417. */
export function formatPlain(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1000) return formatCount(Math.round(value));
  if (size < 1e-6) return value.toExponential(2).replace("-", "−");
  const digits = Math.max(0, 2 - Math.floor(Math.log10(size)));
  return `${value < 0 ? "−" : ""}${size.toFixed(Math.min(digits, 8))}`;
}

/** A round number on an axis, without the zeros that only say how exact it is: 60, 0.5, 1,600. */
export function formatTick(value: number): string {
  return formatPlain(value).replace(/\.0+$|(\.\d*?[1-9])0+$/, "$1");
}

export function formatBytes(value: Bytes): string {
  let scaled = Math.abs(value);
  let unit = 0;
  // 1023.95 would print as "1024 KiB": go up where rounding would.
  while (scaled >= (unit === 0 ? 1024 : 1023.5) && unit < BYTE_UNITS.length - 1) {
    scaled /= 1024;
    unit++;
  }
  const digits = unit === 0 && Number.isInteger(scaled) ? 0 : scaled < 10 ? 2 : scaled < 100 ? 1 : 0;
  return `${value < 0 ? "−" : ""}${scaled.toFixed(digits)} ${BYTE_UNITS[unit]}`;
}

export function formatPercent(value: Percent): string {
  const size = Math.abs(value);
  if (size >= 100) return `${formatCount(Math.round(value))} %`;
  // Not quite all is not all: 99.997 must not read as 100.
  if (size > 99.9) return `${value < 0 ? "−" : ""}${almostHundred(size)} %`;
  return `${value.toFixed(size === 0 ? 0 : size < 1 ? 2 : 1).replace("-", "−")} %`;
}

function almostHundred(size: number): string {
  for (let digits = 1; digits < 6; digits++) {
    const text = size.toFixed(digits);
    if (Number(text) < 100) return text;
  }
  return size.toFixed(6);
}

export function formatDuration(value: Nanoseconds): string {
  const size = Math.abs(value);
  const sign = value < 0 ? "−" : "";
  if (size < 1000) return `${sign}${Math.round(size)} ns`;
  if (size < 1e6) return `${sign}${formatPlain(size / 1e3)} µs`;
  if (size < 1e9) return `${sign}${formatPlain(size / 1e6)} ms`;
  if (size < 120e9) return `${sign}${formatPlain(size / 1e9)} s`;
  const seconds = Math.round(size / NS_PER_SECOND);
  const minutes = Math.floor(seconds / 60) % 60;
  const hours = Math.floor(seconds / 3600);
  return `${sign}${hours > 0 ? `${hours} h ` : ""}${minutes} min ${seconds % 60} s`;
}

/** A moment of the run, in seconds since its start. */
export function formatTime(value: Nanoseconds): string {
  return `${(value / NS_PER_SECOND).toFixed(3).replace("-", "−")} s`;
}

export function formatNumber(kind: NumberKind, value: number): string {
  switch (kind) {
    case "count":
      return formatCount(value);
    case "bytes":
      return formatBytes(value);
    case "bytes_per_second":
      return `${formatBytes(value)}/s`;
    case "per_second":
      return `${formatPlain(value)} /s`;
    case "megabytes_per_second":
      return `${formatPlain(value)} MB/s`;
    case "percent":
      return formatPercent(value);
    case "duration":
      return formatDuration(value);
    case "time":
      return formatTime(value);
    case "seconds":
      return `${formatPlain(value)} s`;
    case "ratio":
      return `${value < 0 ? "−" : ""}${Math.abs(value).toFixed(3)}`;
    case "plain":
      return formatPlain(value);
  }
}

/** The unrounded value, for the tooltip of a rounded one. */
export function formatExact(kind: NumberKind, value: number): string {
  switch (kind) {
    case "bytes":
      return `${formatCount(value)} B`;
    case "bytes_per_second":
      return `${formatCount(value)} B/s`;
    case "duration":
    case "time":
      return `${formatCount(value)} ns`;
    case "percent":
      return `${value} %`;
    default:
      return Number.isInteger(value) ? formatCount(value) : String(value);
  }
}

/** [from, to) of a histogram class, to null: open. */
export function formatClass(kind: "bytes" | "duration", from: number, to: number | null): string {
  const text = (value: number) => (kind === "bytes" ? formatBytes(value) : formatDuration(value));
  const short = (value: number) => text(value).replace(/\.0+ /, " ");
  return to === null ? `≥ ${short(from)}` : `${short(from)} – ${short(to)}`;
}

/** The last part of a path, which is what distinguishes it. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

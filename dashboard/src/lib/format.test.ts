// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { formatBytes, formatClass, formatCount, formatDuration, formatExact, formatPercent, formatPlain, formatTick } from "./format";

test("whole numbers are grouped", () => {
  assert.equal(formatCount(31000), "31,000");
  assert.equal(formatCount(1234567), "1,234,567");
  assert.equal(formatCount(-4096), "−4,096");
  assert.equal(formatCount(0.25), "0.3");
});

test("KiB is 1024, with three significant digits", () => {
  assert.equal(formatBytes(1023), "1023 B");
  assert.equal(formatBytes(1024), "1.00 KiB");
  assert.equal(formatBytes(20 * 1024 * 1024), "20.0 MiB");
  assert.equal(formatBytes(132 * 1024 * 1024), "132 MiB");
});

test("a size that rounds up to 1024 goes to the next unit", () => {
  assert.equal(formatBytes(1024 * 1024 - 1), "1.00 MiB");
});

test("percentages keep what distinguishes them", () => {
  assert.equal(formatPercent(0), "0 %");
  assert.equal(formatPercent(0.04), "0.04 %");
  assert.equal(formatPercent(12.34), "12.3 %");
  assert.equal(formatPercent(5535), "5,535 %");
  assert.equal(formatPercent(99.9994), "99.999 %");
});

test("durations choose their unit", () => {
  assert.equal(formatDuration(999), "999 ns");
  assert.equal(formatDuration(1500), "1.50 µs");
  assert.equal(formatDuration(3.1e9), "3.10 s");
  assert.equal(formatDuration(125e9), "2 min 5 s");
  assert.equal(formatDuration(3725e9), "1 h 2 min 5 s");
});

test("plain numbers have three significant digits", () => {
  assert.equal(formatPlain(0.00417), "0.00417");
  assert.equal(formatPlain(41.66), "41.7");
  assert.equal(formatPlain(31e6), "31,000,000");
});

test("ticks drop zeros that only say how exact they are", () => {
  assert.equal(formatTick(60), "60");
  assert.equal(formatTick(0.5), "0.5");
  assert.equal(formatTick(1600), "1,600");
});

test("histogram classes read as ranges", () => {
  assert.equal(formatClass("bytes", 1024, 2048), "1 KiB – 2 KiB");
  assert.equal(formatClass("duration", 1e9, null), "≥ 1 s");
});

test("the exact value is not rounded", () => {
  assert.equal(formatExact("bytes", 26345678), "26,345,678 B");
  assert.equal(formatExact("percent", 14.28), "14.28 %");
});

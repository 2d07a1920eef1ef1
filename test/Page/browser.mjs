// SPDX-License-Identifier: Apache-2.0
// What the page tests share: a headless Chromium that fails the test on any console error or network request, readers of
// displayed numbers, and axe. The libraries are those of dashboard/package-lock.json; the browser is the system's.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(new URL("../../dashboard/package.json", import.meta.url));
const { chromium } = require("playwright-core");
const axe = require("axe-core");

const FLAGS = [
  "--no-sandbox",
  "--headless=new",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const TABS = ["overview", "performance", "timeline", "correlation", "call-sites", "leaks", "summary", "diagnostics"];

/** Runs `use(page)` on the page of the file; afterwards there must have been no error and no request. */
export async function withPage(file, { width = 1440, height = 900, scheme = "light" }, use) {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
  try {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme });
    const page = await context.newPage();
    const url = pathToFileURL(file).href;
    // A machine that is busy with other tests is slow, not wrong.
    page.setDefaultTimeout(120_000);
    const trouble = [];
    page.on("console", (message) => message.type() === "error" && trouble.push(`console: ${message.text()}`));
    page.on("pageerror", (error) => trouble.push(`error: ${error.stack ?? error.message}`));
    page.on("request", (request) => request.url().split("#")[0] !== url && trouble.push(`request: ${request.url()}`));
    await page.goto(url);
    await page.waitForSelector("main");
    await use(page, url);
    assert.deepEqual(trouble, [], "the page reported trouble");
  } finally {
    await browser.close();
  }
}

export async function openTab(page, tab) {
  await page.click(`[role=tab][data-tab="${tab}"]`);
  await page.waitForSelector(`main[data-view="${tab}"]`);
}

/** Waits until nothing moves: transitions and entrances are over, endless pulses aside. */
export async function settle(page) {
  await page.evaluate(async () => {
    const finite = document.getAnimations().filter((animation) => animation.effect?.getComputedTiming().iterations !== Infinity);
    await Promise.all(finite.map((animation) => animation.finished.catch(() => undefined)));
  });
}

/** What axe finds wrong, as one line per kind of violation. */
export async function accessibilityViolations(page, exclude = []) {
  await settle(page);
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async (selectors) => {
    const found = await globalThis.axe.run({ include: [["body"]], exclude: selectors.map((selector) => [selector]) });
    return found.violations.map(({ id, nodes }) => ({ id, nodes: nodes.slice(0, 3).map((node) => `${node.target.join(" ")}: ${node.failureSummary}`) }));
  }, exclude);
  return violations.map(({ id, nodes }) => `${id}\n    ${nodes.join("\n    ")}`);
}

const UNITS = { "": 1, "%": 1, "/s": 1, "MB/s": 1, ns: 1, µs: 1e3, ms: 1e6 };
for (const [power, unit] of ["B", "KiB", "MiB", "GiB", "TiB", "PiB"].entries()) {
  UNITS[unit] = 1024 ** power;
  UNITS[`${unit}/s`] = 1024 ** power;
}

/** Reads a displayed number: its value in the field's base unit, and half of the last digit shown. */
export function readNumber(text, field) {
  const second = field.endsWith("_ns") ? 1e9 : 1;
  const long = /^(−?)(?:(\d+) h )?(\d+) min (\d+) s$/.exec(text);
  if (long !== null) {
    const [, minus, hours, minutes, seconds] = long;
    const value = (Number(hours ?? 0) * 3600 + Number(minutes) * 60 + Number(seconds)) * second;
    return { value: minus === "" ? value : -value, slack: 0.5 * second };
  }
  const parts = /^(−?)(\d[\d,]*)(?:\.(\d+))?\s*(\D*)$/u.exec(text.trim());
  assert.ok(parts !== null, `"${text}" (${field}) is no number`);
  const [, minus, whole, fraction = "", unit] = parts;
  const factor = unit === "s" ? second : UNITS[unit];
  assert.ok(factor !== undefined, `"${text}" (${field}) has an unknown unit`);
  const size = Number(`${whole.replaceAll(",", "")}.${fraction || "0"}`) * factor;
  return { value: minus === "" ? size : -size, slack: 0.5 * 10 ** -fraction.length * factor };
}

/** Compares displayed values with expected ones and counts how many were compared, by what they were shown in. */
export class Comparison {
  counts = new Map();

  /** `shown`: [{field, text, title, missing}] as readValues returns them; `expected`: field -> number or null. */
  check(where, shown, expected) {
    for (const { field, text, title, missing } of shown) {
      assert.ok(field in expected, `${where}: nothing to compare ${field} with`);
      const value = expected[field];
      if (value === null || missing) {
        assert.equal(missing, value === null, `${where}: ${field} shows "${text}", the report has ${value}`);
        assert.ok(title !== "", `${where}: ${field} is unavailable and does not say why`);
      } else {
        const read = readNumber(text, field);
        // Slack beyond half a digit: the report's own decimals are binary fractions.
        assert.ok(Math.abs(read.value - value) <= read.slack * 1.0001 + 1e-9, `${where}: ${field} shows "${text}", the report has ${value}`);
      }
      this.counts.set(where.split(":")[0], (this.counts.get(where.split(":")[0]) ?? 0) + 1);
    }
  }

  get total() {
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0);
  }
}

/** Values inside each element that matches, with the element's `attribute` as key. */
export async function readValues(page, selector, attribute) {
  return page.$$eval(
    selector,
    (elements, name) =>
      elements.map((element) => ({
        key: element.getAttribute(name),
        values: [...element.querySelectorAll(".value[data-field]")].map((value) => ({
          field: value.dataset.field,
          text: value.textContent,
          title: value.title,
          missing: value.classList.contains("missing"),
        })),
      })),
    attribute,
  );
}

/** Opens the folded part of every table in view. */
export async function unfoldTables(page) {
  for (const button of await page.$$(".fold-note button")) await button.click();
}

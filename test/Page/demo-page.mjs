// SPDX-License-Identifier: Apache-2.0
// Plays the story of the page on a real export and compares what is visible with the JSON.
//
//   node demo-page.mjs DASHBOARD.html COMPREHENSIVE.json
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { accessibilityViolations, Comparison, openTab, readValues, settle, TABS, unfoldTables, withPage } from "./browser.mjs";

const [htmlArgument, jsonArgument] = process.argv.slice(2);
assert.ok(jsonArgument !== undefined, "usage: node demo-page.mjs DASHBOARD.html COMPREHENSIVE.json");
const html = path.resolve(htmlArgument);
const report = JSON.parse(readFileSync(jsonArgument, "utf8"));
const compared = new Comparison();
const tracked = report.threads.filter((thread) => thread.tracked);
const chosen = tracked.reduce((most, thread) => (thread.peak_live_bytes > most.peak_live_bytes ? thread : most));
const LEAK_ORDER = ["lost_growth", "live_at_exit", "bounded_cache", "released_at_shutdown"];
const byTid = new Map(report.threads.map((thread) => [String(thread.tid), thread]));
const card = (thread) => `.thread-card[data-tid="${thread.tid}"]`;
const sum = (items, valueOf) => items.reduce((total, item) => total + valueOf(item), 0);

function step(text) {
  process.stdout.write(`${text}\n`);
}

async function pageHoldsTheReport(page) {
  const slot = await page.$eval("#report-data", (element) => element.textContent);
  assert.deepEqual(JSON.parse(slot), report, "the page's data and the JSON file differ");
}

async function headlineAndCards(page) {
  const [headline] = await readValues(page, "[data-testid=headline]", "class");
  compared.check("headline", headline.values, report.summary);
  const cards = await readValues(page, ".thread-card", "data-tid");
  assert.equal(cards.length, report.threads.length, "one card per thread");
  for (const { key, values } of cards) compared.check(`cards: ${key}`, values, byTid.get(key));
  const order = cards.map(({ key }) => byTid.get(key).tracked);
  assert.deepEqual(order, [...order].sort((a, b) => Number(b) - Number(a)), "tracked threads come first");
  for (const thread of report.threads) assert.ok(await page.$(`${card(thread)}.role-${thread.role}.alert-${thread.alert}`), thread.name);
}

/** Cards stand under the heading that is true of them, as the eye finds them: the nearest heading above. */
async function cardsStandUnderTheirHeading(page, when) {
  await settle(page);
  const { headings, cards } = await page.evaluate(() => {
    const top = (element) => element.getBoundingClientRect().top + scrollY;
    const seen = (selector) => [...document.querySelectorAll(selector)];
    return {
      headings: seen("main h3.grid-group").map((element) => ({ text: element.textContent, top: top(element) })),
      cards: seen(".thread-card").map((element) => ({ tid: element.dataset.tid, top: top(element) })),
    };
  });
  for (const { tid, top } of cards) {
    const above = headings.filter((heading) => heading.top < top).sort((a, b) => b.top - a.top)[0];
    const wanted = byTid.get(tid).tracked ? "Tracked: allocations of instrumented code are recorded" : "Not tracked: CPU and I/O only";
    assert.equal(above?.text, wanted, `${when}: the card of ${tid} stands under another heading`);
  }
}

/** In the first row of a group and in its last, tracked or not, the deep view opens below its card and moves no card. */
async function deepViewsOpenInTheirGroup(page) {
  await cardsStandUnderTheirHeading(page, "no focus");
  for (const group of [tracked, report.threads.filter((thread) => !thread.tracked)]) {
    for (const thread of new Set([group[0], group.at(-1)].filter((one) => one !== undefined))) {
      await page.evaluate((tid) => window.selectThread(tid), thread.tid);
      await page.waitForSelector(`${card(thread)}.focused`);
      await cardsStandUnderTheirHeading(page, `focus on ${thread.name}`);
      const gap = await page.evaluate((selector) => {
        const bottom = document.querySelector(selector).getBoundingClientRect().bottom;
        return document.querySelector("[data-testid=deep-view]").getBoundingClientRect().top - bottom;
      }, card(thread));
      assert.ok(gap >= 0 && gap < 60, `the deep view of ${thread.name} opens ${gap} px below its card`);
    }
  }
  await page.evaluate(() => window.handleBackgroundClick());
  await page.waitForSelector(".thread-card.focused", { state: "detached" });
  await page.evaluate(() => scrollTo(0, 0));
}

async function leaderboard(page) {
  await openTab(page, "performance");
  await unfoldTables(page);
  const ranks = [...tracked].sort((a, b) => b.peak_live_bytes - a.peak_live_bytes);
  const rows = await readValues(page, "[data-testid=leaderboard] tbody tr", "data-key");
  assert.equal(rows.length, tracked.length);
  rows.forEach(({ key, values }, place) => {
    const thread = byTid.get(key);
    assert.equal(thread.peak_live_bytes, ranks[place].peak_live_bytes, "rows stand by peak memory");
    // Equal peaks share no fixed order: the rank shown need only be one of theirs.
    const shown = values.filter(({ field }) => field !== "rank");
    compared.check(`leaderboard: ${thread.name}`, shown, thread);
  });
  for (const { key, values } of await readValues(page, "[data-testid=untracked] tbody tr", "data-key")) {
    compared.check(`untracked: ${key}`, values, byTid.get(key));
  }
  await page.click('[data-testid=leaderboard] th:has-text("CPU") button');
  const first = await page.$eval("[data-testid=leaderboard] tbody tr", (row) => row.dataset.key);
  assert.equal(byTid.get(first).cpu_percent, Math.max(...tracked.map((thread) => thread.cpu_percent ?? 0)), "sorted by CPU");
}

async function sitesAndTypes(page) {
  await openTab(page, "call-sites");
  await unfoldTables(page);
  const rows = await readValues(page, "[data-testid=call-sites] > tbody > tr", "data-key");
  assert.equal(rows.length, report.call_sites.filter((site) => site.allocations > 0).length);
  const atPeak = rows.map(({ key }) => report.call_sites[Number(key)].live_bytes_at_peak);
  assert.deepEqual(atPeak, [...atPeak].sort((a, b) => b - a), "sites stand by what is live at the peak");
  for (const { key } of rows) {
    const site = report.call_sites[Number(key)];
    const name = await page.$eval(`[data-testid=call-sites] > tbody > tr[data-key="${key}"] .site-name`, (cell) => [cell.title, cell.innerText]);
    assert.ok(name[0].startsWith(site.function), `the whole name on hover: ${name[0]}`);
    if (site.file !== "") assert.ok(name[1].endsWith(`${path.basename(site.file)}:${site.line}`), `the place is never cut: ${name[1]}`);
  }
  for (const { key, values } of rows) compared.check(`sites: ${key}`, values, report.call_sites[Number(key)]);
  for (const { key, values } of await readValues(page, "[data-testid=release-sites] tbody tr", "data-key")) {
    compared.check(`releases: ${key}`, values, report.call_sites[Number(key)]);
  }
  const types = new Map(report.types.map((row) => [row.type === null || row.type === "unknown" ? "" : row.type, row]));
  for (const { key, values } of await readValues(page, "[data-testid=types-table] tbody tr", "data-key")) {
    compared.check(`types: ${key}`, values, types.get(key));
  }
  const total = await page.$eval("[data-testid=flame-graph]", (canvas) => Number(canvas.dataset.cost));
  assert.equal(total, sum(report.stacks.usage.live_bytes_at_peak, (value) => value), "the flame graph holds every row");
}

/** Opened, a site shows the call stacks through it by the chosen cost, and each of them opens. */
async function callersOfASite(page) {
  const { usage, stacks, nodes, frames, strings } = report.stacks;
  const site = report.call_sites.find(({ live_bytes_at_peak }) => live_bytes_at_peak > 0);
  const row = page.locator(`[data-testid=call-sites] > tbody > tr[data-key="${site.index}"]`);
  await row.locator(".opener").click();
  const list = page.locator(`[data-testid=site-callers-${site.index}]`);
  for (const cost of ["live_bytes_at_peak", "bytes_allocated", "allocations"]) {
    await page.selectOption("[data-testid=flame-cost]", cost);
    const costs = new Map();
    usage.stack.forEach((stack, at) => {
      if (stacks.call_site[stack] === site.index && usage[cost][at] > 0) costs.set(String(stack), (costs.get(String(stack)) ?? 0) + usage[cost][at]);
    });
    if (costs.size > 5) await list.locator("> button").click();
    const shown = await readValues(page, `[data-testid=site-callers-${site.index}] details`, "data-stack");
    assert.deepEqual(shown.map(({ key }) => key).sort(), [...costs.keys()].sort(), `the stacks through the site, by ${cost}`);
    const values = shown.map(({ key }) => costs.get(key));
    assert.deepEqual(values, [...values].sort((a, b) => b - a), "the most expensive stands first");
    const total = sum(values, (value) => value);
    for (const { key, values: figures } of shown) {
      compared.check(`callers: ${key}`, figures, { [cost]: costs.get(key), percent: (100 * costs.get(key)) / total });
    }
    const [first] = shown;
    const entry = list.locator(`details[data-stack="${first.key}"]`);
    await entry.locator("summary").click();
    const names = [];
    for (let node = stacks.node[first.key]; node >= 0; node = nodes.parent[node]) names.push(strings[frames.function[nodes.frame[node]]]);
    assert.deepEqual(await entry.locator(".stack .frame-function").allInnerTexts(), names, "the stack opens below its caller");
    assert.ok(await entry.locator(".stack").isVisible());
    await entry.locator("summary").click();
  }
  await page.selectOption("[data-testid=flame-cost]", "live_bytes_at_peak");
  await row.locator(".opener").click();
}

async function flameSearch(page) {
  const [site] = report.call_sites;
  await page.selectOption("[data-testid=flame-cost]", "bytes_allocated");
  await page.fill("[data-testid=site-search]", site.function);
  await page.waitForSelector("[data-testid=flame-matched]");
  const names = await page.$$eval("[data-testid=call-sites] > tbody > tr .frame-function", (cells) => cells.map((cell) => cell.textContent));
  assert.ok(names.includes(site.function), "the search finds the site's row");
  await page.fill("[data-testid=site-search]", "");
}

async function leaksAndHistograms(page) {
  await openTab(page, "leaks");
  await unfoldTables(page);
  for (const { key, values } of await readValues(page, "[data-leak-class]", "data-leak-class")) {
    compared.check(`leak classes: ${key}`, values, report.leaks.classes[key]);
  }
  const items = new Map(report.leaks.items.map((item) => [`${item.class}-${item.stack}-${item.thread}`, item]));
  const rows = await readValues(page, "[data-testid=leak-items] > tbody > tr", "data-key");
  assert.equal(rows.length, report.leaks.items.length);
  const ranks = rows.map(({ key }) => LEAK_ORDER.indexOf(items.get(key).class));
  assert.deepEqual(ranks, [...ranks].sort(), "what most likely is a leak stands first");
  const classes = await page.$$eval("[data-leak-class]", (cards) => cards.map((element) => element.dataset.leakClass));
  assert.deepEqual(classes, LEAK_ORDER);
  for (const { key, values } of rows) compared.check(`leak items: ${key}`, values, items.get(key));
  for (const name of ["size_histogram", "lifetime_histogram"]) {
    const classes = report.threads.flatMap((thread) => thread[name]);
    const shown = (await readValues(page, `[data-testid=${name}] tbody tr`, "class")).flatMap(({ values }) => values);
    const blocks = sum(shown.filter(({ field }) => field === "count"), ({ text }) => Number(text.replaceAll(",", "")));
    assert.equal(blocks, sum(classes, (row) => row.count), `${name} shows every block`);
  }
}

async function correlationAndDiagnostics(page) {
  await openTab(page, "correlation");
  for (const { pair, points, fit } of report.correlations.threads) {
    const whole = points.filter((point) => point.x !== null && point.y !== null);
    assert.equal(await page.getAttribute(`[data-testid="scatter-${pair}"]`, "data-points"), String(whole.length));
    const [shown] = await readValues(page, `[data-testid="fit-${pair}"]`, "class");
    compared.check(`fit: ${pair}`, shown.values, { ...fit, intercept_size: Math.abs(fit.intercept) });
    if (fit.intercept !== undefined) {
      assert.match(await page.textContent(`[data-testid="fit-${pair}"]`), fit.intercept < 0 ? /x − \d/ : /x \+ \d/, "the sign stands once");
    }
    if (fit.unavailable !== undefined) assert.match(await page.textContent(`[data-testid="fit-${pair}"]`), new RegExp(fit.unavailable));
  }
  await openTab(page, "diagnostics");
  await unfoldTables(page);
  const files = new Map(report.diagnostics.files.map((file) => [file.name, file]));
  for (const { key, values } of await readValues(page, "[data-testid=files-table] tbody tr", "data-key")) {
    compared.check(`files: ${key}`, values, files.get(key));
  }
  const verdict = await page.getAttribute("[data-check=totals]", "data-verdict");
  assert.equal(verdict, report.diagnostics.totals_check.matches ? "good" : "bad");
  for (const { what, reason } of report.diagnostics.unavailable) {
    const text = await page.textContent("[data-testid=unavailable]");
    assert.ok(text.includes(what) && text.includes(reason), `diagnostics say why ${what} is unavailable`);
  }
}

/** The look of focus mode, as the browser computed it. */
async function focusLook(page) {
  await settle(page);
  return page.evaluate(() => ({
    background: getComputedStyle(document.body).backgroundColor,
    focused: [...document.querySelectorAll(".thread-card.focused")].map((element) => [element.dataset.tid, getComputedStyle(element).transform]),
    opacities: [...document.querySelectorAll(".thread-card:not(.focused)")].map((element) => getComputedStyle(element).opacity),
    deep: document.querySelectorAll("[data-testid=deep-view]").length,
    bar: document.querySelectorAll("[data-testid=focus-bar]").length,
  }));
}

function luminance(colour) {
  const [red, green, blue] = colour.match(/[\d.]+/g).map(Number);
  return red + green + blue;
}

async function focusLooksAsPromised(page, before) {
  const look = await focusLook(page);
  assert.deepEqual(look.focused, [[String(chosen.tid), "matrix(1.15, 0, 0, 1.15, 0, 0)"]]);
  assert.deepEqual([...new Set(look.opacities)], ["0.3"], "all other cards fade to 30 %");
  assert.equal(look.opacities.length, report.threads.length - 1);
  assert.ok(luminance(look.background) < luminance(before.background), "the background darkens");
  assert.deepEqual([look.deep, look.bar], [1, 1]);
}

async function focusIsGone(page, before, how) {
  assert.deepEqual(await focusLook(page), before, `after ${how} everything is as before`);
  assert.ok(!page.url().includes("thread="), how);
}

async function clickBackground(page) {
  // The page's left margin: inside main, beside every panel.
  await page.mouse.click(6, 500);
}

async function everyTabShowsTheThreadOnly(page) {
  const [headline] = await readValues(page, "[data-testid=headline]", "class");
  const life = { duration_ns: (chosen.end_ns ?? report.run.duration_ns) - chosen.start_ns };
  compared.check("focus headline", headline.values, { ...chosen, ...life });
  const [deep] = await readValues(page, "[data-testid=deep-view] .deep-facts", "class");
  compared.check("deep view", deep.values, chosen);
  assert.equal(await page.locator("[data-insight]").count(), Math.min(3, report.insights.filter(({ thread }) => thread === chosen.index).length));

  await openTab(page, "performance");
  const rows = await readValues(page, "main table tbody tr", "data-key");
  assert.deepEqual(rows.map(({ key }) => key), [String(chosen.tid)]);

  await openTab(page, "timeline");
  const charts = await page.$$eval("main [data-testid^=chart-]", (panels) => panels.map((panel) => panel.dataset.testid));
  assert.ok(charts.includes("chart-live"), "the thread's memory over time");
  for (const whole of ["chart-cores", "chart-load", "chart-memory", "chart-system_memory", "chart-active", "chart-alive"]) assert.ok(!charts.includes(whole), whole);

  await openTab(page, "correlation");
  const over = report.correlations.over_time.filter(({ thread }) => thread === chosen.index);
  const plots = await page.$$eval("main [data-points]", (figures) => figures.map((figure) => Number(figure.dataset.points)));
  assert.deepEqual(plots, over.map(({ points }) => points.filter((point) => point.x !== null && point.y !== null).length));

  await openTab(page, "call-sites");
  await unfoldTables(page);
  const sites = report.call_sites.flatMap((site) => site.threads.filter(({ thread }) => thread === chosen.index).map((part) => [String(site.index), part]));
  const parts = new Map(sites);
  const shown = await readValues(page, "[data-testid=call-sites] > tbody > tr", "data-key");
  assert.deepEqual(shown.map(({ key }) => key).sort(), [...parts.keys()].sort());
  for (const { key, values } of shown) compared.check(`focus sites: ${key}`, values, parts.get(key));
  const { usage } = report.stacks;
  const cost = sum(usage.stack.map((_, row) => row).filter((row) => usage.thread[row] === chosen.index), (row) => usage.live_bytes_at_peak[row]);
  const canvas = await page.$("[data-testid=flame-graph]");
  assert.equal(canvas === null ? 0 : Number(await canvas.getAttribute("data-cost")), cost, "the flame graph holds the thread's rows");

  await openTab(page, "leaks");
  const own = report.leaks.items.filter(({ thread }) => thread === chosen.index);
  const names = await page.$$eval("[data-testid=leak-items] .thread-link-name", (links) => links.map((link) => link.textContent));
  assert.deepEqual(names, own.map(() => chosen.name));
  const blocks = (await readValues(page, "[data-testid=size_histogram]", "class")).flatMap(({ values }) => values.filter(({ field }) => field === "count"));
  assert.equal(sum(blocks, ({ text }) => Number(text.replaceAll(",", ""))), sum(chosen.size_histogram, (row) => row.count));

  await openTab(page, "summary");
  assert.match(await page.textContent("[data-testid=bottleneck]"), new RegExp(chosen.bottleneck_reason.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")));
  assert.equal(await page.locator("[data-insight]").count(), report.insights.filter(({ thread }) => thread === chosen.index).length);

  await openTab(page, "diagnostics");
  const files = await page.$$eval("[data-testid=files-table] tbody tr", (table) => table.map((row) => row.dataset.key));
  assert.ok(files.every((name) => name.includes(`_${chosen.tid}.`)), `only the thread's files: ${files}`);
}

async function addressHoldsTheState(page, url) {
  await page.goto(`${url}#tab=timeline&thread=${chosen.tid}`);
  await page.reload();
  await page.waitForSelector("[data-testid=focus-bar]");
  assert.equal(await page.getAttribute("main", "data-view"), "timeline");
  await openTab(page, "leaks");
  await page.goBack();
  await page.waitForSelector("main[data-view=timeline]");
  await page.goForward();
  await page.waitForSelector("main[data-view=leaks]");
  await page.keyboard.press("Escape");
  await page.waitForSelector("[data-testid=focus-bar]", { state: "detached" });
  await openTab(page, "overview");
}

async function pageFunctions(page) {
  await page.evaluate((tid) => window.selectThread(tid), chosen.tid);
  await page.waitForSelector(`${card(chosen)}.focused`);
  await page.evaluate(() => window.selectThread(-1));
  assert.equal(await page.locator(".thread-card.focused").count(), 1, "an unknown thread changes nothing");
  await page.evaluate(() => window.handleBackgroundClick());
  await page.waitForSelector(".thread-card.focused", { state: "detached" });
}

async function timelineZoom(page) {
  await openTab(page, "timeline");
  const chart = await page.locator('[data-chart=live] .u-over').boundingBox();
  await page.mouse.move(chart.x + chart.width * 0.3, chart.y + 40);
  await page.mouse.down();
  await page.mouse.move(chart.x + chart.width * 0.6, chart.y + 60, { steps: 5 });
  await page.mouse.up();
  await page.waitForSelector("[data-testid=reset-range]");
  assert.match(page.url(), /from=\d+(\.\d+)?&to=\d+/);
  await page.click("[data-testid=reset-range]");
  await page.waitForSelector("[data-testid=reset-range]", { state: "detached" });
  await openTab(page, "overview");
}

async function keyboard(page) {
  await page.focus("#tab-overview");
  await page.keyboard.press("ArrowRight");
  await page.waitForSelector("main[data-view=performance]");
  await page.keyboard.press("End");
  await page.waitForSelector("main[data-view=diagnostics]");
  await page.keyboard.press("Home");
  await page.waitForSelector("main[data-view=overview]");
  await page.focus(card(chosen));
  await page.keyboard.press("Enter");
  await page.waitForSelector(`${card(chosen)}.focused`);
  await page.keyboard.press("Escape");
  await page.waitForSelector(".thread-card.focused", { state: "detached" });
}

async function accessibility(page, scheme) {
  for (const tab of TABS) {
    await openTab(page, tab);
    assert.deepEqual(await accessibilityViolations(page), [], `${scheme}, ${tab}`);
  }
  await openTab(page, "overview");
  await page.evaluate((tid) => window.selectThread(tid), chosen.tid);
  await page.waitForSelector("[data-testid=deep-view]");
  // Cards out of focus stand at 30 % by design: their contrast is not meant for reading.
  assert.deepEqual(await accessibilityViolations(page, [".dimmed"]), [], `${scheme}, focus`);
}

await withPage(html, { scheme: "light" }, async (page, url) => {
  await pageHoldsTheReport(page);
  step("the page holds the JSON");
  await headlineAndCards(page);
  await deepViewsOpenInTheirGroup(page);
  await leaderboard(page);
  await sitesAndTypes(page);
  await callersOfASite(page);
  await flameSearch(page);
  await leaksAndHistograms(page);
  await correlationAndDiagnostics(page);
  step("every tab shows the report's numbers");

  await openTab(page, "overview");
  await page.mouse.move(0, 0);
  const before = await focusLook(page);
  await page.click(card(chosen));
  await focusLooksAsPromised(page, before);
  await everyTabShowsTheThreadOnly(page);
  await openTab(page, "overview");
  await focusLooksAsPromised(page, before);
  step("a click on a card focuses every tab on its thread");
  await clickBackground(page);
  await focusIsGone(page, before, "a click on the background");
  await page.click(card(chosen));
  await page.keyboard.press("Escape");
  await page.mouse.move(0, 0);
  await focusIsGone(page, before, "Esc");
  step("a click on the background and Esc leave the focus");
  await addressHoldsTheState(page, url);
  await pageFunctions(page);
  step("the address holds tab and focus");
  await timelineZoom(page);
  await keyboard(page);
  step("charts zoom, keys work");
});
for (const scheme of ["light", "dark"]) {
  await withPage(html, { scheme }, (page) => accessibility(page, scheme));
  step(`axe finds nothing in ${scheme}`);
}
assert.ok(compared.total >= 300, `only ${compared.total} numbers were compared`);
step(`${compared.total} visible numbers equal the JSON's: ${[...compared.counts].map(([where, count]) => `${count} ${where}`).join(", ")}`);

// SPDX-License-Identifier: Apache-2.0
// Opens pages made from invented reports (make-report.mjs) that a real run seldom gives, and walks through every tab.
//
//   node robust-page.mjs TEMPLATE.html hostile|exported|many|same-names|empty|single|broken|sampled [DIRECTORY]
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { accessibilityViolations, openTab, settle, TABS, withPage } from "./browser.mjs";
import { fillTemplate, makeReport, slotText } from "./make-report.mjs";

const [templatePath, kind, directory = mkdtempSync(path.join(tmpdir(), "memscope-page-"))] = process.argv.slice(2);
const template = readFileSync(templatePath, "utf8");
mkdirSync(directory, { recursive: true });

function pageFile(name, html) {
  const file = path.join(directory, `${name}.html`);
  writeFileSync(file, html);
  return file;
}

async function everyTabOpens(page) {
  for (const tab of TABS) {
    await openTab(page, tab);
    await page.waitForSelector("main section");
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(wide <= 0, `${tab} is ${wide} px wider than the window`);
  }
  await openTab(page, "overview");
}

/** Every figure of a table, the tables of a focus included, can be read without scrolling sideways. */
async function figuresFitTheWindow(page) {
  for (const tab of ["performance", "call-sites", "leaks"]) {
    await openTab(page, tab);
    const beyond = await page.$$eval("main tbody .value, .treemap .area", (figures) =>
      figures.filter((figure) => figure.getBoundingClientRect().right > figure.closest(".panel").getBoundingClientRect().right).map((figure) => figure.textContent),
    );
    assert.deepEqual(beyond, [], `${tab}: figures beyond the edge`);
  }
  await openTab(page, "overview");
}

/** Names from the trace are text: none became an element, none ran, and they are there to be read. */
async function namesStayText(file, report) {
  await withPage(file, {}, async (page) => {
    await everyTabOpens(page);
    for (const thread of report.threads.slice(0, 3)) {
      await page.evaluate((tid) => window.selectThread(tid), thread.tid);
      await page.waitForSelector("[data-testid=deep-view]");
      await everyTabOpens(page);
    }
    await page.evaluate(() => window.handleBackgroundClick());
    assert.equal(await page.evaluate(() => globalThis.__injected), undefined, "nothing from the report ran");
    assert.equal(await page.locator("#app img, #app script, #app iframe").count(), 0, "nothing from the report became an element");
    const names = await page.$$eval(".card-name", (cards) => cards.map((card) => card.textContent));
    assert.deepEqual(names.sort(), report.threads.map((thread) => thread.name).sort(), "names are shown as they are");
    await page.fill("input[type=search]", "</script>");
    assert.ok((await page.locator(".thread-card").count()) > 0, "hostile names can be searched");
  });
}

async function hostile() {
  const report = makeReport("hostile");
  await namesStayText(pageFile("hostile", fillTemplate(template, report)), report);
}

/** The page is one that the exporter made of a run. */
async function exported() {
  await namesStayText(templatePath, JSON.parse(template.match(/id="report-data">(.*?)<\/script>/s)[1]));
}

/** A thousand threads: a card each, search, filter and focus, and no tab that gives up. */
async function many() {
  const report = makeReport("many");
  assert.equal(report.threads.length, 1000);
  const target = report.threads[345];
  await withPage(pageFile("many", fillTemplate(template, report)), {}, async (page) => {
    assert.equal(await page.locator(".thread-card").count(), 1000);
    await everyTabOpens(page);
    const role = page.locator(".chips .chip.role-cpu_intensive");
    await role.click();
    assert.equal(await page.locator(".thread-card").count(), report.threads.filter((thread) => thread.role === "cpu_intensive").length);
    await role.click();
    await page.fill("input[type=search]", target.name);
    assert.equal(await page.locator(".thread-card").count(), report.threads.filter((thread) => thread.name.includes(target.name)).length);
    await page.click(`.thread-card[data-tid="${target.tid}"]`);
    await settle(page);
    const transform = await page.$eval(".thread-card.focused", (card) => getComputedStyle(card).transform);
    assert.equal(transform, "matrix(1.15, 0, 0, 1.15, 0, 0)");
    await everyTabOpens(page);
  });
}

/** Threads that bear the main thread's name, as every std::thread does, are told apart by their scopes wherever they are named. */
async function sameNames() {
  const report = makeReport("demo");
  const scopes = ["decoder", "int Store::add<int>(std::vector<int> const&)", "watch"];
  const shown = ["decoder", "Store::add", "watch"];
  const tracked = report.threads.filter((thread) => thread.tracked);
  for (const thread of report.threads) thread.name = "app";
  tracked.forEach((thread, place) => (thread.scopes = [scopes[place % scopes.length]]));
  const label = (thread) => (thread.tracked && !thread.main ? `app · ${shown[tracked.indexOf(thread) % shown.length]}` : "app");
  const byTid = new Map(report.threads.map((thread) => [String(thread.tid), thread]));
  const expected = (keys) => keys.map((key) => label(byTid.get(key)));
  await withPage(pageFile("same-names", fillTemplate(template, report)), {}, async (page) => {
    const read = (selector, inner) =>
      page.$$eval(selector, (elements, part) => elements.map((element) => [element.dataset.tid ?? element.dataset.key, element.querySelector(part).innerText]), inner);
    const cards = await read(".thread-card.tracked", ".card-name");
    assert.ok(cards.length > 3);
    assert.deepEqual(cards.map(([, text]) => text), expected(cards.map(([tid]) => tid)), "cards");
    await openTab(page, "performance");
    const rows = await read("[data-testid=leaderboard] tbody tr", ".thread-link-name");
    assert.deepEqual(rows.map(([, text]) => text), expected(rows.map(([tid]) => tid)), "the table of threads");
    await openTab(page, "timeline");
    const legend = await page.$$eval("[data-chart=live] .u-legend .u-label", (labels) => labels.map((element) => element.innerText));
    const threads = legend.map((text) => /^(.*) \((\d+)\)$/.exec(text)).filter((match) => match !== null);
    assert.ok(threads.length > 3, `the legend names threads: ${legend}`);
    assert.deepEqual(threads.map(([, text]) => text), expected(threads.map(([, , tid]) => tid)), "the legend");
    await openTab(page, "leaks");
    const leaks = await page.$$eval("[data-testid=leak-items] > tbody > tr", (items) =>
      items.map((row) => [row.dataset.key.split("-").at(-1), row.querySelector(".thread-link-name").innerText, row.querySelector(".thread-link").innerText]),
    );
    assert.ok(leaks.length > 0);
    for (const [index, text, whole] of leaks) {
      const thread = report.threads[Number(index)];
      assert.equal(text, label(thread), "leaks");
      assert.ok(whole.includes(String(thread.tid)), `the tid tells threads of one label apart: ${whole}`);
    }
    await openTab(page, "overview");
    await page.fill("input[type=search]", "app decoder");
    assert.equal(await page.locator(".thread-card").count(), tracked.filter((thread) => thread.scopes[0] === "decoder").length);
    await page.fill("input[type=search]", "app");
    assert.equal(await page.locator(".thread-card").count(), report.threads.length, "the JSON's name can be searched");
    const one = tracked.find((thread) => !thread.main);
    await page.evaluate((tid) => window.selectThread(tid), one.tid);
    assert.equal(await page.innerText("[data-testid=focus-bar] .focus-name"), label(one));
    assert.ok((await page.innerText("[data-testid=deep-view] h3")).startsWith(label(one)));
  });
}

/** A run of which a sample was recorded says so above every view, how far its totals can be off, and what is exact. */
async function sampled() {
  const report = makeReport("demo");
  report.summary.estimated = true;
  for (const thread of report.threads) thread.estimated = thread.tracked;
  const recorded = Math.round(report.summary.total_allocations / 100);
  report.diagnostics.sampling = {
    rate: 0.01, sample_bytes: 4096, recorded_allocations: recorded, allocations_error: report.summary.total_allocations * 0.031,
    bytes_error: report.summary.total_bytes_allocated * 0.052, exact_allocations: 123456, exact_bytes: 3 * 1024 ** 3,
    ways: [
      { rate: 0.01, sample_bytes: null, recorded_allocations: recorded, allocations: report.summary.total_allocations, bytes_allocated: report.summary.total_bytes_allocated, threads: [0], scopes: ["<b>hot</b>"] },
      { rate: null, sample_bytes: 4096, recorded_allocations: 0, allocations: 0, bytes_allocated: 0, threads: [1], scopes: [] },
    ],
  };
  for (const width of [1400, 420]) {
    await withPage(pageFile("sampled", fillTemplate(template, report)), { width }, async (page) => {
      await everyTabOpens(page);
      for (const tab of TABS) {
        await openTab(page, tab);
        const note = await page.innerText("[data-testid=sample-note]");
        assert.ok(await page.isVisible("[data-testid=sample-note]"), tab);
        for (const part of [/rate 0\.01, one in about 4\.00 KiB/, new RegExp(`from ${recorded.toLocaleString("en")} of them`), /3\.1 % in number and 5\.2 % in bytes/, /123,456 allocations, 3\.00 GiB/]) {
          assert.match(note, part, tab);
        }
      }
      await openTab(page, "diagnostics");
      assert.match(await page.innerText("[data-testid=unavailable]"), /recorded, which stand for .*<b>hot<\/b>/s);
      assert.deepEqual(await accessibilityViolations(page), []);
      await page.click("[data-testid=language]");
      assert.match(await page.innerText("[data-testid=sample-note]"), /比率 0\.01/);
    });
  }
  await withPage(pageFile("whole", fillTemplate(template, makeReport("demo"))), {}, async (page) => {
    assert.equal(await page.locator("[data-testid=sample-note]").count(), 0, "a run that recorded everything has no note");
  });
}

/** Runs in which next to nothing happened. */
async function small(name) {
  const report = makeReport(name);
  const file = pageFile(name, fillTemplate(template, report));
  await withPage(file, {}, async (page) => {
    await everyTabOpens(page);
    assert.equal(await page.locator(".thread-card").count(), report.threads.length);
    await page.evaluate((tid) => window.selectThread(tid), report.threads[0].tid);
    await page.waitForSelector("[data-testid=deep-view]");
    await everyTabOpens(page);
  });
  await withPage(file, { width: 420 }, async (page) => {
    await everyTabOpens(page);
    await figuresFitTheWindow(page);
    assert.deepEqual(await accessibilityViolations(page), []);
  });
}

/** What is no report is answered by a sentence that says where and what, not by a blank page. */
async function broken() {
  const report = makeReport("single");
  const cases = [
    ["unfilled", template, /holds no report/],
    ["empty-slot", template.replace("__MEMSCOPE_REPORT__", ""), /holds no report/],
    ["cut", template.replace("__MEMSCOPE_REPORT__", slotText(report).slice(0, 900)), /not JSON/],
    ["version", fillTemplate(template, { ...report, schema_version: 7 }), /schema_version.*the report has 7/s],
    ["index", fillTemplate(template, { ...report, leaks: { ...report.leaks, items: [{ ...report.leaks.items[0], class: "live_at_exit", stack: 99 }] } }), /leaks\.items\[0\]\.stack.*99/s],
  ];
  for (const [name, html, message] of cases) {
    await withPage(pageFile(name, html), {}, async (page) => {
      assert.match(await page.textContent("[data-testid=error-page]"), message, name);
      assert.deepEqual(await accessibilityViolations(page), [], name);
    });
  }
}

const kinds = { hostile, exported, many, "same-names": sameNames, empty: () => small("empty"), single: () => small("single"), broken, sampled };
assert.ok(kind in kinds, `usage: node robust-page.mjs TEMPLATE.html ${Object.keys(kinds).join("|")} [DIRECTORY]`);
await kinds[kind]();
process.stdout.write(`${kind}: the page holds\n`);

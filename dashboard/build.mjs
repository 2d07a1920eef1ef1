// SPDX-License-Identifier: Apache-2.0
// Builds the page: checks the types, bundles src/main.tsx and src/theme.css, and puts both into index.html.
//
//   node build.mjs --out FILE
//
// The result is the template that `memscope export` carries; it fills the data slot. The page must open from
// file:// on a machine without a network, so the build fails on anything a browser would fetch.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const slot = '<script type="application/json" id="report-data">__MEMSCOPE_REPORT__</script>';

function fail(message) {
  process.stderr.write(`build.mjs: ${message}\n`);
  process.exit(1);
}

function outputPath(args) {
  if (args.length === 2 && args[0] === "--out") return path.resolve(args[1]);
  return fail("usage: node build.mjs --out FILE");
}

function checkTypes() {
  const compiler = createRequire(import.meta.url).resolve("typescript/bin/tsc");
  const run = spawnSync(process.execPath, [compiler, "--noEmit", "-p", here], { stdio: "inherit" });
  if (run.status !== 0) fail("the types do not check");
}

async function bundle(entry) {
  const result = await build({
    absWorkingDir: here,
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: ["es2022"],
    legalComments: "none",
    logLevel: "warning",
  });
  return result.outputFiles[0].text;
}

/** Names XML namespaces, which look like addresses and are never fetched. */
const namespaces = /https?:\/\/www\.w3\.org\/[A-Za-z0-9/]*/g;

function networkReferences(page) {
  const text = page.replace(namespaces, "");
  const patterns = [
    /(?:https?|wss?|ftp):\/\/[^\s"'`]*/g,
    /<(?:script|img|iframe|link|source|audio|video)\b[^>]*\b(?:src|href)=[^>]*/gi,
    /\burl\((?!["']?(?:#|data:))[^)]*\)/gi,
    /@import\b/g,
    /\b(?:fetch\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon|importScripts)/g,
  ];
  return patterns.flatMap((pattern) => text.match(pattern) ?? []);
}

/** Puts text between markers without giving `$` or `</script` in it a meaning. */
function fill(page, marker, text) {
  const parts = page.split(marker);
  if (parts.length !== 2) fail(`index.html must contain ${marker} exactly once`);
  return parts.join(text.replace(/<\/(script|style)/gi, "<\\/$1"));
}

const out = outputPath(process.argv.slice(2));
checkTypes();
const [script, style] = await Promise.all([bundle("src/main.tsx"), bundle("src/theme.css")]);
let page = readFileSync(path.join(here, "index.html"), "utf8");
page = fill(page, "/*MEMSCOPE_STYLE*/", style.trim());
page = fill(page, "/*MEMSCOPE_SCRIPT*/", script.trim());
if (page.split(slot).length !== 2 || page.split("__MEMSCOPE_REPORT__").length !== 2) {
  fail("the page must contain the data slot exactly once");
}
const references = networkReferences(page);
if (references.length > 0) fail(`the page must not use the network, but has: ${references.join(", ")}`);
mkdirSync(path.dirname(out), { recursive: true });
writeFileSync(out, page);
process.stdout.write(`${path.relative(process.cwd(), out)}: ${(Buffer.byteLength(page) / 1024).toFixed(1)} KiB\n`);

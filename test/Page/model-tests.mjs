// SPDX-License-Identifier: Apache-2.0
// Bundles the page's unit tests (dashboard/src/**/*.test.ts) and runs them in Node; the exit code is the verdict.
//
//   node model-tests.mjs [DIRECTORY]       where the bundles go; a temporary directory by default
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const dashboard = fileURLToPath(new URL("../../dashboard/", import.meta.url));
const { build } = await import(pathToFileURL(createRequire(path.join(dashboard, "package.json")).resolve("esbuild")));

function testFiles(directory) {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const name = path.join(directory, entry.name);
    return entry.isDirectory() ? testFiles(name) : name.endsWith(".test.ts") ? [name] : [];
  });
}

const [given] = process.argv.slice(2);
const out = given === undefined ? mkdtempSync(path.join(tmpdir(), "memscope-page-")) : path.resolve(given);
mkdirSync(out, { recursive: true });
const source = path.join(dashboard, "src");
const files = testFiles(source);
await build({
  entryPoints: files,
  outbase: source,
  outdir: out,
  outExtension: { ".js": ".mjs" },
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node18",
  logLevel: "warning",
});
const bundles = files.map((file) => path.join(out, path.relative(source, file).replace(/\.ts$/, ".mjs")));
const run = spawnSync(process.execPath, ["--test", ...bundles], { stdio: "inherit" });
if (given === undefined) rmSync(out, { recursive: true });
process.exit(run.status ?? 1);

// SPDX-License-Identifier: Apache-2.0
// The tree loses no cost: every node's cost is its own plus its children's, in both directions and for every filter.
import assert from "node:assert/strict";
import { test } from "node:test";
import { exampleReport } from "../report/example";
import { buildCallTree, COSTS, frameText, framesOfStack, ROOT, searchTree, shareOfRoot, type CallTree } from "./call-tree";
import { boxAt, layoutFlame, neighbour } from "./flame-layout";

const report = exampleReport();
const [alpha, beta] = report.threads;

function names(tree: CallTree, nodes: number[]): string[] {
  return nodes.map((node) => frameText(report.stacks, tree.frame[node]!).function);
}

test("every node costs itself plus its children", () => {
  for (const cost of COSTS)
    for (const direction of ["top-down", "bottom-up"] as const)
      for (const focus of [null, alpha!, beta!]) {
        const tree = buildCallTree(report, cost, direction, focus);
        tree.children.forEach((children, node) => {
          const below = children.reduce((sum, child) => sum + tree.cost[child]!, 0);
          assert.equal(tree.cost[node], tree.self[node]! + below);
        });
      }
});

test("the root holds the sum of the report's rows, or of the thread's", () => {
  assert.equal(buildCallTree(report, "bytes_allocated", "top-down", null).cost[ROOT], 5596);
  assert.equal(buildCallTree(report, "bytes_allocated", "top-down", beta!).cost[ROOT], 500);
  assert.equal(buildCallTree(report, "leaked_bytes", "top-down", beta!).cost[ROOT], 0);
});

test("top-down begins at main, bottom-up at the allocating functions", () => {
  const down = buildCallTree(report, "allocations", "top-down", null);
  assert.deepEqual(names(down, down.children[ROOT]!), ["main"]);
  const up = buildCallTree(report, "allocations", "bottom-up", null);
  assert.deepEqual(names(up, up.children[ROOT]!), ["grow", "load"]);
});

test("children stand by cost", () => {
  const tree = buildCallTree(report, "bytes_allocated", "top-down", null);
  const main = tree.children[ROOT]![0]!;
  assert.deepEqual(names(tree, tree.children[main]!), ["load", "parse"]);
});

test("a stack reads from the allocating function outwards", () => {
  const frames = framesOfStack(report.stacks, 0).map((frame) => frameText(report.stacks, frame));
  assert.deepEqual(frames.map((frame) => frame.function), ["grow", "parse", "main"]);
  assert.deepEqual(frames.map((frame) => frame.inlined), [false, true, false]);
  assert.equal(frames[0]!.place, "grow.c:3");
});

test("a match inside a match counts once", () => {
  const tree = buildCallTree(report, "bytes_allocated", "top-down", null);
  assert.equal(searchTree(tree, report.stacks, "main").percent, 100);
  const found = searchTree(tree, report.stacks, "GROW");
  assert.equal(found.percent.toFixed(4), ((100 * 1500) / 5596).toFixed(4));
  assert.equal(searchTree(tree, report.stacks, " ").nodes.size, 0);
});

test("boxes are as wide as their share, and rows never wider than their parent", () => {
  const tree = buildCallTree(report, "bytes_allocated", "top-down", null);
  const layout = layoutFlame(tree, ROOT, 1000, 1);
  for (const box of layout.boxes) assert.ok(Math.abs(box.width - 10 * shareOfRoot(tree, box.node)) < 1e-6);
  assert.equal(layout.depth, 3);
  assert.equal(boxAt(layout, 999, 0)?.node, ROOT);
  assert.equal(boxAt(layout, 10, 9), null);
});

test("narrow boxes are folded into one that keeps their cost", () => {
  const tree = buildCallTree(report, "bytes_allocated", "top-down", null);
  const folded = layoutFlame(tree, ROOT, 100, 60).boxes.filter((box) => box.depth === 2);
  assert.deepEqual(folded.map((box) => box.count), [1]);
  const both = layoutFlame(tree, ROOT, 100, 90).boxes.find((box) => box.count === 2);
  assert.equal(both?.cost, 5596);
});

test("a zoomed box takes the whole width under its callers", () => {
  const tree = buildCallTree(report, "bytes_allocated", "top-down", null);
  const main = tree.children[ROOT]![0]!;
  const parse = tree.children[main]![1]!;
  const widths = layoutFlame(tree, parse, 500, 1).boxes.map((box) => box.width);
  assert.deepEqual(widths, [500, 500, 500, 500]);
});

test("the arrow keys walk the tree and stop at its edges", () => {
  const tree = buildCallTree(report, "bytes_allocated", "top-down", null);
  const layout = layoutFlame(tree, ROOT, 1000, 1);
  const root = layout.boxes.find((box) => box.node === ROOT)!;
  const main = neighbour(layout, tree, root, "child");
  const load = neighbour(layout, tree, main, "child");
  const parse = neighbour(layout, tree, load, "right");
  assert.deepEqual(names(tree, [main.node, load.node, parse.node]), ["main", "load", "parse"]);
  assert.equal(neighbour(layout, tree, parse, "left"), load);
  assert.equal(neighbour(layout, tree, parse, "parent"), main);
  assert.equal(neighbour(layout, tree, root, "parent"), root);
});

// SPDX-License-Identifier: Apache-2.0
// Where each box of the flame graph stands. Widths are proportional to cost within the zoomed node; its ancestors span
// the whole width above it. Boxes too narrow to see are folded into one box per parent that keeps their summed width,
// so a row never claims less than its parent's cost minus what that parent allocated itself.
import { ROOT, type CallTree } from "./call-tree";

export interface Box {
  node: number;
  depth: number;
  x: number;
  width: number;
  /** Number of siblings this box stands for; 1 for an ordinary one. */
  count: number;
  /** Cost of the box: the node's, or the sum of the folded ones. */
  cost: number;
}

export interface FlameLayout {
  boxes: Box[];
  depth: number;
}

export function layoutFlame(tree: CallTree, zoomed: number, width: number, narrowest: number): FlameLayout {
  const boxes: Box[] = [];
  let deepest = 0;
  for (let up = tree.parent[zoomed]!; up >= ROOT; up = tree.parent[up]!) {
    boxes.push({ node: up, depth: tree.depth[up]!, x: 0, width, count: 1, cost: tree.cost[up]! });
  }
  const unit = tree.cost[zoomed]! > 0 ? width / tree.cost[zoomed]! : 0;
  const pending: Box[] = [{ node: zoomed, depth: tree.depth[zoomed]!, x: 0, width, count: 1, cost: tree.cost[zoomed]! }];
  for (let box = pending.pop(); box !== undefined; box = pending.pop()) {
    boxes.push(box);
    deepest = Math.max(deepest, box.depth);
    if (box.count > 1) continue;
    let x = box.x;
    const children = tree.children[box.node]!;
    // Children are ordered by cost: the first too narrow one begins the fold.
    const wide = children.filter((child) => tree.cost[child]! * unit >= narrowest);
    for (const child of wide) {
      const cost = tree.cost[child]!;
      pending.push({ node: child, depth: box.depth + 1, x, width: cost * unit, count: 1, cost });
      x += cost * unit;
    }
    const folded = children.slice(wide.length);
    const cost = folded.reduce((sum, child) => sum + tree.cost[child]!, 0);
    if (cost * unit >= narrowest / 2) {
      pending.push({ node: folded[0]!, depth: box.depth + 1, x, width: cost * unit, count: folded.length, cost });
    }
  }
  return { boxes, depth: deepest };
}

/** The box at a place, or null. */
export function boxAt(layout: FlameLayout, x: number, depth: number): Box | null {
  return layout.boxes.find((box) => box.depth === depth && box.x <= x && x < box.x + box.width) ?? null;
}

export type Step = "parent" | "child" | "left" | "right";

/** The neighbour of a box for the arrow keys; the box itself when there is none. */
export function neighbour(layout: FlameLayout, tree: CallTree, from: Box, step: Step): Box {
  const pick = (candidates: Box[]) => candidates[0] ?? from;
  const row = (depth: number) => layout.boxes.filter((box) => box.depth === depth).sort((a, b) => a.x - b.x);
  switch (step) {
    case "parent":
      return pick(layout.boxes.filter((box) => box.node === tree.parent[from.node] && box.count === 1));
    case "child":
      return pick(row(from.depth + 1).filter((box) => tree.parent[box.node] === from.node));
    case "left":
      return pick(row(from.depth).filter((box) => box.x < from.x).reverse());
    case "right":
      return pick(row(from.depth).filter((box) => box.x > from.x));
  }
}

// SPDX-License-Identifier: Apache-2.0
// The call tree behind the flame graph. The report's columns hold one row per stack and thread; here they become a tree
// of functions for one cost, one direction and all threads or one. Calls of one function from one place in the tree are
// one node, whatever their line. Node 0 stands for everything; its cost is the sum of all rows, so nothing gets lost.
import type { Report, StackIndex, StackTable, Thread } from "../report/schema";

export const COSTS = ["live_bytes_at_peak", "bytes_allocated", "allocations", "temporary", "leaked_bytes"] as const;
export type Cost = (typeof COSTS)[number];

export function costKind(cost: Cost): "count" | "bytes" {
  return cost === "allocations" || cost === "temporary" ? "count" : "bytes";
}

export type TreeDirection = "top-down" | "bottom-up";

export const ROOT = 0;

export interface CallTree {
  /** Node -> its parent; -1 at the root. A parent's number is below its children's. */
  parent: number[];
  /** Node -> a frame of the report that stands for it; -1 at the root. */
  frame: number[];
  /** Node -> its cost with all below it, and without. */
  cost: number[];
  self: number[];
  depth: number[];
  /** Node -> its children, most expensive first. */
  children: number[][];
}

/** Cost per stack, of all threads or one. */
function costOfStacks(table: StackTable, cost: Cost, focus: Thread | null): Float64Array {
  const total = new Float64Array(table.stacks.node.length);
  const column = table.usage[cost];
  for (let row = 0; row < column.length; row++) {
    if (focus !== null && table.usage.thread[row] !== focus.index) continue;
    const value = column[row]!;
    if (value > 0) total[table.usage.stack[row]!]! += value;
  }
  return total;
}

/** Frames of a stack from the allocating function outwards. */
export function framesOfStack(table: StackTable, stack: StackIndex): number[] {
  const frames: number[] = [];
  for (let node = table.stacks.node[stack]!; node >= 0; node = table.nodes.parent[node]!) {
    frames.push(table.nodes.frame[node]!);
  }
  return frames;
}

export function buildCallTree(report: Report, cost: Cost, direction: TreeDirection, focus: Thread | null): CallTree {
  const table = report.stacks;
  const tree: CallTree = { parent: [-1], frame: [-1], cost: [0], self: [0], depth: [0], children: [[]] };
  const byFunction: Array<Map<number, number>> = [new Map()];
  const { function: functions, file: files } = table.frames;

  const child = (parent: number, frame: number): number => {
    // Two static functions may share a name: the file tells them apart.
    const key = functions[frame]! * table.strings.length + files[frame]!;
    const known = byFunction[parent]!.get(key);
    if (known !== undefined) return known;
    const node = tree.parent.length;
    tree.parent.push(parent);
    tree.frame.push(frame);
    tree.cost.push(0);
    tree.self.push(0);
    tree.depth.push(tree.depth[parent]! + 1);
    tree.children.push([]);
    tree.children[parent]!.push(node);
    byFunction.push(new Map());
    byFunction[parent]!.set(key, node);
    return node;
  };

  costOfStacks(table, cost, focus).forEach((value, stack) => {
    if (value === 0) return;
    const frames = framesOfStack(table, stack);
    if (direction === "top-down") frames.reverse();
    let node = ROOT;
    tree.cost[ROOT]! += value;
    for (const frame of frames) {
      node = child(node, frame);
      tree.cost[node]! += value;
    }
    tree.self[node]! += value;
  });
  for (const children of tree.children) children.sort((a, b) => tree.cost[b]! - tree.cost[a]!);
  return tree;
}

export interface FrameText {
  function: string;
  /** "src/a.c:12"; "" when unknown. */
  place: string;
  module: string;
  inlined: boolean;
}

export function frameText(table: StackTable, frame: number): FrameText {
  const { frames, strings } = table;
  const file = strings[frames.file[frame]!]!;
  const line = frames.line[frame]!;
  return {
    function: strings[frames.function[frame]!]!,
    place: file === "" ? "" : line > 0 ? `${file}:${line}` : file,
    module: strings[frames.module[frame]!]!,
    inlined: frames.inlined[frame] === 1,
  };
}

/** A node's share of everything, in percent; 0 for an empty tree. */
export function shareOfRoot(tree: CallTree, node: number): number {
  return tree.cost[ROOT]! > 0 ? (100 * tree.cost[node]!) / tree.cost[ROOT]! : 0;
}

export interface Matches {
  nodes: Set<number>;
  /** Cost under the outermost matches ÷ cost of everything; what is under two matches counts once. */
  percent: number;
}

/** Nodes whose function or file contains the text, without regard to case. */
export function searchTree(tree: CallTree, table: StackTable, text: string): Matches {
  const wanted = text.trim().toLowerCase();
  const nodes = new Set<number>();
  if (wanted === "") return { nodes, percent: 0 };
  let matched = 0;
  const inside = new Uint8Array(tree.parent.length);
  for (let node = 1; node < tree.parent.length; node++) {
    const { function: name, place } = frameText(table, tree.frame[node]!);
    const hit = name.toLowerCase().includes(wanted) || place.toLowerCase().includes(wanted);
    const below = inside[tree.parent[node]!] === 1;
    if (hit) nodes.add(node);
    if (hit && !below) matched += tree.cost[node]!;
    inside[node] = hit || below ? 1 : 0;
  }
  return { nodes, percent: tree.cost[ROOT]! > 0 ? (100 * matched) / tree.cost[ROOT]! : 0 };
}

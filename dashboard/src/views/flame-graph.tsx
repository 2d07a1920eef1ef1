// SPDX-License-Identifier: Apache-2.0
// The flame graph on a canvas: any number of frames costs one drawing. Pointer: hover explains, click zooms. Keyboard:
// arrows walk, Enter zooms, Backspace zooms out. What is selected is also said in a live region, since a canvas is mute.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { prepareCanvas, textHash } from "../lib/canvas";
import { cssVariable, useWidth } from "../lib/dom";
import { baseName, formatNumber } from "../lib/format";
import { shortName } from "../model/code-name";
import { costKind, frameText, ROOT, searchTree, shareOfRoot, type CallTree, type Cost, type Matches } from "../model/call-tree";
import { boxAt, layoutFlame, neighbour, type Box, type FlameLayout, type Step } from "../model/flame-layout";
import { usePage } from "./context";
import { Empty } from "./parts";

const ROW = 22;
const NARROWEST = 2;
const LETTER = 6.65;
/** A tooltip names a function in three lines, so that its place and figures are never pushed off the screen. */
const TIP_LETTERS = 140;

export function FlameGraph({ tree, cost, search }: { tree: CallTree; cost: Cost; search: string }) {
  const { report, theme, t } = usePage();
  const [frame, width] = useWidth<HTMLDivElement>();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [zoomed, setZoomed] = useState(ROOT);
  const [chosen, setChosen] = useState<{ box: Box; x: number } | null>(null);
  useEffect(() => {
    setZoomed(ROOT);
    setChosen(null);
  }, [tree]);

  // The tree may have changed since the zoom was set: the effect above comes one drawing later.
  const zoom = zoomed < tree.parent.length ? zoomed : ROOT;
  const layout = useMemo(() => layoutFlame(tree, zoom, Math.max(1, width), NARROWEST), [tree, zoom, width]);
  const matches = useMemo(() => searchTree(tree, report.stacks, search), [tree, report, search]);
  const height = (layout.depth + 1) * ROW;
  const name = (box: Box) => boxName(tree, box, (node) => frameText(report.stacks, tree.frame[node]!).function, t);

  const place = (box: Box) => (box.count > 1 || tree.frame[box.node] === -1 ? "" : baseName(frameText(report.stacks, tree.frame[box.node]!).place));

  useEffect(() => {
    if (canvas.current === null || width === 0) return;
    const context = prepareCanvas(canvas.current, width, height);
    if (context !== null) draw(context, { tree, layout, matches, searching: search.trim() !== "", chosen: chosen?.box ?? null, name, place });
  }, [tree, layout, matches, search, chosen, width, height, theme, t]);

  if (tree.cost[ROOT] === 0) return <Empty text={t("flame.empty")} />;

  const find = (event: MouseEvent) => boxAt(layout, event.offsetX, Math.floor(event.offsetY / ROW));
  const zoomTo = (box: Box | null) => {
    if (box === null || box.count > 1) return;
    setZoomed(box.node);
    setChosen(null);
  };
  const onKey = (event: KeyboardEvent) => {
    const current = chosen?.box ?? layout.boxes.find((box) => box.node === zoom) ?? layout.boxes[0]!;
    const steps: Record<string, Step> = { ArrowUp: "parent", ArrowDown: "child", ArrowLeft: "left", ArrowRight: "right" };
    const step = steps[event.key];
    if (event.key === "Enter") zoomTo(current);
    else if (event.key === "Backspace") setZoomed(Math.max(ROOT, tree.parent[zoom]!));
    else if (event.key === "Home") setZoomed(ROOT);
    else if (step !== undefined) {
      const box = neighbour(layout, tree, current, step);
      setChosen({ box, x: box.x + Math.min(box.width / 2, 160) });
    } else return;
    event.preventDefault();
  };
  return (
    <>
      <p class="flame-state">
        <span data-testid="flame-total">
          {t("flame.total", { total: formatNumber(costKind(cost), tree.cost[ROOT]!) })}
        </span>
        {search.trim() === "" ? null : (
          <span class="matched" data-testid="flame-matched">
            {t(matches.nodes.size === 1 ? "flame.matched.one" : "flame.matched", { percent: formatNumber("percent", matches.percent), count: matches.nodes.size })}
          </span>
        )}
        {zoom === ROOT ? null : (
          <button type="button" class="button" onClick={() => setZoomed(ROOT)}>
            {t("flame.reset")}
          </button>
        )}
      </p>
      <div class="flame" ref={frame}>
        <canvas
          ref={canvas}
          data-testid="flame-graph"
          data-cost={tree.cost[ROOT]}
          tabIndex={0}
          role="application"
          aria-label={t("flame.label")}
          onPointerMove={(event) => {
            const box = find(event);
            setChosen(box === null ? null : { box, x: event.offsetX });
          }}
          onPointerLeave={() => setChosen(null)}
          onClick={(event) => zoomTo(find(event))}
          onKeyDown={onKey}
        />
        {chosen === null ? null : <FlameTip tree={tree} cost={cost} chosen={chosen} width={width} name={name(chosen.box)} />}
      </div>
    </>
  );
}

function boxName(tree: CallTree, box: Box, functionOf: (node: number) => string, t: ReturnType<typeof usePage>["t"]): string {
  if (box.count > 1) return t("flame.folded", { count: box.count });
  return tree.frame[box.node] === -1 ? t("flame.all") : functionOf(box.node);
}

function FlameTip(props: { tree: CallTree; cost: Cost; chosen: { box: Box; x: number }; width: number; name: string }) {
  const { report, t } = usePage();
  const { tree, cost, chosen, width } = props;
  const { box } = chosen;
  const kind = costKind(cost);
  const frame = box.count > 1 || tree.frame[box.node] === -1 ? null : frameText(report.stacks, tree.frame[box.node]!);
  const top = (box.depth + 1) * ROW + 6;
  return (
    <div class={`tooltip flame-tip ${chosen.x > width / 2 ? "to-left" : ""}`} style={`left:${chosen.x}px;top:${top}px`} role="status">
      <strong>{shortName(props.name, TIP_LETTERS)}</strong>
      {frame === null ? null : (
        <p>
          {frame.place === "" ? frame.module : frame.place}
          {frame.inlined ? ` · ${t("stack.inlined")}` : ""}
        </p>
      )}
      <dl>
        <dt>{t(`cost.${cost}`)}</dt>
        <dd>{formatNumber(kind, box.cost)}</dd>
        <dt>{t("flame.share")}</dt>
        <dd>{box.count > 1 ? "" : formatNumber("percent", shareOfRoot(tree, box.node))}</dd>
        {box.count > 1 ? null : (
          <>
            <dt>{t("flame.self")}</dt>
            <dd>{formatNumber(kind, tree.self[box.node]!)}</dd>
          </>
        )}
      </dl>
    </div>
  );
}

interface Drawing {
  tree: CallTree;
  layout: FlameLayout;
  matches: Matches;
  searching: boolean;
  chosen: Box | null;
  name: (box: Box) => string;
  /** File and line; "" where there is none. */
  place: (box: Box) => string;
}

interface Palette {
  light: number;
  found: string;
  rest: string;
}

function draw(context: CanvasRenderingContext2D, drawing: Drawing): void {
  const { layout, matches, searching, chosen } = drawing;
  // Read once: asking the style for every box would cost more than drawing it.
  const palette: Palette = {
    light: Number(cssVariable("--flame-lightness")),
    found: cssVariable("--flame-found"),
    rest: cssVariable("--flame-rest"),
  };
  const ink = cssVariable("--flame-ink");
  const faded = cssVariable("--ink-soft");
  context.font = `11px ${cssVariable("--mono")}`;
  context.textBaseline = "middle";
  for (const box of layout.boxes) {
    const name = drawing.name(box);
    const top = box.depth * ROW;
    const hit = matches.nodes.has(box.node) && box.count === 1;
    context.globalAlpha = searching && !hit ? 0.35 : 1;
    context.fillStyle = boxColour(box, name, hit && searching, palette);
    context.fillRect(box.x, top, Math.max(0.5, box.width - 1), ROW - 1);
    if (chosen !== null && chosen.node === box.node && chosen.depth === box.depth) {
      context.globalAlpha = 1;
      context.strokeStyle = cssVariable("--ink");
      context.lineWidth = 1.5;
      context.strokeRect(box.x + 0.75, top + 0.75, Math.max(1, box.width - 2.5), ROW - 2.5);
    }
    const text = boxText(name, drawing.place(box), Math.floor((box.width - 10) / LETTER));
    if (text === "") continue;
    context.globalAlpha = 1;
    context.fillStyle = searching && !hit ? faded : ink;
    context.fillText(text, box.x + 5, top + ROW / 2);
  }
  context.globalAlpha = 1;
}

/** The name, with file and line where both fit; otherwise those are in the tooltip. */
function boxText(name: string, place: string, letters: number): string {
  // A place is worth a shorter name, but not one cut in its middle.
  const beside = place === "" ? "" : shortName(name, letters - place.length - 3);
  return beside === name || beside.endsWith(")") ? `${beside} · ${place}` : shortName(name, letters);
}

/** Warm hues by name; found boxes in the accent; what stands for everything or for many in grey. */
function boxColour(box: Box, name: string, found: boolean, { light, found: accent, rest }: Palette): string {
  if (found) return accent;
  if (box.node === ROOT || box.count > 1) return rest;
  const hash = textHash(name);
  return `hsl(${(14 + hash * 34).toFixed(0)} ${(62 + (hash * 97) % 22).toFixed(0)}% ${(light + ((hash * 131) % 10)).toFixed(0)}%)`;
}

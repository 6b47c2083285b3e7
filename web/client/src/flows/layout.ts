// Where steps stand: by hand, or from left to right in the order in which callers come to them.
import { graphlib, layout as arrange } from "@dagrejs/dagre";

import { BROADEST, inBlocks, strangeness, type Size, type Tree } from "./blocks";
import type { GoneWay } from "./compare";
import { BETWEEN_COLUMNS } from "./lines";
import { ERROR, nodeOf, nodesOf, outputsOf, sparesOf, stepsOf, type Types } from "./document";
import { says } from "./names";
import type { FlowDocument, Layout, Place, StepNode } from "./shapes";

export const WIDTH = 240;
export const GRID = 10;
const HEAD = 48;
const SAYS = 24;
const ROW = 24;
const FOOT = 8;
const BETWEEN_ROWS = 30;
const LONG = 4000; // so wide a row of steps is still read along
const SCREEN: Size = { width: 1400, height: 900 };

/** The size in which a step is drawn; `picture.css` holds the same figures. */
export function sizeOf(types: Types, node: StepNode | undefined, spares = true): Size {
  const rows = outputsOf(types, node).length + (spares ? sparesOf(types, node).length : 0);
  return { width: WIDTH, height: HEAD + (says(types, node) ? SAYS : 0) + rows * ROW + FOOT };
}

/** The places in a layout that comes from elsewhere: what cannot be read is left out. */
export function readLayout(layout: Record<string, unknown>): Layout {
  const found: Layout = {};
  for (const [step, value] of Object.entries(layout)) {
    const [x, y] = Array.isArray(value) ? value : [(value as Place | null)?.x, (value as Place | null)?.y];
    if (typeof x === "number" && typeof y === "number" && Number.isFinite(x + y)) found[step] = { x, y };
  }
  return found;
}

/** Place all steps anew; `more` are ways beside those of the document. */
export function autoLayout(types: Types, document: FlowDocument, more: GoneWay[] = []): Layout {
  const columns = inColumns(types, document, more);
  const size = extent(types, document, columns);
  const fits = size.width <= SCREEN.width && size.height <= SCREEN.height;
  const formed = size.height <= size.width && (size.width <= BROADEST * size.height || size.width <= LONG);
  if (fits || formed) return columns;
  const blocks = inBlocks(treeOf(types, document, more));
  return strangeness(extent(types, document, blocks)) < strangeness(size) ? snapped(blocks) : columns;
}

function snapped(layout: Layout): Layout {
  return Object.fromEntries(Object.entries(layout).map(([step, { x, y }]) => [step, { x: snap(x), y: snap(y) }]));
}

/** How wide and high a picture is. */
export function extent(types: Types, document: FlowDocument, layout: Layout): Size {
  const boxes = Object.entries(layout).map(([step, place]) => ({ ...place, ...sizeOf(types, nodeOf(document, step)) }));
  if (!boxes.length) return { width: 0, height: 0 };
  const [left, top] = [Math.min(...boxes.map((one) => one.x)), Math.min(...boxes.map((one) => one.y))];
  return { width: Math.max(...boxes.map((one) => one.x + one.width)) - left, height: Math.max(...boxes.map((one) => one.y + one.height)) - top };
}

/** Each step below the first that leads to it; ways after errors count only where no other way leads. */
function treeOf(types: Types, document: FlowDocument, more: GoneWay[]): Tree {
  const steps = stepsOf(document);
  const below = new Map<string, string[]>();
  const known = new Set<string>();
  const roots: string[] = [];
  const waysOf = (step: string) => {
    const own = outputsOf(types, nodeOf(document, step)).map((way) => ({ target: way.target, error: way.name === ERROR }));
    return [...own, ...more.filter((one) => one.step === step).map((one) => ({ target: one.target, error: true }))];
  };
  const grow = (open: string[], errors: boolean) => {
    for (let step = open.shift(); step !== undefined; step = open.shift()) {
      for (const { target, error } of waysOf(step)) {
        if ((error && !errors) || known.has(target) || !nodeOf(document, target)) continue;
        known.add(target);
        below.set(step, [...(below.get(step) ?? []), target]);
        open.push(target);
      }
    }
  };
  const start = typeof document.start === "string" ? document.start : "";
  const led = new Set(steps.flatMap((step) => waysOf(step).filter((way) => way.target !== step).map((way) => way.target)));
  for (const root of [start, ...steps.filter((step) => !led.has(step)), ...steps]) {
    if (known.has(root) || !nodeOf(document, root)) continue;
    known.add(root);
    roots.push(root);
    grow([root], false);
    grow([...known], true);
  }
  return { roots, below, sizes: new Map(steps.map((step) => [step, sizeOf(types, nodeOf(document, step))])) };
}

/** Places by ranks: all steps that are as far from the first one stand in one column. */
function inColumns(types: Types, document: FlowDocument, more: GoneWay[]): Layout {
  // The usual order knows nothing of where outputs stand at a step; the order of the outputs is often better.
  const [asUsual, asWritten] = [false, true].map((written) => ranked(types, document, more, written)) as [Layout, Layout];
  return crossings(linesOf(types, document, asWritten)) <= crossings(linesOf(types, document, asUsual)) ? asWritten : asUsual;
}

type Straight = [Place, Place];

/** The lines from outputs to steps, as if they were straight. */
function linesOf(types: Types, document: FlowDocument, layout: Layout): Straight[] {
  return stepsOf(document).flatMap((step) => {
    const node = nodeOf(document, step);
    const place = layout[step];
    const top = HEAD + (says(types, node) ? SAYS : 0) + ROW / 2;
    return outputsOf(types, node).flatMap((way, at): Straight[] => {
      const end = layout[way.target];
      return place && end ? [[{ x: place.x + WIDTH, y: place.y + top + at * ROW }, { x: end.x, y: end.y + HEAD / 2 }]] : [];
    });
  });
}

function crossings(lines: Straight[]): number {
  const side = ([a, b]: Straight, c: Place) => Math.sign((b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x));
  const cross = (one: Straight, two: Straight) => side(one, two[0]) * side(one, two[1]) < 0 && side(two, one[0]) * side(two, one[1]) < 0;
  return lines.reduce((sum, one, at) => sum + lines.slice(at + 1).filter((two) => cross(one, two)).length, 0);
}

function ranked(types: Types, document: FlowDocument, more: GoneWay[], asWritten: boolean): Layout {
  const graph = new graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: "LR", nodesep: BETWEEN_ROWS, ranksep: BETWEEN_COLUMNS, edgesep: 12 });
  graph.setDefaultEdgeLabel(() => ({}));
  const steps = inOrder(types, document);
  for (const step of steps) graph.setNode(step, { ...sizeOf(types, nodeOf(document, step)) });
  for (const step of steps) {
    for (const way of outputsOf(types, nodeOf(document, step))) {
      if (!nodeOf(document, way.target) || way.target === step) continue;
      graph.setEdge(step, way.target, { weight: way.name === ERROR ? 1 : 3 }, way.name);
    }
  }
  for (const { step, output, target } of more) {
    if (graph.hasNode(step) && graph.hasNode(target)) graph.setEdge(step, target, { weight: 1 }, `${output}|gone`);
  }
  arrange(graph, { disableOptimalOrderHeuristic: asWritten });
  const found: Layout = {};
  for (const step of steps) {
    const { x, y, width, height } = graph.node(step) as Place & Size;
    found[step] = { x: snap(x - width / 2), y: snap(y - height / 2) };
  }
  return found;
}

function snap(value: number): number {
  return Math.round(value / GRID) * GRID;
}

/** The steps in the order in which callers may come to them, the others last. */
export function inOrder(types: Types, document: FlowDocument): string[] {
  const found = new Set<string>();
  const open = typeof document.start === "string" ? [document.start] : [];
  for (let step = open.shift(); step !== undefined; step = open.shift()) {
    const node = nodeOf(document, step);
    if (!node || found.has(step)) continue;
    found.add(step);
    open.push(...outputsOf(types, node).map((way) => way.target));
  }
  return [...found, ...stepsOf(document).filter((step) => !found.has(step))];
}

/** The place of every step: all anew if none has one, else those that lack one beside their predecessors. */
export function completed(types: Types, document: FlowDocument, layout: Layout, more: GoneWay[] = []): Layout {
  const steps = inOrder(types, document);
  const lacking = steps.filter((step) => !layout[step]);
  if (!lacking.length) return layout;
  if (lacking.length === steps.length) return autoLayout(types, document, more);
  const found = { ...layout };
  for (const step of lacking) found[step] = freePlace(types, document, found, before(types, document, step));
  return found;
}

function before(types: Types, document: FlowDocument, step: string): string | undefined {
  const leads = (node: StepNode) => outputsOf(types, node).some((way) => way.target === step);
  return Object.entries(nodesOf(document)).find(([, node]) => leads(node))?.[0];
}

/** A place right of a step where nothing stands; without a step, or with none there, below all. */
export function freePlace(types: Types, document: FlowDocument, layout: Layout, from?: string): Place {
  const boxes = stepsOf(document).flatMap((step) => {
    const place = layout[step];
    return place ? [{ ...place, ...sizeOf(types, nodeOf(document, step)) }] : [];
  });
  const origin = from === undefined ? undefined : layout[from];
  const lowest = boxes.length ? Math.max(...boxes.map((box) => box.y + box.height)) + BETWEEN_ROWS : 0;
  if (!origin) return { x: boxes.length ? Math.min(...boxes.map((box) => box.x)) : 0, y: snap(lowest) };
  const x = origin.x + WIDTH + BETWEEN_COLUMNS;
  let y = origin.y;
  const room = 160;
  const hits = () => boxes.find((box) => box.x < x + WIDTH && x < box.x + box.width && box.y < y + room && y < box.y + box.height);
  for (let hit = hits(); hit; hit = hits()) y = hit.y + hit.height + BETWEEN_ROWS;
  return { x: snap(x), y: snap(y) };
}

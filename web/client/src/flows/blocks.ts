// A broad or long flow as blocks: each step with the steps that it leads to at its right, in rows and columns.
//
// Column by column the blocks of a row stand a little higher, so that the line to each of them passes above
// the blocks before it. `lines.ts` draws lines that way: at the height of their end.
import { BETWEEN_COLUMNS } from "./lines";
import type { Layout, Place } from "./shapes";

export interface Size {
  width: number;
  height: number;
}

export interface Tree {
  roots: string[];
  below: Map<string, string[]>; // each step stands below one other at most
  sizes: Map<string, Size>;
}

interface Block extends Size {
  places: [string, Place][];
}

export const BROADEST = 3; // the width of a picture to its height
const LIKED = 1.7;
const BETWEEN_ROWS = 30;
const RISE = 30; // how much higher the block of the next column stands: its line passes above the head of a step
const LINE = 24; // where a line comes in, from the top of a step
const MOST_COLUMNS = 14;
const HEIGHTS = [400, 600, 800, 1000, 1300, 1600, 2000, 2500, 3000, 3600, 4300, 5000, 6000, 7500, 9000, 12_000];
const DEPTHS = [Infinity, 16, 12, 9, 7, 5, 4];

/** Places in which the picture is about as wide as a screen is. */
export function inBlocks(tree: Tree): Layout {
  let best: Block | null = null;
  for (const depth of DEPTHS) {
    for (const height of HEIGHTS) {
      const found = forest(tree, height, depth);
      if (!best || strangeness(found) < strangeness(best)) best = found;
    }
    // What is not too long is read best in one piece.
    if (best && best.width <= BROADEST * best.height) break;
  }
  return Object.fromEntries(best?.places ?? []);
}

/** How far the form of a picture is from the liked one; 0 is best. */
export function strangeness({ width, height }: Size): number {
  return Math.abs(Math.log(width / height / LIKED));
}

/** All steps: what stands too deep below a root begins again as a root of its own. */
function forest(tree: Tree, height: number, depth: number): Block {
  const roots = [...tree.roots];
  const blocks: Block[] = [];
  for (let at = 0; at < roots.length; at += 1) {
    blocks.push(blockOf(tree, roots[at] ?? "", height, depth, roots));
  }
  return grid(blocks, height);
}

function blockOf(tree: Tree, step: string, height: number, depth: number, later: string[]): Block {
  const size = tree.sizes.get(step) ?? { width: 0, height: 0 };
  const below = tree.below.get(step) ?? [];
  const here: [string, Place] = [step, { x: 0, y: 0 }];
  if (depth <= 1) later.push(...below);
  if (!below.length || depth <= 1) return { ...size, places: [here] };
  const inner = grid(
    below.map((one) => blockOf(tree, one, height, depth - 1, later)),
    height,
  );
  const x = size.width + BETWEEN_COLUMNS;
  return { width: x + inner.width, height: Math.max(size.height, inner.height), places: [here, ...moved(inner, x, 0)] };
}

/** Blocks in rows and columns: as few columns as the height lets. */
function grid(blocks: Block[], height: number): Block {
  let best = rows(blocks, 1);
  for (let columns = 2; best.height > height && columns <= Math.min(MOST_COLUMNS, blocks.length); columns += 1) {
    const next = rows(blocks, columns);
    if (next.height < best.height) best = next;
  }
  return best;
}

function rows(blocks: Block[], columns: number): Block {
  const widths = Array.from({ length: columns }, (_, column) => Math.max(0, ...blocks.filter((__, at) => at % columns === column).map((one) => one.width)));
  const lefts = widths.map((_, column) => widths.slice(0, column).reduce((sum, one) => sum + one + BETWEEN_COLUMNS, 0));
  // The lines of a row pass below the row before it.
  const between = Math.max(BETWEEN_ROWS, RISE * (columns - 1) - LINE + 12);
  const places: [string, Place][] = [];
  let top = RISE * (columns - 1);
  let bottom = 0;
  for (let at = 0; at < blocks.length; at += columns) {
    blocks.slice(at, at + columns).forEach((block, column) => {
      const y = top - RISE * column;
      places.push(...moved(block, lefts[column] ?? 0, y));
      bottom = Math.max(bottom, y + block.height);
    });
    top = Math.max(...blocks.slice(at, at + columns).map((block, column) => top - RISE * column + block.height)) + between + RISE * (columns - 1);
  }
  return { width: (lefts.at(-1) ?? 0) + (widths.at(-1) ?? 0), height: bottom, places };
}

function moved(block: Block, x: number, y: number): [string, Place][] {
  return block.places.map(([step, place]) => [step, { x: place.x + x, y: place.y + y }]);
}

// The keyboard's way through the picture: along the connections, and up and down beside them.
import { nodesOf, outputsOf, nodeOf, type Types } from "./document";
import type { FlowDocument, Layout } from "./shapes";

export type Arrow = "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown";

export function isArrow(key: string): key is Arrow {
  return key === "ArrowLeft" || key === "ArrowRight" || key === "ArrowUp" || key === "ArrowDown";
}

/** The step to which an arrow leads: right to where this one leads, left to where it comes from. */
export function stepBeside(types: Types, document: FlowDocument, layout: Layout, step: string, arrow: Arrow): string | null {
  if (arrow === "ArrowRight") return targets(types, document, step)[0] ?? nearest(layout, step, arrow);
  if (arrow === "ArrowLeft") return sources(types, document, step)[0] ?? nearest(layout, step, arrow);
  // Steps that one step leads to are siblings: up and down go through them in the order of the outputs.
  const parent = sources(types, document, step)[0];
  const siblings = parent === undefined ? [] : targets(types, document, parent);
  const at = siblings.indexOf(step);
  const sibling = at < 0 ? undefined : siblings[at + (arrow === "ArrowDown" ? 1 : -1)];
  return sibling ?? nearest(layout, step, arrow);
}

function targets(types: Types, document: FlowDocument, step: string): string[] {
  const found = outputsOf(types, nodeOf(document, step)).map((way) => way.target);
  return [...new Set(found)].filter((to) => to !== step && nodeOf(document, to));
}

function sources(types: Types, document: FlowDocument, step: string): string[] {
  return Object.keys(nodesOf(document)).filter((from) => from !== step && targets(types, document, from).includes(step));
}

function nearest(layout: Layout, step: string, arrow: Arrow): string | null {
  const here = layout[step];
  if (!here) return null;
  const across = arrow === "ArrowLeft" || arrow === "ArrowRight";
  const sign = arrow === "ArrowRight" || arrow === "ArrowDown" ? 1 : -1;
  let best: string | null = null;
  let least = Infinity;
  for (const [other, place] of Object.entries(layout)) {
    const along = sign * (across ? place.x - here.x : place.y - here.y);
    const beside = Math.abs(across ? place.y - here.y : place.x - here.x);
    const distance = along + 3 * beside;
    if (other !== step && along > 0 && distance < least) [best, least] = [other, distance];
  }
  return best;
}

/** The next or the previous of a step's ways, round and round. */
export function wayBeside(ways: readonly string[], way: string, by: 1 | -1): string {
  return ways[(ways.indexOf(way) + by + ways.length) % ways.length] ?? way;
}

/** The steps whose name, id or content holds a text. */
export function matching(steps: { step: string; words: string }[], typed: string): string[] {
  const wanted = typed.trim().toLowerCase();
  if (!wanted) return [];
  return steps.filter((one) => one.words.toLowerCase().includes(wanted)).map((one) => one.step);
}

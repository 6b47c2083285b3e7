// Steps on the clipboard as JSON, so that they can be pasted into another flow.
import { connect, isMap, MOST_STEPS, newId, nodeOf, outputsOf, stepsOf, withNode, type Types } from "./document";
import type { Snapshot } from "./history";
import { readLayout } from "./layout";
import type { Layout, StepNode } from "./shapes";

const MARK = "hotline-flow-steps";
const AWAY = 40; // pasted steps stand so far beside those that were copied

export function copied(snapshot: Snapshot, flow: number, steps: Iterable<string>): string {
  const nodes: Record<string, StepNode> = {};
  const layout: Layout = {};
  for (const step of steps) {
    const node = nodeOf(snapshot.document, step);
    if (!node) continue;
    nodes[step] = node;
    const place = snapshot.layout[step];
    if (place) layout[step] = place;
  }
  return JSON.stringify({ [MARK]: 1, flow, nodes, layout }, null, 1);
}

/**
 * Paste steps with new ids; null if the text holds none. Ways among them lead among the new ones; ways to other
 * steps stay in the flow they come from and lead nowhere in another one.
 */
export function pasted(types: Types, snapshot: Snapshot, flow: number, text: string): [Snapshot, string[]] | null {
  const read = readSteps(text);
  if (!read) return null;
  let { document } = snapshot;
  const layout = { ...snapshot.layout };
  const ids = new Map<string, string>();
  for (const [step, node] of Object.entries(read.nodes)) {
    if (stepsOf(document).length >= MOST_STEPS) return null;
    const id = newId(document, typeof node.type === "string" && node.type ? node.type : "step");
    document = withNode(document, id, node);
    ids.set(step, id);
    const place = read.layout[step];
    if (place) layout[id] = { x: place.x + AWAY, y: place.y + AWAY };
  }
  for (const id of ids.values()) {
    for (const way of outputsOf(types, nodeOf(document, id)).reverse()) {
      if (!way.target) continue;
      const inside = ids.get(way.target);
      const stays = flow === read.flow && nodeOf(snapshot.document, way.target) ? way.target : "";
      document = connect(types, document, id, way.name, inside ?? stays);
    }
  }
  const start = document.start;
  if (typeof start !== "string" || !nodeOf(document, start)) {
    document = { ...document, start: [...ids.values()][0] ?? "" };
  }
  return [{ document, layout }, [...ids.values()]];
}

function readSteps(text: string): { flow: number; nodes: Record<string, StepNode>; layout: Layout } | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isMap(value) || value[MARK] !== 1 || !isMap(value.nodes)) return null;
  const nodes = Object.entries(value.nodes).flatMap(([step, node]) => (isMap(node) ? [[step, node] as [string, StepNode]] : []));
  if (!nodes.length) return null;
  return {
    flow: Number(value.flow),
    nodes: Object.fromEntries(nodes),
    layout: readLayout(isMap(value.layout) ? value.layout : {}),
  };
}


// Two versions of a flow in one picture: what was added, removed and changed.
import { nodeOf, nodesOf, outputsOf, same, stepsOf, type Types } from "./document";
import { wayKey, type Overlay, type Tone } from "./overlay";
import type { FlowDocument, Layout } from "./shapes";

export interface GoneWay {
  step: string;
  output: string;
  target: string;
}

export interface Compared {
  document: FlowDocument; // the newer one, with the steps that are gone
  layout: Layout;
  overlay: Overlay;
  gone: GoneWay[]; // ways that only the older one has
}

export function compared(types: Types, old: FlowDocument, fresh: FlowDocument, oldLayout: Layout, layout: Layout): Compared {
  const gone = stepsOf(old).filter((step) => !nodeOf(fresh, step));
  const document: FlowDocument = {
    ...fresh,
    nodes: { ...Object.fromEntries(gone.map((step) => [step, nodesOf(old)[step] ?? {}])), ...nodesOf(fresh) },
  };
  const overlay: Overlay = { steps: new Map(), ways: new Map() };
  const lost: GoneWay[] = [];
  for (const step of stepsOf(document)) {
    const [was, is] = [nodeOf(old, step), nodeOf(fresh, step)];
    const tone: Tone | null = !was ? "added" : !is ? "removed" : same(was, is) ? null : "changed";
    if (tone) overlay.steps.set(step, { tone });
    const before = new Map(outputsOf(types, was).map((way) => [way.name, way.target]));
    const after = new Map(outputsOf(types, is ?? was).map((way) => [way.name, way.target]));
    for (const [output, target] of after) {
      if (target && !is) overlay.ways.set(wayKey(step, output), { tone: "removed" });
      else if (target && before.get(output) !== target) overlay.ways.set(wayKey(step, output), { tone: "added" });
    }
    for (const [output, target] of before) {
      if (is && target && after.get(output) !== target) lost.push({ step, output, target });
    }
  }
  const places = { ...oldLayout, ...layout };
  return { document, layout: places, overlay, gone: lost };
}

import { describe, expect, it } from "vitest";

import { compared } from "../../src/flows/compare";
import { nodeOf, stepsOf } from "../../src/flows/document";
import { edgesOf, Faces } from "../../src/flows/faces";
import { begin, record, redo, undo } from "../../src/flows/history";
import { autoLayout, completed, inOrder, readLayout, sizeOf } from "../../src/flows/layout";
import { NO_OVERLAY, wayKey } from "../../src/flows/overlay";
import type { FlowDocument, Json, Layout } from "../../src/flows/shapes";
import { heatOverlay, wayCalls } from "../../src/flows/calls/overlays";
import { linePath } from "../../src/flows/lines";
import { byField, byStep } from "../../src/flows/validity";
import { matching, stepBeside, wayBeside } from "../../src/flows/walk";
import { randomDocument, types } from "./kinds";

function tree(steps: number): FlowDocument {
  const nodes: Record<string, { [name: string]: Json }> = {};
  for (let at = 0; at < steps; at += 1) {
    const below = [2 * at + 1, 2 * at + 2].filter((one) => one < steps).map((one) => `s${one}`);
    nodes[`s${at}`] = below.length
      ? { type: "menu", choices: Object.fromEntries(below.map((to, key) => [String(key + 1), to])), otherwise: below[0] ?? "", error: `s${steps - 1}` }
      : { type: "queue", queue: "support" };
  }
  return { start: "s0", nodes };
}

describe("the automatic layout", () => {
  it("lets no steps overlap, and so no labels, at 200 steps", () => {
    const document = tree(200);
    const layout = autoLayout(types, document);
    const boxes = stepsOf(document).map((step) => ({ step, ...layout[step]!, ...sizeOf(types, nodeOf(document, step)) }));
    const over = boxes.flatMap((one, at) =>
      boxes.slice(at + 1).filter((two) => one.x < two.x + two.width && two.x < one.x + one.width && one.y < two.y + two.height && two.y < one.y + one.height).map((two) => `${one.step} ${two.step}`),
    );
    expect(over).toEqual([]);
  });

  it("gives a place to every step of any document, and keeps those that are there", () => {
    for (let seed = 1; seed < 100; seed += 1) {
      const document = randomDocument(seed);
      const steps = stepsOf(document);
      const all = completed(types, document, {});
      expect(steps.filter((step) => !all[step])).toEqual([]);
      const first = steps[0]!;
      const some = completed(types, document, { [first]: { x: -500, y: 70 } });
      expect(some[first]).toEqual({ x: -500, y: 70 });
      expect(steps.filter((step) => !some[step])).toEqual([]);
      expect(inOrder(types, document).sort()).toEqual([...steps].sort());
    }
  });

  it("reads the places that it can read", () => {
    expect(readLayout({ a: { x: 1, y: 2 }, b: [3, 4], c: "wrong", d: null, e: { x: "1", y: 2 } })).toEqual({ a: { x: 1, y: 2 }, b: { x: 3, y: 4 } });
  });
});

describe("undo", () => {
  const state = (name: string) => ({ document: { start: name }, layout: {} });

  it("goes back and forward, and typing in one field is one step", () => {
    let history = begin(state("a"));
    history = record(history, state("b"), "s.name");
    history = record(history, state("c"), "s.name");
    history = record(history, state("d"));
    expect(undo(history).now).toEqual(state("c"));
    expect(undo(undo(history)).now).toEqual(state("a"));
    expect(undo(undo(undo(history))).now).toEqual(state("a"));
    expect(redo(redo(undo(undo(history)))).now).toEqual(state("d"));
    expect(record(undo(history), state("e")).future).toEqual([]);
  });
});

describe("the keyboard", () => {
  const document: FlowDocument = {
    start: "m",
    nodes: { m: { type: "menu", choices: { "1": "a", "2": "b" }, otherwise: "c" }, a: { type: "queue" }, b: { type: "queue" }, c: { type: "hangup" }, far: { type: "hangup" } },
  };
  const layout: Layout = { m: { x: 0, y: 0 }, a: { x: 300, y: 0 }, b: { x: 300, y: 200 }, c: { x: 300, y: 400 }, far: { x: 0, y: 900 } };

  it("goes along the connections, and through the steps that one step leads to", () => {
    expect(stepBeside(types, document, layout, "m", "ArrowRight")).toBe("a");
    expect(stepBeside(types, document, layout, "a", "ArrowDown")).toBe("b");
    expect(stepBeside(types, document, layout, "b", "ArrowDown")).toBe("c");
    expect(stepBeside(types, document, layout, "c", "ArrowUp")).toBe("b");
    expect(stepBeside(types, document, layout, "b", "ArrowLeft")).toBe("m");
  });

  it("reaches a step without connections by its place", () => {
    expect(stepBeside(types, document, layout, "m", "ArrowDown")).toBe("far");
    expect(stepBeside(types, document, layout, "far", "ArrowUp")).toBe("m");
  });

  it("finds steps by a part of their words", () => {
    expect(matching([{ step: "a", words: "Sales 销售" }, { step: "b", words: "Support" }], "销")).toEqual(["a"]);
    expect(matching([{ step: "a", words: "Sales" }], " ")).toEqual([]);
  });
});

describe("a way", () => {
  it("is chosen by the keyboard round and round", () => {
    expect(["1", "2", "error"].map((way) => wayBeside(["1", "2", "error"], way, 1))).toEqual(["2", "error", "1"]);
    expect(wayBeside(["1", "2"], "1", -1)).toBe("2");
    expect(wayBeside([], "1", 1)).toBe("1");
  });

  it("that calls took leads to their list, unless they may not be seen", () => {
    const heat = { version: 1, versions: [1], calls: 3, since: "", until: "", steps: [], ways: [{ step: "m", output: "1", to: "a b", calls: 3 }] };
    const seen = { ...heat, calls_url: "/calls?flow=2" };
    expect(heatOverlay(seen, String).ways.get(wayKey("m", "1"))).toEqual({ label: "3", weight: 1, href: "/calls?flow=2&step=m&output=1" });
    expect(wayCalls(seen).get(wayKey("m", "1"))).toEqual({ count: 3, to: "a b", href: "/calls?flow=2&step=m&output=1" });
    expect(heatOverlay({ ...heat, calls_url: "" }, String).ways.get(wayKey("m", "1"))).toEqual({ label: "3", weight: 1 });
    const document: FlowDocument = { start: "m", nodes: { m: { type: "menu", choices: { "1": "a b" } }, "a b": { type: "queue" } } };
    const lines = edgesOf({ types, document, overlay: heatOverlay(seen, String), gone: [], way: null });
    expect(lines.map((one) => [one.type, one.label, one.data?.href, one.data?.removed])).toEqual([["way", "3", "/calls?flow=2&step=m&output=1", false]]);
  });

  it("is drawn to the height of its end at once, then straight on", () => {
    expect(linePath({ x: 0, y: 0 }, { x: 300, y: 50 })).toBe("M 0,0 C 45,0 45,50 90,50 L 300,50");
    expect(linePath({ x: 0, y: 0 }, { x: -300, y: 50 })).toBe("M 0,0 C 150,0 -450,50 -300,50");
  });
});

describe("problems", () => {
  it("stand at their step, and at the field of an output", () => {
    const node = { type: "menu", choices: { "1": "gone" } };
    const problem = (field: string, warning = false) => ({ step: "m", step_name: "Menu", field, warning, text: field });
    const found = byStep([problem("1"), problem("prompts", true), problem("")]).get("m")!;
    expect([found.errors, found.warnings]).toEqual([2, 1]);
    expect([...byField(types, node, found.problems).keys()]).toEqual(["choices.1", "prompts", ""]);
  });
});

describe("two versions in one picture", () => {
  it("show added, removed and changed steps and ways", () => {
    const old: FlowDocument = { start: "p", nodes: { p: { type: "play", then: "q" }, q: { type: "queue", queue: "a" }, gone: { type: "hangup" } } };
    const fresh: FlowDocument = { start: "p", nodes: { p: { type: "play", then: "n" }, q: { type: "queue", queue: "a" }, n: { type: "hangup" } } };
    const both = compared(types, old, fresh, {}, {});
    expect([...both.overlay.steps].map(([step, mark]) => [step, mark.tone]).sort()).toEqual([["gone", "removed"], ["n", "added"], ["p", "changed"]]);
    expect(both.overlay.ways.get(wayKey("p", "then"))).toEqual({ tone: "added" });
    expect(both.gone).toEqual([{ step: "p", output: "then", target: "q" }]);
    const edges = edgesOf({ types, document: both.document, overlay: both.overlay, gone: both.gone, way: null });
    expect(edges.map((edge) => [edge.source, edge.target, edge.className])).toEqual([["p", "n", "tone-added"], ["p", "q", "tone-removed"]]);
  });
});

describe("the faces of steps", () => {
  it("are the same objects until something that they show changes", () => {
    const document = tree(30);
    const faces = new Faces(types);
    const input = { document, problems: byStep([]), overlay: NO_OVERLAY, writable: true };
    const draw = (x: number) => faces.nodes(faces.data(input), document, (step) => ({ x: step === "s3" ? x : 0, y: 0 }), new Set(), "s0", true);
    const before = draw(0);
    const after = draw(10);
    expect(after.filter((one, at) => one !== before[at]).map((one) => one.id)).toEqual(["s3"]);
    const marked = faces.data({ ...input, overlay: { steps: new Map([["s4", { badge: "12" }]]), ways: new Map() } });
    expect([...marked].filter(([step, one]) => one !== after.find((face) => face.id === step)?.data).map(([step]) => step)).toEqual(["s4"]);
  });
});

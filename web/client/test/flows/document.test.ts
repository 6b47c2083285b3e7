import { describe, expect, it } from "vitest";

import { copied, pasted } from "../../src/flows/clipboard";
import { addStep, connect, ERROR, leadTo, nodeOf, outputsOf, removeSteps, same, SPARE, stepsOf, withField } from "../../src/flows/document";
import type { FlowDocument } from "../../src/flows/shapes";
import { randomDocument, types } from "./kinds";

const SEEDS = Array.from({ length: 300 }, (_, at) => at + 1);

function waysOf(document: FlowDocument): string[] {
  return stepsOf(document).flatMap((step) => outputsOf(types, nodeOf(document, step)).map((way) => `${step}|${way.name}|${way.target}`));
}

describe("a document in the picture", () => {
  it("loses nothing when it is drawn, connected as it was, and sent", () => {
    for (const seed of SEEDS) {
      const document = randomDocument(seed);
      const before = JSON.stringify(document);
      let drawn = document;
      for (const step of stepsOf(document)) {
        for (const way of outputsOf(types, nodeOf(document, step))) {
          if (way.target) drawn = connect(types, drawn, step, way.name, way.target);
        }
      }
      expect(same(drawn, JSON.parse(before)), `seed ${seed}`).toBe(true);
      expect(JSON.stringify(document), `seed ${seed} is not changed in place`).toBe(before);
    }
  });

  it("is the same after a way was led elsewhere and back", () => {
    for (const seed of SEEDS) {
      const document = randomDocument(seed);
      const [step] = stepsOf(document);
      if (step === undefined) continue;
      for (const way of outputsOf(types, nodeOf(document, step))) {
        if (!way.target) continue;
        const away = connect(types, document, step, way.name, "elsewhere");
        expect(waysOf(away)).toContain(`${step}|${way.name}|elsewhere`);
        expect(same(connect(types, away, step, way.name, way.target), document), `seed ${seed}`).toBe(true);
      }
    }
  });

  it("keeps every member that is not known when a field is changed and a step is added", () => {
    for (const seed of SEEDS) {
      const document = randomDocument(seed);
      const [more, added] = addStep(document, "play");
      expect(same(removeSteps(types, more, [added]).nodes, document.nodes), `seed ${seed}`).toBe(true);
      const [step] = stepsOf(document);
      const changed = withField(document, step ?? "", "name", "Other");
      expect(same({ ...changed, nodes: null }, { ...document, nodes: null })).toBe(true);
      const { name: _, ...rest } = nodeOf(changed, step ?? "") ?? {};
      const { name: __, ...was } = nodeOf(document, step ?? "") ?? {};
      expect(same(rest, was), `seed ${seed}`).toBe(true);
    }
  });

  it("leads nowhere to a step that is gone, and to no other step than before", () => {
    for (const seed of SEEDS) {
      const document = randomDocument(seed);
      const [gone] = stepsOf(document);
      const left = removeSteps(types, document, [gone ?? ""]);
      expect(waysOf(left).filter((way) => way.endsWith(`|${gone}`))).toEqual([]);
      const count = (flow: FlowDocument) =>
        stepsOf(flow).flatMap((step) => (step === gone ? [] : outputsOf(types, nodeOf(flow, step)).filter((way) => way.target && way.target !== gone).map((way) => `${step}${way.key}${way.target}`)));
      expect(count(left)).toEqual(count(document));
    }
  });

  it("is pasted into another flow with new ids, and its ways lead among the new steps", () => {
    for (const seed of SEEDS) {
      const document = randomDocument(seed);
      const steps = stepsOf(document);
      const text = copied({ document, layout: {} }, 1, steps);
      const found = pasted(types, { document, layout: {} }, 2, text);
      expect(found).not.toBeNull();
      const [snapshot, made] = found!;
      expect(made).toHaveLength(steps.length);
      expect(made.filter((id) => steps.includes(id))).toEqual([]);
      for (const id of made) {
        for (const way of outputsOf(types, nodeOf(snapshot.document, id))) {
          expect(way.target === "" || made.includes(way.target), `seed ${seed}: ${id} ${way.name} ${way.target}`).toBe(true);
        }
      }
      for (const step of steps) expect(nodeOf(snapshot.document, step)).toBe(nodeOf(document, step));
    }
  });
});

describe("outputs", () => {
  it("are named as callers' ways are: by the field, the key, the row from 1 and for failures", () => {
    const named = (node: Parameters<typeof outputsOf>[1]) => outputsOf(types, node).map((one) => one.name);
    expect(named({ type: "play" })).toEqual(["then", ERROR]);
    expect(named({ type: "menu", choices: { "*": "a", "1": "a", "0": "a" } })).toEqual(["1", "0", "*", "otherwise", ERROR]);
    expect(named({ type: "condition", branches: [{ when: "x", then: "" }, { when: "y", then: "" }] })).toEqual(["1", "2", "otherwise", ERROR]);
    expect(named({ type: "not-known" })).toEqual([ERROR]);
  });

  it("get a further key or row when the empty handle is drawn to a step", () => {
    const menu: FlowDocument = { start: "m", nodes: { m: { type: "menu", choices: { "1": "q" } }, q: { type: "queue" } } };
    expect(nodeOf(connect(types, menu, "m", `${SPARE}choices`, "q"), "m")?.choices).toEqual({ "1": "q", "2": "q" });
    const lot: FlowDocument = { start: "s", nodes: { s: { type: "share" }, q: { type: "queue" } } };
    expect(nodeOf(connect(types, lot, "s", `${SPARE}shares`, "q"), "s")?.shares).toEqual([{ share: 1, then: "q" }]);
  });

  it("of a deleted key go with it, an expression stays and leads nowhere", () => {
    const flow: FlowDocument = {
      start: "m",
      nodes: { m: { type: "menu", choices: { "1": "q", "2": "q" } }, c: { type: "condition", branches: [{ when: "a", then: "q" }], otherwise: "q" }, q: { type: "queue" } },
    };
    const left = removeSteps(types, flow, ["q"]);
    expect(nodeOf(left, "m")).toEqual({ type: "menu", choices: {} });
    expect(nodeOf(left, "c")).toEqual({ type: "condition", branches: [{ when: "a", then: "" }] });
  });

  it("lead to a step that is added after another: open ones first, then a new key, then in between", () => {
    const start: FlowDocument = { start: "p", nodes: { p: { type: "play" } } };
    const [one, queue] = addStep(start, "queue");
    const led = leadTo(types, one, "p", queue);
    expect(nodeOf(led, "p")?.then).toBe("queue");
    const [two, set] = addStep(led, "set");
    const between = leadTo(types, two, "p", set);
    expect(nodeOf(between, "p")?.then).toBe("set");
    expect(nodeOf(between, "set")?.then).toBe("queue");
  });

  it("keep the first step of a flow when it goes, by taking the next one", () => {
    const [flow] = addStep({ start: "", nodes: {} }, "play");
    expect(flow.start).toBe("play");
    const [more] = addStep(flow, "hangup");
    expect(removeSteps(types, more, ["play"]).start).toBe("hangup");
  });
});

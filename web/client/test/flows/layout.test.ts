import { describe, expect, it } from "vitest";

import { ERROR, nodeOf, outputsOf, stepsOf } from "../../src/flows/document";
import { autoLayout, extent, sizeOf } from "../../src/flows/layout";
import { LABEL } from "../../src/flows/lines";
import type { FlowDocument, Json, Layout, StepNode } from "../../src/flows/shapes";
import { randomDocument, types } from "./kinds";

const LEAF: StepNode = { type: "queue", queue: "support" };
const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"];

/** A menu of ten with menus of ten below, and so on, up to so many steps. */
function menus(steps: number, ways = 10): FlowDocument {
  const nodes: Record<string, { [name: string]: Json }> = {};
  for (let at = 0; at < steps; at += 1) {
    const below = KEYS.slice(0, ways).map((key, place) => [key, `s${ways * at + place + 1}`] as const).filter(([, to]) => Number(to.slice(1)) < steps);
    nodes[`s${at}`] = below.length ? { type: "menu", choices: Object.fromEntries(below), otherwise: "", error: "s1" } : (LEAF as { [name: string]: Json });
  }
  return { start: "s0", nodes };
}

function chain(steps: number): FlowDocument {
  const node = (at: number): StepNode => ({ type: "play", then: at + 1 < steps ? `s${at + 1}` : "" });
  return { start: "s0", nodes: Object.fromEntries(Array.from({ length: steps }, (_, at) => [`s${at}`, node(at)])) };
}

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

function boxesOf(document: FlowDocument, layout: Layout): Map<string, Box> {
  return new Map(stepsOf(document).map((step) => [step, { ...layout[step]!, ...sizeOf(types, nodeOf(document, step)) }]));
}

/** Where counts stand: beside each output that leads on. */
function labelsOf(document: FlowDocument, boxes: Map<string, Box>): Map<string, Box> {
  const found = new Map<string, Box>();
  for (const [step, box] of boxes) {
    const node = nodeOf(document, step);
    const ways = outputsOf(types, node);
    const first = box.y + sizeOf(types, node, true).height - 8 - 24 * (ways.length + (node?.type === "menu" && ways.length < 14 ? 1 : 0));
    ways.forEach((way, at) => {
      if (nodeOf(document, way.target)) found.set(`${step}|${way.name}`, { x: box.x + box.width + LABEL.right, y: first + 24 * at + 3, width: LABEL.width, height: LABEL.height });
    });
  }
  return found;
}

function over(one: Box, two: Box): boolean {
  return one.x < two.x + two.width && two.x < one.x + one.width && one.y < two.y + two.height && two.y < one.y + one.height;
}

function overlaps(boxes: Map<string, Box>): string[] {
  const all = [...boxes];
  return all.flatMap(([name, box], at) => all.slice(at + 1).filter(([, other]) => over(box, other)).map(([other]) => `${name} ${other}`));
}

describe("the automatic layout", () => {
  const broad: [string, FlowDocument][] = [
    ["50 steps, ten at each menu", menus(50)],
    ["111 steps, ten at each menu", menus(111)],
    ["200 steps, ten at each menu", menus(200)],
    ["200 steps, five at each menu", menus(200, 5)],
    ["200 steps, two at each menu", menus(200, 2)],
    ["60 steps in a row", chain(60)],
    ["200 steps in a row", chain(200)],
  ];

  it.each(broad)("is about as wide as a screen, and nothing overlaps: %s", (_, document) => {
    const layout = autoLayout(types, document);
    const { width, height } = extent(types, document, layout);
    expect(width / height).toBeGreaterThanOrEqual(1);
    expect(width / height).toBeLessThanOrEqual(3);
    const boxes = boxesOf(document, layout);
    expect(overlaps(new Map([...boxes, ...labelsOf(document, boxes)]))).toEqual([]);
  });

  it.each(broad.slice(1, 4))("leads no line behind a step: %s", (_, document) => {
    const boxes = boxesOf(document, autoLayout(types, document));
    const hidden: string[] = [];
    for (const [step, box] of boxes) {
      for (const way of outputsOf(types, nodeOf(document, step))) {
        const end = boxes.get(way.target);
        if (way.name === ERROR || !end) continue;
        const line = { x: box.x + box.width + 90, y: end.y + 23, width: end.x - box.x - box.width - 90, height: 2 };
        hidden.push(...[...boxes].filter(([, other]) => line.width > 0 && over(line, other)).map(([name]) => `${step} ${way.name} ${name}`));
      }
    }
    expect(hidden).toEqual([]);
  });

  it("keeps small flows, and short rows, in columns", () => {
    expect(Object.values(autoLayout(types, chain(10))).map((one) => one.y)).toEqual(Array.from({ length: 10 }, () => 0));
    const small = autoLayout(types, menus(5));
    expect(["s1", "s2", "s3", "s4"].sort((one, two) => small[one]!.y - small[two]!.y)).toEqual(["s1", "s2", "s3", "s4"]);
    const { width, height } = extent(types, menus(5), small);
    expect([width, height].every((one) => one < 900)).toBe(true);
  });

  it("places every step of any document, and none above another", () => {
    for (let seed = 1; seed < 200; seed += 1) {
      const document = randomDocument(seed);
      const layout = autoLayout(types, document);
      expect(stepsOf(document).filter((step) => !layout[step])).toEqual([]);
      expect(overlaps(boxesOf(document, layout))).toEqual([]);
    }
  });
});

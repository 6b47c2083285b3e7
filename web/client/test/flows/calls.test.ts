// The simulator's scenario, what a test of it expects, and what calls mark in the picture.
import { describe, expect, it } from "vitest";

import { heatOverlay, missingOverlay, pathOverlay } from "../../src/flows/calls/overlays";
import { act, answer, drawLot, expectationOf, forget, instantOf, localOf, nameOf, readVariables, restart, stepsOf, undo, writeVariables } from "../../src/flows/calls/scenario";
import type { Played, Scenario } from "../../src/flows/calls/shapes";

const played: Played = {
  trace: [
    { kind: "step", flow: 1, step: "menu", step_name: "Menu", text: "", values: {} },
    { kind: "step", flow: 2, step: "other", step_name: "Other", text: "", values: {} },
    { kind: "step", flow: 1, step: "menu", step_name: "Menu", text: "", values: {} },
  ],
  ways: [{ step: "menu", output: "1", to: "line" }],
  at: "line",
  at_name: "Line",
  waits_for: "nothing",
  variables: { order: "42" },
  prompts: [],
  ended: { kind: "queue", target: "sales", text: "Queue: Sales" },
  missing: [],
};

describe("a scenario", () => {
  it("grows by what the caller does, and goes back", () => {
    let one: Scenario = act(act({}, { press: "1" }), { wait: true });
    expect(one.does).toEqual([{ press: "1" }, { wait: true }]);
    one = undo(one);
    expect(one.does).toEqual([{ press: "1" }]);
    expect(restart({ ...one, caller: "1" })).toEqual({ caller: "1", does: [] });
    expect(undo({}).does).toEqual([]);
  });

  it("keeps answers and lots of steps until they are asked for again", () => {
    const one = drawLot(answer({}, "http", { value: { level: "gold" } }), "lot", 7);
    expect(one.answers).toEqual({ http: [{ value: { level: "gold" } }] });
    expect(forget(forget(one, "http"), "lot")).toEqual({ answers: {}, lots: {} });
  });

  it("gives a test its name and its expectation", () => {
    expect(nameOf({ does: [{ press: "1" }, { wait: true }] }, played)).toBe("Keys 1 …: Queue: Sales");
    expect(expectationOf(played, true, ["menu"], ["order"])).toEqual({
      ends: { kind: "queue", target: "sales" },
      passes: ["menu"],
      variables: { order: "42" },
    });
    expect(expectationOf({ ...played, ended: null }, true, [], [])).toEqual({});
    expect(stepsOf(played, 1)).toEqual(["menu"]);
  });

  it("reads variables by line", () => {
    expect(readVariables("a=1\n b = x=y \n\n=3")).toEqual({ a: "1", b: "x=y" });
    expect(writeVariables({ a: "1", b: "2" })).toBe("a=1\nb=2");
  });

  it.each([
    ["2026-11-30T09:00", "Asia/Shanghai", "2026-11-30T01:00:00.000Z"],
    ["2026-07-01T09:00", "Europe/Berlin", "2026-07-01T07:00:00.000Z"],
    ["2026-03-29T00:30", "Europe/Berlin", "2026-03-28T23:30:00.000Z"],
    ["2026-11-30T09:00", undefined, "2026-11-30T09:00:00.000Z"],
    ["", "UTC", ""],
  ])("knows the moment of %s in %s", (local, zone, instant) => {
    expect(instantOf(local, zone)).toBe(instant);
    expect(localOf(instant, zone)).toBe(local);
  });
});

describe("marks", () => {
  it("light up the way of a call", () => {
    const { steps, ways } = pathOverlay(["menu"], played.ways, "line");
    expect([...steps]).toEqual([
      ["menu", { tone: "path" }],
      ["line", { tone: "at" }],
    ]);
    expect([...ways.keys()]).toEqual(["menu|1"]);
  });

  it("show what no test takes, and how many went where", () => {
    const named = { ...played.ways[0]!, step_name: "", output_name: "", to_name: "" };
    expect(missingOverlay([named]).ways.get("menu|1")).toEqual({ tone: "changed" });
    const heat = { version: 1, versions: [1], calls: 4, since: "", until: "", calls_url: "", steps: [{ step: "menu", entered: 4, gave_up: 1 }], ways: [{ ...played.ways[0]!, calls: 2 }] };
    const { steps, ways } = heatOverlay(heat, String);
    expect(ways.get("menu|1")).toEqual({ label: "2", weight: 1 });
    expect(steps.get("menu")).toEqual({ badge: "1", tone: "lost" });
  });
});

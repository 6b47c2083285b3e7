// Step types and random documents for the tests of the picture.
import { typesByName } from "../../src/flows/document";
import type { FieldShape, FlowDocument, Json, StepNode, TypeShape } from "../../src/flows/shapes";

function field(name: string, kind: string, more: Partial<FieldShape> = {}): FieldShape {
  return { name, kind, label: name, hint: "", least: null, most: null, required: false, default: null, options: null, numeric: false, ...more };
}

function type(name: string, ...fields: FieldShape[]): TypeShape {
  return { name, label: name, group: "all", icon: "list", fields };
}

export const TYPES: TypeShape[] = [
  type("play", field("prompts", "prompts"), field("then", "output")),
  type("menu", field("prompts", "prompts"), field("choices", "choices"), field("otherwise", "output")),
  type("condition", field("branches", "branches", { most: 20 }), field("otherwise", "output")),
  type("share", field("shares", "shares"), field("otherwise", "output")),
  type("set", field("variable", "variable"), field("value", "template"), field("then", "output")),
  type("queue", field("queue", "queue", { options: [{ key: "support", name: "Support" }] })),
  type("hangup"),
];

export const types = typesByName(TYPES);

/** Random numbers that are the same in each run. */
export function lots(seed: number): (below: number) => number {
  let state = seed * 2654435761 + 1;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 3266489917) | 0;
    return ((state >>> 0) / 2 ** 32) * below || 0;
  };
}

/** A document with all that may stand in one: unknown members, unknown types, ways to nowhere, wrong values. */
export function randomDocument(seed: number): FlowDocument {
  const lot = lots(seed);
  const pick = <One>(of: readonly One[]): One => of[Math.floor(lot(of.length))] as One;
  const ids = Array.from({ length: 1 + Math.floor(lot(12)) }, (_, at) => pick([`s${at}`, `第${at}步`, `a b"${at}`, `__${at}__`, `constructor${at}`]));
  const target = () => pick([...ids, ...ids, "gone", ""]);
  const strange = (): Json => pick<Json>([null, 7, true, "x", [], {}, [1, "2"], { deep: { er: [null] } }]);
  const node = (): StepNode => {
    const kind = pick(["play", "menu", "condition", "share", "set", "queue", "hangup", "not-known"]);
    const made: StepNode = { type: kind };
    if (lot(3) < 1) made.name = pick(["Greeting", "欢迎", ""]);
    if (lot(3) < 1) made.error = target();
    if (lot(4) < 1) made.ours = strange();
    if (kind === "play" || kind === "set") made.then = target();
    if (kind === "menu") made.choices = Object.fromEntries(["1", "2", "*", "x"].filter(() => lot(2) < 1).map((key) => [key, target()]));
    if (kind === "condition") made.branches = Array.from({ length: Math.floor(lot(4)) }, (_, at) => ({ when: `a == ${at}`, then: target(), note: strange() }));
    if (kind === "share") made.shares = Array.from({ length: Math.floor(lot(3)) }, (_, at) => ({ share: at + 1, then: target() }));
    if (kind === "menu" || kind === "condition" || kind === "share") made.otherwise = target();
    if (lot(8) < 1) made[pick(["choices", "branches", "shares", "then", "prompts"])] = strange();
    return made;
  };
  const nodes = Object.fromEntries(ids.map((id) => [id, node()]));
  return { start: pick([...ids, "gone"]), nodes, comment: strange() };
}

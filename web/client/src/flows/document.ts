// A flow's document and its changes: each gives a new document and keeps every member it does not know.
import type { FieldShape, FlowDocument, Json, StepNode, TypeShape } from "./shapes";

export const ERROR = "error";
export const DIGITS = [..."1234567890*#"];
export const SPARE = "+"; // begins the name of an output that is not there yet: a further key or row
export const MOST_STEPS = 1000;

export type Types = ReadonlyMap<string, TypeShape>;

/** An output of a step, connected or not, named as `outputs()` of `ivr/fields.py` names it. */
export interface Output {
  name: string;
  field: string;
  kind: string; // of its field; "error" for failures
  label: string; // of its field
  key: string; // the key, the expression or the share
  target: string; // "": leads nowhere
}

type Row = { [name: string]: Json };

export function typesByName(types: TypeShape[]): Types {
  return new Map(types.map((one) => [one.name, one]));
}

export function nodesOf(document: FlowDocument): Record<string, StepNode> {
  return isMap(document.nodes) ? (document.nodes as Record<string, StepNode>) : {};
}

export function nodeOf(document: FlowDocument, step: string): StepNode | undefined {
  const nodes = nodesOf(document);
  const found = Object.hasOwn(nodes, step) ? nodes[step] : undefined;
  return isMap(found) ? found : undefined;
}

export function stepsOf(document: FlowDocument): string[] {
  return Object.keys(nodesOf(document)).filter((step) => nodeOf(document, step));
}

export function typeOf(types: Types, node: StepNode | undefined): TypeShape | undefined {
  return typeof node?.type === "string" ? types.get(node.type) : undefined;
}

export function isMap(value: unknown): value is { [name: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function targetOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** All outputs of a step in the order of its fields; the one for failures is the last. */
export function outputsOf(types: Types, node: StepNode | undefined): Output[] {
  const found: Output[] = [];
  for (const field of typeOf(types, node)?.fields ?? []) {
    const { name, kind, label } = field;
    const value = node?.[name];
    const add = (output: string, key: string, target: unknown) =>
      found.push({ name: output, field: name, kind, label, key, target: targetOf(target) });
    if (kind === "output") add(name, "", value);
    else if (kind === "choices") for (const key of keysOf(value)) add(key, key, (value as Row)[key]);
    else if (isRows(field)) {
      rowsOf(value).forEach((row, at) => add(String(at + 1), text(row[wordOf(field)]), row.then));
    }
  }
  if (node) found.push({ name: ERROR, field: ERROR, kind: ERROR, label: "", key: "", target: targetOf(node[ERROR]) });
  return found;
}

export function outputOf(types: Types, node: StepNode | undefined, output: string): Output | undefined {
  return outputsOf(types, node).find((one) => one.name === output);
}

/** The fields of a step to which one more key or row can be added. */
export function sparesOf(types: Types, node: StepNode | undefined): FieldShape[] {
  return (typeOf(types, node)?.fields ?? []).filter((field) => {
    if (field.kind === "choices") return freeKey(node?.[field.name]) !== undefined;
    return isRows(field) && rowsOf(node?.[field.name]).length < (field.most ?? 20);
  });
}

export function isRows(field: FieldShape): boolean {
  return field.kind === "branches" || field.kind === "shares";
}

/** The member of a row that holds its expression or its share. */
export function wordOf(field: FieldShape): "when" | "share" {
  return field.kind === "branches" ? "when" : "share";
}

/** The keys of a menu in the order of a telephone's. */
export function keysOf(value: unknown): string[] {
  if (!isMap(value)) return [];
  const order = (key: string) => (DIGITS.includes(key) ? DIGITS.indexOf(key) : DIGITS.length);
  return Object.keys(value).sort((one, two) => order(one) - order(two));
}

export function rowsOf(value: unknown): Row[] {
  return Array.isArray(value) ? value.map((row) => (isMap(row) ? row : {})) : [];
}

function freeKey(value: unknown): string | undefined {
  const taken = keysOf(value);
  return DIGITS.find((digit) => !taken.includes(digit));
}

// ---- changes

export function withNode(document: FlowDocument, step: string, node: StepNode): FlowDocument {
  return { ...document, nodes: { ...nodesOf(document), [step]: node } };
}

/** Change a member of a step; undefined takes it away. */
export function withField(document: FlowDocument, step: string, name: string, value: Json | undefined): FlowDocument {
  const node = nodeOf(document, step);
  if (!node) return document;
  const { [name]: _, ...rest } = node;
  return withNode(document, step, value === undefined ? rest : { ...node, [name]: value });
}

/**
 * Lead an output to a step; "" leads it nowhere. A way of a key goes with its key, an expression
 * or a share stays without its step.
 */
export function connect(types: Types, document: FlowDocument, step: string, output: string, target: string): FlowDocument {
  const node = nodeOf(document, step);
  if (!node) return document;
  if (output.startsWith(SPARE)) return addWay(types, document, step, output.slice(SPARE.length), target);
  const found = outputOf(types, node, output);
  if (!found) return newKey(types, document, step, output, target);
  const value = node[found.field];
  if (found.kind === "choices") {
    const { [output]: _, ...rest } = value as Row;
    return withField(document, step, found.field, target ? { ...(value as Row), [output]: target } : rest);
  }
  if (found.kind === "branches" || found.kind === "shares") {
    const rows = [...(value as Json[])];
    const at = Number(output) - 1;
    rows[at] = { ...(isMap(rows[at]) ? rows[at] : {}), then: target };
    return withField(document, step, found.field, rows);
  }
  return withField(document, step, found.field, target || undefined);
}

function newKey(types: Types, document: FlowDocument, step: string, key: string, target: string): FlowDocument {
  const node = nodeOf(document, step);
  const field = typeOf(types, node)?.fields.find((one) => one.kind === "choices");
  if (!node || !field || !target || !DIGITS.includes(key)) return document;
  const value = node[field.name];
  return withField(document, step, field.name, { ...(isMap(value) ? value : {}), [key]: target });
}

function addWay(types: Types, document: FlowDocument, step: string, name: string, target: string): FlowDocument {
  const node = nodeOf(document, step);
  const field = sparesOf(types, node).find((one) => one.name === name);
  if (!node || !field) return document;
  const value = node[name];
  if (field.kind === "choices") {
    const key = freeKey(value);
    if (key === undefined || !target) return document;
    return withField(document, step, name, { ...(isMap(value) ? value : {}), [key]: target });
  }
  const first: Json = field.kind === "branches" ? "" : (field.least ?? 1);
  const rows = Array.isArray(value) ? value : [];
  return withField(document, step, name, [...rows, { [wordOf(field)]: first, then: target }]);
}

/** The name of a step that is not taken: its type, with a number if needed. */
export function newId(document: FlowDocument, type: string): string {
  const nodes = nodesOf(document);
  let number = 1;
  let id = type;
  while (Object.hasOwn(nodes, id)) id = `${type}-${(number += 1)}`;
  return id;
}

/** Add a step of a type; the first step of a flow is where it begins. */
export function addStep(document: FlowDocument, type: string): [FlowDocument, string] {
  const step = newId(document, type);
  return [withStart(withNode(document, step, { type })), step];
}

function withStart(document: FlowDocument): FlowDocument {
  const { start } = document;
  if (typeof start === "string" && nodeOf(document, start)) return document;
  return { ...document, start: stepsOf(document)[0] ?? "" };
}

/**
 * Lead from a step to another one that was just added: by the first output that leads nowhere, else by a
 * further key or row, else by the first output, and the new step leads on to where that one led.
 */
export function leadTo(types: Types, document: FlowDocument, from: string, added: string): FlowDocument {
  const node = nodeOf(document, from);
  const ways = outputsOf(types, node).filter((one) => one.name !== ERROR);
  const open = ways.find((one) => !one.target || !nodeOf(document, one.target));
  if (open) return connect(types, document, from, open.name, added);
  const spare = sparesOf(types, node)[0];
  if (spare) return connect(types, document, from, SPARE + spare.name, added);
  const first = ways[0];
  if (!first) return document;
  const led = connect(types, document, from, first.name, added);
  const on = outputsOf(types, nodeOf(document, added)).find((one) => one.kind === "output");
  return on ? connect(types, led, added, on.name, first.target) : led;
}

/** Remove steps, and the ways that led to them. */
export function removeSteps(types: Types, document: FlowDocument, steps: Iterable<string>): FlowDocument {
  const gone = new Set(steps);
  const kept = Object.entries(nodesOf(document)).filter(([step]) => !gone.has(step));
  let left: FlowDocument = { ...document, nodes: Object.fromEntries(kept) };
  for (const [step, node] of kept) {
    // From the last to the first: a row that goes would move those after it.
    for (const way of outputsOf(types, node).reverse()) {
      if (gone.has(way.target)) left = connect(types, left, step, way.name, "");
    }
  }
  return withStart(left);
}

/** The document as it is sent: the same for the same content. */
export function same(one: unknown, two: unknown): boolean {
  return one === two || JSON.stringify(sorted(one)) === JSON.stringify(sorted(two));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, sorted(value[name])]),
  );
}

// The graph of a document as the canvas draws it: each object is made anew only if what it shows has changed.
import type { Edge, Node } from "@xyflow/react";

import { t } from "../kit/i18n";
import type { GoneWay } from "./compare";
import { ERROR, nodeOf, outputsOf, sparesOf, stepsOf, typeOf, type Output, type Types } from "./document";
import { sizeOf } from "./layout";
import { outputLabel, says, spareLabel, stepTitle } from "./names";
import { wayKey, type Overlay, type StepMark } from "./overlay";
import type { FlowDocument, Layout, Place, StepNode } from "./shapes";
import type { StepProblems } from "./validity";

export interface FaceData extends Record<string, unknown> {
  title: string;
  type: string;
  icon: string;
  says: string;
  first: boolean;
  outputs: Output[];
  spares: { name: string; label: string }[];
  errors: number;
  warnings: number;
  mark: StepMark | undefined;
  label: string; // for screen readers
}

export type Face = Node<FaceData, "step">;

interface Made {
  node: StepNode;
  label: string;
  errors: number;
  warnings: number;
  mark: StepMark | undefined;
  spares: boolean;
  data: FaceData;
}

export interface FaceInput {
  document: FlowDocument;
  problems: Map<string, StepProblems>;
  overlay: Overlay;
  writable: boolean;
}

/** Remembers the faces of the last drawing. */
export class Faces {
  private made = new Map<string, Made>();
  private drawn = new Map<string, Face>();

  constructor(private types: Types) {}

  data({ document, problems, overlay, writable }: FaceInput): Map<string, FaceData> {
    const found = new Map<string, FaceData>();
    const next = new Map<string, Made>();
    for (const step of stepsOf(document)) {
      const node = nodeOf(document, step) ?? {};
      const { errors, warnings } = problems.get(step) ?? { errors: 0, warnings: 0 };
      const mark = overlay.steps.get(step);
      const first = document.start === step;
      const label = this.label(document, step, node, first, errors + warnings);
      const old = this.made.get(step);
      const fits = old && old.node === node && old.label === label && old.errors === errors && old.mark === mark && old.spares === writable;
      const one = fits ? old : { node, label, errors, warnings, mark, spares: writable, data: this.face(step, node, first, writable, label) };
      if (!fits) Object.assign(one.data, { errors, warnings, mark });
      next.set(step, one);
      found.set(step, one.data);
    }
    this.made = next;
    return found;
  }

  nodes(data: Map<string, FaceData>, document: FlowDocument, places: (step: string) => Place, selection: ReadonlySet<string>, current: string | null, writable: boolean): Face[] {
    const next = new Map<string, Face>();
    for (const [step, one] of data) {
      const position = places(step);
      const [selected, focusable] = [selection.has(step), step === current];
      const old = this.drawn.get(step);
      const fits =
        old && old.data === one && old.position.x === position.x && old.position.y === position.y && old.selected === selected && old.focusable === focusable;
      if (fits) {
        next.set(step, old);
        continue;
      }
      // Each step can take the focus before it is drawn as the one that the Tab key reaches.
      const size = sizeOf(this.types, nodeOf(document, step), writable);
      const { width, height } = size;
      next.set(step, { id: step, type: "step", position, data: one, selected, focusable, domAttributes: { tabIndex: focusable ? 0 : -1 }, ariaLabel: one.label, ariaRole: "group", width, height, measured: size });
    }
    this.drawn = next;
    return [...next.values()];
  }

  private face(step: string, node: StepNode, first: boolean, writable: boolean, label: string): FaceData {
    const type = typeOf(this.types, node);
    return {
      title: stepTitle(this.types, step, node),
      type: type?.label ?? String(node.type ?? ""),
      icon: type?.icon ?? "alert-circle",
      says: says(this.types, node),
      first,
      outputs: outputsOf(this.types, node),
      spares: writable ? sparesOf(this.types, node).map((one) => ({ name: one.name, label: spareLabel(one.kind) })) : [],
      errors: 0,
      warnings: 0,
      mark: undefined,
      label,
    };
  }

  private label(document: FlowDocument, step: string, node: StepNode, first: boolean, problems: number): string {
    const ways = outputsOf(this.types, node)
      .filter((way) => way.target)
      .map((way) => `${outputLabel(way)} → ${stepTitle(this.types, way.target, nodeOf(document, way.target))}`);
    const parts = [stepTitle(this.types, step, node), typeOf(this.types, node)?.label ?? ""];
    if (first) parts.push(t("First step"));
    parts.push(ways.length ? t("leads to: {ways}", { ways: ways.join("; ") }) : t("leads nowhere"));
    if (problems) parts.push(problems === 1 ? t("1 problem") : t("{count} problems", { count: problems }));
    return [...new Set(parts.filter(Boolean))].join(". ");
  }
}

export interface EdgeInput {
  types: Types;
  document: FlowDocument;
  overlay: Overlay;
  gone: GoneWay[];
  way: { step: string; output: string } | null;
}

export interface LineData extends Record<string, unknown> {
  step: string;
  output: string;
  says: string;
  href: string; // where a click leads; "": it chooses the way
  removed: boolean;
}

export type Line = Edge<LineData, "way">;

export function edgesOf({ types, document, overlay, gone, way }: EdgeInput): Line[] {
  const found: Line[] = [];
  const add = (step: string, output: string, label: string, target: string, removed = false) => {
    const key = wayKey(step, output);
    const mark = removed ? ({ tone: "removed" } as const) : overlay.ways.get(key);
    const classes = [output === ERROR ? "is-error" : "", mark?.tone ? `tone-${mark.tone}` : ""];
    const to = stepTitle(types, target, nodeOf(document, target));
    const says = t("{step}: {output} leads to {target}", { step: stepTitle(types, step, nodeOf(document, step)), output: label, target: to });
    found.push({
      id: removed ? `${key}|${target}|removed` : key,
      source: step,
      sourceHandle: output,
      target,
      targetHandle: "in",
      className: classes.filter(Boolean).join(" "),
      type: "way",
      ariaLabel: says,
      ...(mark && "label" in mark && mark.label ? { label: mark.label } : {}),
      ...(mark && "weight" in mark && mark.weight !== undefined ? { style: { strokeWidth: 1.5 + 7 * mark.weight } } : {}),
      selected: !removed && way?.step === step && way.output === output,
      data: { step, output, says, href: mark && "href" in mark ? (mark.href ?? "") : "", removed },
      reconnectable: !removed,
    });
  };
  for (const step of stepsOf(document)) {
    for (const one of outputsOf(types, nodeOf(document, step))) {
      if (nodeOf(document, one.target)) add(step, one.name, outputLabel(one), one.target);
    }
  }
  for (const one of gone) {
    const output = outputsOf(types, nodeOf(document, one.step)).find((way_) => way_.name === one.output);
    // A way whose output is gone begins at the step's output for failures, which every step has.
    if (nodeOf(document, one.target)) add(one.step, output ? one.output : ERROR, one.output, one.target, true);
  }
  return found;
}

/** The keys of a layout that the document has. */
export function placed(layout: Layout, step: string): Place {
  return layout[step] ?? { x: 0, y: 0 };
}

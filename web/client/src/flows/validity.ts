// What the check found, by step and by field.
import { outputsOf, type Types } from "./document";
import type { FlowProblem, StepNode } from "./shapes";

export interface StepProblems {
  errors: number;
  warnings: number;
  problems: FlowProblem[];
}

export function byStep(problems: FlowProblem[]): Map<string, StepProblems> {
  const found = new Map<string, StepProblems>();
  for (const one of problems) {
    if (one.step === null) continue;
    const here = found.get(one.step) ?? { errors: 0, warnings: 0, problems: [] };
    if (one.warning) here.warnings += 1;
    else here.errors += 1;
    here.problems.push(one);
    found.set(one.step, here);
  }
  return found;
}

/** Sort a step's problems to its fields; an output's goes to the field that holds it, under its own name. */
export function byField(types: Types, node: StepNode | undefined, problems: FlowProblem[]): Map<string, FlowProblem[]> {
  const found = new Map<string, FlowProblem[]>();
  const outputs = outputsOf(types, node);
  for (const one of problems) {
    const way = outputs.find((output) => output.name === one.field);
    const place = way && way.name !== way.field ? `${way.field}.${way.name}` : one.field;
    found.set(place, [...(found.get(place) ?? []), one]);
  }
  return found;
}

export function mayPublish(problems: FlowProblem[]): boolean {
  return problems.every((one) => one.warning);
}

// What stands over the picture of a flow: marks on its steps and on the ways between them.

export type Tone = "path" | "at" | "lost" | "added" | "removed" | "changed";

export interface StepMark {
  badge?: string; // a short text at the step, such as a count
  tone?: Tone;
}

export interface WayMark {
  label?: string; // a short text on the way
  weight?: number; // 0 to 1: how thick the way is drawn
  href?: string; // where a click on the way leads; without it a click chooses the way
  tone?: Tone;
}

export interface Overlay {
  steps: Map<string, StepMark>;
  ways: Map<string, WayMark>; // by `wayKey`
}

/** The calls that took a way, as they were last counted. */
export interface WayCalls {
  count: number;
  to: string; // the step to which the way led then
  href: string; // the list of them; "": they may not be seen
}

export const NO_OVERLAY: Overlay = { steps: new Map(), ways: new Map() };

/** The key of a way: its step, and its output as `outputs()` of `ivr/fields.py` names it. */
export function wayKey(step: string, output: string): string {
  return `${step}|${output}`;
}

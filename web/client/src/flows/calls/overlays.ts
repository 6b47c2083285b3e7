// What calls mark in the picture: the way of one, all that is not tested, how many went where.
import { wayKey, type Overlay, type StepMark, type WayCalls, type WayMark } from "../overlay";
import type { Heat, NamedWay, Way } from "./shapes";

/** The way of a call, and where it is. */
export function pathOverlay(steps: string[], ways: Way[], at: string | null): Overlay {
  const marks = new Map<string, StepMark>(steps.map((step) => [step, { tone: "path" }]));
  if (at) marks.set(at, { tone: "at" });
  return { steps: marks, ways: new Map(ways.map((way) => [wayKey(way.step, way.output), { tone: "path" }])) };
}

/** The ways that no passing test takes. */
export function missingOverlay(missing: NamedWay[]): Overlay {
  return { steps: new Map(), ways: new Map(missing.map((way) => [wayKey(way.step, way.output), { tone: "changed" }])) };
}

/** The list of the counted calls that took a way; "" if they may not be seen. */
export function callsBy(heat: Heat, way: Way): string {
  return heat.calls_url && `${heat.calls_url}&step=${encodeURIComponent(way.step)}&output=${encodeURIComponent(way.output)}`;
}

/** The counted calls by their ways. */
export function wayCalls(heat: Heat): Map<string, WayCalls> {
  return new Map(heat.ways.map((way) => [wayKey(way.step, way.output), { count: way.calls, to: way.to, href: callsBy(heat, way) }]));
}

/** How many callers took each way: thick ways are the usual ones; steps where callers hung up. */
export function heatOverlay(heat: Heat, gaveUp: (count: number) => string): Overlay {
  const most = Math.max(1, ...heat.ways.map((way) => way.calls));
  const mark = (way: Heat["ways"][number]): WayMark => {
    const href = callsBy(heat, way);
    return { label: String(way.calls), weight: way.calls / most, ...(href && { href }) };
  };
  const ways = new Map(heat.ways.map((way) => [wayKey(way.step, way.output), mark(way)]));
  const steps = new Map<string, StepMark>(heat.steps.filter((one) => one.gave_up > 0).map((one) => [one.step, { badge: gaveUp(one.gave_up), tone: "lost" }]));
  return { steps, ways };
}

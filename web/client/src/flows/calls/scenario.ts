// The call that the simulator plays: pure changes of a scenario, and what a test of it expects.
import { t } from "../../kit/i18n";
import type { Act, Expectation, FakeAnswer, Played, Scenario } from "./shapes";

export const EMPTY: Scenario = { does: [] };

export function act(scenario: Scenario, one: Act): Scenario {
  return { ...scenario, does: [...(scenario.does ?? []), one] };
}

export function undo(scenario: Scenario): Scenario {
  return { ...scenario, does: (scenario.does ?? []).slice(0, -1) };
}

export function restart(scenario: Scenario): Scenario {
  return { ...scenario, does: [] };
}

/** Give a step an answer of another system. */
export function answer(scenario: Scenario, step: string, one: FakeAnswer): Scenario {
  return { ...scenario, answers: { ...scenario.answers, [step]: [one] } };
}

/** Take all answers of a step away: it is asked for again. */
export function forget(scenario: Scenario, step: string): Scenario {
  const { [step]: _gone, ...answers } = scenario.answers ?? {};
  const { [step]: _lot, ...lots } = scenario.lots ?? {};
  return { ...scenario, answers, lots };
}

export function drawLot(scenario: Scenario, step: string, lot: number): Scenario {
  return { ...scenario, lots: { ...scenario.lots, [step]: lot } };
}

/** A name for a test of this call: its keys, and where it ended. */
export function nameOf(scenario: Scenario, played: Played): string {
  const keys = (scenario.does ?? []).map((one) => one.press ?? (one.wait ? "…" : "")).filter(Boolean);
  const ended = played.ended?.text ?? t("waits at “{step}”", { step: played.at_name });
  const name = keys.length ? t("Keys {keys}: {end}", { keys: keys.join(" "), end: ended }) : ended;
  return name.slice(0, 100);
}

/** What a test of this call expects: that it ends there again, and what else was chosen. */
export function expectationOf(played: Played, ends: boolean, passes: string[], variables: string[]): Expectation {
  const expected: Expectation = {};
  if (ends && played.ended) expected.ends = { kind: played.ended.kind, target: played.ended.target };
  if (passes.length) expected.passes = passes;
  if (variables.length) {
    expected.variables = Object.fromEntries(variables.map((name) => [name, (played.variables[name] ?? "").slice(0, 500)]));
  }
  return expected;
}

/** The steps that a call came to, each once. */
export function stepsOf(played: Played, flow: number): string[] {
  const steps = played.trace.filter((line) => line.kind === "step" && line.flow === flow).map((line) => line.step);
  return [...new Set(steps)];
}

/** Variables typed as lines of `name=value`. */
export function readVariables(text: string): Record<string, string> {
  const pairs = text.split("\n").map((line) => line.split("="));
  return Object.fromEntries(pairs.filter(([name]) => name?.trim()).map(([name = "", ...value]) => [name.trim(), value.join("=").trim()]));
}

export function writeVariables(variables: Record<string, string> = {}): string {
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${value}`)
    .join("\n");
}

/** The moment of a local `2026-11-30T09:00` in a time zone, as an ISO time; "" if it is none. */
export function instantOf(local: string, zone: string | undefined): string {
  const wanted = Date.parse(`${local}Z`);
  if (Number.isNaN(wanted)) return "";
  let found = wanted;
  for (let round = 0; round < 2; round += 1) found = wanted - (Date.parse(`${localOf(new Date(found).toISOString(), zone)}Z`) - found);
  return new Date(found).toISOString();
}

/** An ISO time as a local `2026-11-30T09:00` in a time zone. */
export function localOf(instant: string | undefined, zone: string | undefined): string {
  if (!instant) return "";
  const style = { dateStyle: "short", timeStyle: "short", timeZone: zone || "UTC" } as const;
  return new Intl.DateTimeFormat("sv-SE", style).format(new Date(instant)).replace(" ", "T");
}

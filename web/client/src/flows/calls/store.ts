// The call in the simulator: kept while other panels are open, and opened from the list of tests.
import { useSyncExternalStore } from "react";

import { EMPTY } from "./scenario";
import type { Expectation, Scenario } from "./shapes";

export interface Simulated {
  scenario: Scenario;
  test: { id: number; name: string; expect: Expectation } | null; // the saved test that it is
}

let now: Simulated = { scenario: EMPTY, test: null };
const heard = new Set<() => void>();

export function simulated(): Simulated {
  return now;
}

export function setSimulated(next: Simulated): void {
  now = next;
  for (const one of heard) one();
}

export function setScenario(change: (scenario: Scenario) => Scenario): void {
  setSimulated({ ...now, scenario: change(now.scenario) });
}

export function useSimulated(): Simulated {
  return useSyncExternalStore((listener) => {
    heard.add(listener);
    return () => heard.delete(listener);
  }, simulated);
}

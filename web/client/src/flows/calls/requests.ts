// What the panels of calls ask of the server.
import { ask, BY_ITSELF } from "../../kit/api";
import type { FlowDocument } from "../shapes";
import type { Expectation, Heat, Path, Played, Replay, SavedTest, Scenario, Tests } from "./shapes";

const api = (flow: number) => `/api/v1/flows/${flow}`;
const REPLAY_MS = 40_000; // the server stops after 20 seconds

export function simulate(flow: number, document: FlowDocument, scenario: Scenario): Promise<Played> {
  return ask<Played>("POST", `${api(flow)}/simulate`, { document, scenario });
}

export function readTests(flow: number): Promise<Tests> {
  return ask<Tests>("GET", `${api(flow)}/tests`);
}

export function saveTest(flow: number, id: number | null, name: string, scenario: Scenario, expect: Expectation): Promise<SavedTest> {
  const body = { name, scenario, expect };
  return id === null ? ask<SavedTest>("POST", `${api(flow)}/tests`, body) : ask<SavedTest>("PUT", `${api(flow)}/tests/${id}`, body);
}

export function removeTest(flow: number, id: number): Promise<void> {
  return ask<void>("DELETE", `${api(flow)}/tests/${id}`);
}

export function readHeat(flow: number, days: number, version: number | null): Promise<Heat> {
  const since = new Date(Date.now() - days * 86_400_000).toISOString();
  const more = version === null ? "" : `&version=${version}`;
  return ask<Heat>("GET", `${api(flow)}/heat?from=${encodeURIComponent(since)}${more}`);
}

export function readPath(flow: number, call: string): Promise<Path> {
  return ask<Path>("GET", `${api(flow)}/path?call=${encodeURIComponent(call)}`);
}

export function replay(flow: number, days: number, version: number | null): Promise<Replay> {
  const body = version === null ? { days } : { days, version };
  return ask<Replay>("POST", `${api(flow)}/replay`, body, {}, undefined, REPLAY_MS);
}

const sounds = new Map<string, Promise<string | null>>();

/** The address of a prompt's sound; null if there is none. */
export function soundOf(name: string, language: string): Promise<string | null> {
  const address = `/api/v1/prompts/${encodeURIComponent(name)}/audio?language=${language}`;
  const known = sounds.get(address);
  if (known) return known;
  const found = fetch(address, { headers: BY_ITSELF })
    .then((answer) => {
      void answer.body?.cancel();
      return answer.ok ? address : null;
    })
    .catch(() => null);
  sounds.set(address, found);
  return found;
}

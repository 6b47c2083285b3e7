// Where a row of the live monitor leads: to the call's page, and to the agent's.
import type { FloorBoot } from "../kit/types";

type Links = NonNullable<FloorBoot["links"]>;

let may: Links = { calls: false };

export function learnLinks(told: Links | undefined): void {
  if (told) may = told;
}

/** Whether the reader may open the lists of calls. */
export function mayOpenCalls(): boolean {
  return may.calls;
}

/** The page of a call; empty if the reader may not open it. */
export function callLink(call: string): string {
  return may.calls ? `/calls/${encodeURIComponent(call)}` : "";
}

/** The page that limits an agent's calls out; empty if the reader may not. */
export function limitLink(agent: number): string {
  return may.limits ? `/agents/${agent}/outbound-limit` : "";
}

/** The page of a trunk; empty if the reader may not open it. */
export function trunkLink(trunk: number): string {
  return may.trunks ? `/trunks/${trunk}` : "";
}

/** The page of an agent's seat; empty if the reader may not open it. */
export function agentLink(agent: number): string {
  return may.seats ? `/floor/agents/${agent}` : "";
}

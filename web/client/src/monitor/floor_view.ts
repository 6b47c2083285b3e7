// The live floor's figures and the order of its lists, as pure functions.
import type { LiveState } from "../live/live_state";
import type { AgentState, AgentValue, CallValue, QueueValue } from "../kit/types";

export interface FloorSums {
  waiting: number;
  ready: number;
  talking: number;
  oldest: string | null;
}

/** Each caller and each agent counted once, though queues share their agents. */
export function floorSums(state: LiveState): FloorSums {
  const agents = [...state.agents.values()];
  const queues = [...state.queues.values()];
  return {
    waiting: queues.reduce((sum, queue) => sum + queue.waiting, 0),
    ready: agents.filter((agent) => agent.state === "ready").length,
    talking: agents.filter((agent) => agent.state === "talking").length,
    oldest: queues
      .map((queue) => queue.oldest_since)
      .filter((since): since is string => since !== null)
      .sort()[0] ?? null,
  };
}

// Hundreds of names are sorted in each frame: one collator takes a tenth of localeCompare's time.
const NAMES = new Intl.Collator();
const ORDER: readonly AgentState[] = ["offered", "talking", "wrap-up", "ready", "paused", "signed out"];

/** Those who do something first, then by name. */
export function agentsInOrder(state: LiveState): AgentValue[] {
  return [...state.agents.values()].sort(
    (a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || NAMES.compare(a.name, b.name),
  );
}

/** Calls that are alive, the longest first. */
export function callsInOrder(state: LiveState): CallValue[] {
  return [...state.calls.values()]
    .filter((call) => call.state !== "ended")
    .sort((a, b) => (a.started_at < b.started_at ? -1 : 1));
}

export function queuesInOrder(state: LiveState): QueueValue[] {
  return [...state.queues.values()].sort((a, b) => NAMES.compare(a.name, b.name));
}

// The live floor's figures and the order of its lists, as pure functions.
import { byName } from "../kit/name_order";
import type { LiveState } from "../live/live_state";
import type { AgentState, AgentValue, CallValue, QueueValue, Stage } from "../live/types";

export interface FloorSums {
  waiting: number;
  /** Agents who are ready and whose phones can be rung. */
  available: number;
  /** Agents who are ready, but whose phones are not registered. */
  unreachable: number;
  talking: number;
  oldest: string | null;
}

/** Each caller and each agent is counted once, although queues share their agents. */
export function floorSums(state: LiveState): FloorSums {
  const agents = [...state.agents.values()];
  const queues = [...state.queues.values()];
  const ready = agents.filter((agent) => agent.state === "ready");
  return {
    waiting: queues.reduce((sum, queue) => sum + queue.waiting, 0),
    available: ready.filter((agent) => agent.reachable).length,
    unreachable: ready.filter((agent) => !agent.reachable).length,
    talking: agents.filter((agent) => agent.state === "talking").length,
    oldest: queues
      .map((queue) => queue.oldest_since)
      .filter((since): since is string => since !== null)
      .sort()[0] ?? null,
  };
}

const ORDER: readonly AgentState[] = ["offered", "talking", "wrap-up", "ready", "paused", "signed out"];

/** Busy agents first, then by name. */
export function agentsInOrder(state: LiveState): AgentValue[] {
  return [...state.agents.values()].sort(
    (a, b) => place(a.state) - place(b.state) || byName(a.name, b.name),
  );
}

/** An unknown state comes last. */
function place(state: AgentState): number {
  const found = ORDER.indexOf(state);
  return found < 0 ? ORDER.length : found;
}

/** Whether tiles need a third line, for further tasks; all tiles have equal heights. */
export function needThirdLine(agents: Iterable<AgentValue>): boolean {
  for (const agent of agents) {
    if ((agent.capacity?.total ?? 1) > 1 || (agent.tasks?.length ?? 0) > 1) return true;
  }
  return false;
}

/** Live calls, the longest first. */
export function callsInOrder(state: LiveState): CallValue[] {
  return [...state.calls.values()]
    .filter((call) => call.state !== "ended")
    .sort((a, b) => (a.started_at < b.started_at ? -1 : 1));
}

const WAITING: ReadonlySet<Stage> = new Set<Stage>(["waiting", "offered", "in fallback"]);

/** Since when a caller waits for an agent, however often a phone rang; null if none waits. */
export function waitsSince(call: CallValue): string | null {
  return WAITING.has(call.state) ? call.waiting_since : null;
}

export function queuesInOrder(state: LiveState): QueueValue[] {
  return [...state.queues.values()].sort((a, b) => byName(a.name, b.name));
}

// Which agents, calls and queues of the monitor are shown, and in which order. Pure.
import { byName } from "../kit/name_order";
import type { LiveState } from "../live/live_state";
import type { AgentState, AgentValue, CallValue, QueueValue } from "../live/types";
import { agentsInOrder, callsInOrder, queuesInOrder, waitsSince } from "./floor_view";

export const SORTS = ["state", "name", "time"] as const;
export type Sort = (typeof SORTS)[number];

export interface FloorFilter {
  queue: string;
  group: number | null;
  state: AgentState | "";
  sort: Sort;
}

export const ALL: FloorFilter = { queue: "", group: null, state: "", sort: "state" };

export interface Group {
  id: number;
  name: string;
  members: readonly number[];
}

/** Read the filter of an address. */
export function readFilter(search: string): FloorFilter {
  const words = new URLSearchParams(search);
  const sort = words.get("sort") as Sort;
  return {
    queue: words.get("queue") ?? "",
    group: Number(words.get("group")) || null,
    state: (words.get("state") ?? "") as AgentState | "",
    sort: SORTS.includes(sort) ? sort : "state",
  };
}

/** The filter as an address says it; "" for none. */
export function filterWords(filter: FloorFilter): string {
  const words = new URLSearchParams();
  if (filter.queue) words.set("queue", filter.queue);
  if (filter.group !== null) words.set("group", String(filter.group));
  if (filter.state) words.set("state", filter.state);
  if (filter.sort !== "state") words.set("sort", filter.sort);
  const said = words.toString();
  return said ? `?${said}` : "";
}

export function agentsShown(state: LiveState, filter: FloorFilter, groups: readonly Group[]): AgentValue[] {
  const members = membersOf(filter, groups);
  const shown = agentsInOrder(state).filter(
    (one) =>
      (!filter.queue || one.queues.includes(filter.queue)) &&
      (!members || members.has(one.id)) &&
      (!filter.state || one.state === filter.state),
  );
  if (filter.sort === "name") return shown.sort((a, b) => byName(a.name, b.name));
  if (filter.sort === "time") return shown.sort((a, b) => Date.parse(a.since) - Date.parse(b.since));
  return shown;
}

/** Calls of the queue, and of the group's agents; those who wait belong to no agent yet. */
export function callsShown(state: LiveState, filter: FloorFilter, groups: readonly Group[]): CallValue[] {
  const members = membersOf(filter, groups);
  const served = new Set([...state.agents.values()].flatMap((one) => (members?.has(one.id) ? one.queues : [])));
  const shown = callsInOrder(state).filter(
    (one) =>
      (!filter.queue || one.queue === filter.queue) &&
      (!members || isTheirs(one, members, served)) &&
      (!filter.state || agentsOf(one).some((id) => state.agents.get(String(id))?.state === filter.state)),
  );
  if (filter.sort === "time") return shown.sort((a, b) => timeOf(a) - timeOf(b));
  return shown;
}

export function queuesShown(state: LiveState, filter: FloorFilter): QueueValue[] {
  return queuesInOrder(state).filter((one) => !filter.queue || one.key === filter.queue);
}

/** The agents that a call names: the one who has it, and those on its legs. */
export function agentsOf(call: CallValue): number[] {
  const found = [call.agent, ...(call.legs ?? []).map((leg) => leg.agent)];
  return [...new Set(found.filter((one): one is number => one !== null))];
}

function membersOf(filter: FloorFilter, groups: readonly Group[]): Set<number> | null {
  if (filter.group === null) return null;
  return new Set(groups.find((one) => one.id === filter.group)?.members ?? []);
}

function isTheirs(call: CallValue, members: ReadonlySet<number>, served: ReadonlySet<string>): boolean {
  const agents = agentsOf(call);
  return agents.length ? agents.some((one) => members.has(one)) : served.has(call.queue ?? "");
}

function timeOf(call: CallValue): number {
  return Date.parse(waitsSince(call) ?? call.since);
}

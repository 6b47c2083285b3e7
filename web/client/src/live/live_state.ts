// The live state in this page, folded from the messages of /live. Pure.
import type { Lamp } from "./lamps";
import type { AgentValue, CallValue, EngineValue, Item, NodeValue, QueueValue, TrunkValue } from "./types";

export interface LiveState {
  /** The server's first message has come, so the data is newer than the page itself. */
  known: boolean;
  /** The engine cannot be reached: the data may be old. Calls go on. */
  away: boolean;
  build: string;
  boot: string;
  number: number;
  /** The server's name for the present view, which is part of the cursor. */
  scope: string;
  topic: Topic;
  agents: ReadonlyMap<string, AgentValue>;
  calls: ReadonlyMap<string, CallValue>;
  queues: ReadonlyMap<string, QueueValue>;
  nodes: ReadonlyMap<string, NodeValue>;
  trunks: ReadonlyMap<string, TrunkValue>;
  engine: EngineValue | null;
}

export type Topic = "desk" | "floor";

/** A notice to this user, in their language. */
export interface Notice {
  id: number;
  kind: string;
  text: string;
  url: string;
}

/** A call that rings at colleagues. */
export interface RingingCall {
  call: string;
  caller: string;
  caller_name: string;
  queue: string | null;
  queue_name: string | null;
  agents: string[];
  since: string;
}

export interface LiveMessage {
  snapshot?: { boot: string; number: number; now: string; items: Item[]; scope?: string; topic?: Topic };
  /** The stream went on from our cursor: missed changes came before this message. */
  resumed?: { boot: string; number: number; now: string; scope: string };
  build?: string;
  away?: boolean;
  number?: number;
  items?: Item[];
  ping?: number;
  /** With a ping: every change up to this number was sent. */
  at?: number;
  pong?: number;
  notice?: Notice;
  unread?: number;
  /** The calls that ring at colleagues and that this user may pick up. */
  ringing?: RingingCall[];
  /** What colleagues do now: those who do something else, or `all` of them. */
  lamps?: Lamp[];
  all?: boolean;
  /** The bars across all pages have changed. */
  bars?: boolean;
  /** What this user has to do has changed. */
  todo?: boolean;
}

export const NOTHING_KNOWN: LiveState = {
  known: false,
  away: false,
  build: "",
  boot: "",
  number: 0,
  scope: "",
  topic: "desk",
  agents: new Map(),
  calls: new Map(),
  queues: new Map(),
  nodes: new Map(),
  trunks: new Map(),
  engine: null,
};

/** The state after a message. Late or repeated changes are ignored; a snapshot replaces all. */
export function hear(state: LiveState, message: LiveMessage): LiveState {
  let next = state;
  if (message.build !== undefined) next = { ...next, build: message.build };
  if (message.snapshot) {
    const { boot, number, items, scope = "", topic = "desk" } = message.snapshot;
    const about = { build: next.build, known: true, away: false, boot, number, scope, topic };
    return takeAll({ ...NOTHING_KNOWN, ...about }, items);
  }
  if (message.resumed) {
    const number = Math.max(next.number, message.resumed.number);
    next = { ...next, known: true, away: false, number };
  }
  if (message.away !== undefined) {
    // The engine counts as back only with the snapshot that follows.
    next = { ...next, known: true, away: message.away || next.away };
  }
  if (message.at !== undefined && message.at > next.number) next = { ...next, number: message.at };
  if (message.items && message.number !== undefined && message.number > next.number) {
    next = takeAll({ ...next, number: message.number }, message.items);
  }
  return next;
}

/** The cursor to continue from after a broken connection; "" if there is none. */
export function cursorOf(state: LiveState): string {
  return state.boot && state.scope ? `${state.boot}.${state.number}.${state.scope}` : "";
}

type Put = <V>(map: ReadonlyMap<string, V>, id: string, value: V | null) => ReadonlyMap<string, V>;

/** Apply all items of a message; a map is copied once if it changes. */
function takeAll(state: LiveState, items: readonly Item[]): LiveState {
  const copies = new Set<object>();
  const put: Put = <V>(map: ReadonlyMap<string, V>, id: string, value: V | null) => {
    const copy = copies.has(map) ? (map as Map<string, V>) : new Map(map);
    copies.add(copy);
    if (value === null) copy.delete(id);
    else copy.set(id, value);
    return copy;
  };
  return items.reduce((now, item) => take(now, item, put), state);
}

function take(state: LiveState, item: Item, put: Put): LiveState {
  switch (item.kind) {
    case "agent":
      return { ...state, agents: put(state.agents, item.id, item.value) };
    case "call":
      return { ...state, calls: put(state.calls, item.id, item.value) };
    case "queue":
      return { ...state, queues: put(state.queues, item.id, item.value) };
    case "node":
      return { ...state, nodes: put(state.nodes, item.id, item.value) };
    case "trunk":
      return { ...state, trunks: put(state.trunks, item.id, item.value) };
    case "engine":
      return { ...state, engine: item.value };
    default:
      // A newer server may send kinds that this page does not know.
      return state;
  }
}

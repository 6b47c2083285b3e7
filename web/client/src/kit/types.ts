// What the engine says of agents, calls and queues, as it comes over /live (times are ISO strings, UTC).

export type AgentState = "signed out" | "ready" | "paused" | "offered" | "talking" | "wrap-up";
export type CallState = "ivr" | "waiting" | "offered" | "talking" | "held" | "phone lost" | "in fallback" | "ended";
export type PhoneKind = "browser" | "sip";

export interface AgentValue {
  id: number;
  name: string;
  extension: string;
  state: AgentState;
  since: string;
  reason: string;
  phone: PhoneKind;
  reachable: boolean;
  call: string | null;
  until: string | null;
  misses: number;
  rest: string;
  queues: string[];
  /** The call that the desk's API told this agent's browser phone to answer. */
  answer?: string | null;
}

export interface CustomerMark {
  id: number;
  name: string;
  company?: string;
  level?: string;
}

export interface CallValue {
  id: string;
  direction: string;
  via: string;
  caller: string;
  called: string;
  state: CallState;
  started_at: string;
  since: string;
  answered_at: string | null;
  queue: string | null;
  queue_name: string;
  priority: number;
  waiting_since: string | null;
  agent: number | null;
  agent_name: string;
  held_by: string;
  step: string;
  customer: CustomerMark | null;
  recording: "on" | "off" | "failed";
}

export interface QueueValue {
  key: string;
  name: string;
  waiting: number;
  oldest_since: string | null;
  ready: number;
  talking: number;
}

export interface NodeValue {
  name: string;
  ari: boolean;
  ami: boolean;
  version: string;
}

export interface EngineValue {
  journal_backlog: number;
  database: boolean;
  drift_repairs: number;
  recordings_missed: number;
  recordings_full?: boolean;
  started_at: string;
}

interface Values {
  agent: AgentValue;
  call: CallValue;
  queue: QueueValue;
  node: NodeValue;
  engine: EngineValue;
}

export type Item = {
  [K in keyof Values]: { kind: K; id: string; value: Values[K] | null };
}[keyof Values];

export interface Choice {
  key: string;
  name: string;
}

export interface Credentials {
  user: string;
  password: string;
  domain: string;
  /** What finds a way for sound through firewalls; none in one network. */
  ice_servers?: RTCIceServer[];
}

/** What the page's `<script id="boot">` holds. */
export interface Boot {
  user: { id: number; login: string; name: string; role: string; language: string } | null;
  csrf: string;
  build: string;
  language: string;
  path: string;
  live: string;
  /** Whether the reader has a place among the agents; null while no engine has told. */
  seated: boolean | null;
  desk?: DeskBoot;
  try_it?: { credentials: string };
  sound_check?: { credentials: string; echo: string };
  floor?: FloorBoot;
  call?: CallBoot;
}

export interface DeskBoot {
  agent: AgentValue | null;
  call: CallValue | null;
  away: boolean;
  states: Record<string, string>;
  pause_reasons: Choice[];
  outcomes: Choice[];
  queue_names?: Record<string, string>;
}

export interface FloorBoot {
  away: boolean;
  number: number;
  boot: string;
  items: Item[];
  states: Record<string, string>;
  call_states: Record<string, string>;
  queue_names?: Record<string, string>;
}

export interface CallBoot {
  id: string;
  segments: { kind: string; seconds: number }[];
  player: { opus: string; mp3: string; wav: string } | null;
}

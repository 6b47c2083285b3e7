// The live items as they come over /live. Generated from the declarations in cti/core/live.py and
// web/live/schema.py: change those, then run `python -m web.live.typescript`.

/** The headline state, derived from presence and tasks; these words go to database and API. */
export const AGENT_STATES = [
  "signed out",
  "ready",
  "paused",
  "offered",
  "talking",
  "wrap-up",
] as const;
export type AgentState = (typeof AGENT_STATES)[number];

/** What the agent chose. */
export const PRESENCES = [
  "signed out",
  "ready",
  "paused",
] as const;
export type Presence = (typeof PRESENCES)[number];

/** The kinds of work that an agent's capacity is counted by. */
export const MEDIUMS = [
  "voice",
  "callback",
  "outbound",
  "chat",
] as const;
export type Medium = (typeof MEDIUMS)[number];

/** Where an agent is with one work. */
export const TASK_STATES = [
  "offered",
  "active",
  "held",
  "wrap-up",
] as const;
export type TaskState = (typeof TASK_STATES)[number];

/** One thing that an agent is busy with. */
export interface TaskValue {
  /** the work's id; a call's own work has the call's id */
  work: string;
  medium: Medium;
  /** the call it is about */
  call: string | null;
  queue: string;
  state: TaskState;
  /** when this state began */
  since: string;
  /** when the ringing or the wrap-up ends */
  until: string | null;
  /** the agent has asked for more time to wrap up */
  extended: boolean;
}

/** How much an agent takes at once. */
export interface CapacityValue {
  /** the most of each medium; none of one that is not named */
  limits: Partial<Record<Medium, number>>;
  /** the most of all media together */
  total: number;
}

/** The kinds of phone an agent may take calls on. */
export const PHONES = [
  "browser",
  "sip",
  "outside",
] as const;
export type Phone = (typeof PHONES)[number];

/** An agent: presence, tasks, and the headline state that follows from both. */
export interface AgentValue {
  id: number;
  name: string;
  extension: string;
  /** the headline: the busiest task, else the presence */
  state: AgentState;
  /** when the headline or the pause reason last changed */
  since: string;
  /** key of the pause reason while the headline is paused, else empty */
  reason: string;
  /** what the agent chose; it shows when the tasks are over */
  presence: Presence;
  /** what the agent is busy with, the oldest first */
  tasks: TaskValue[];
  capacity: CapacityValue;
  phone: Phone;
  /** the phone is registered */
  reachable: boolean;
  /** the call of the task that the headline speaks of */
  call: string | null;
  /** when that task's ringing or wrap-up ends */
  until: string | null;
  /** offers missed in a row */
  misses: number;
  /** key of the pause reason that begins after the talk, else empty */
  rest: string;
  /** the queues that the agent serves */
  queues: string[];
  /** when the agent means to be ready again, of a pause */
  back_at: string | null;
  /** colleagues whose being free starts a call to them */
  wishes: number[];
  /** who took the call that rang here until just now */
  answered_by?: string;
  /** an order to this agent's browser phone: answer it now */
  answer?: string;
}

/** Who called whom, as reports count it. */
export const DIRECTIONS = [
  "in",
  "out",
  "internal",
] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** Where a call is; these words go to the views and the API. */
export const STAGES = [
  "ivr",
  "fax",
  "voicemail",
  "waiting",
  "offered",
  "dialling",
  "talking",
  "held",
  "phone lost",
  "parked",
  "forwarded",
  "in fallback",
  "ended",
] as const;
export type Stage = (typeof STAGES)[number];

/** Whose leg it is; stands on the channel as a part of its account code. */
export const LEG_ROLES = [
  "customer",
  "agent",
  "outside",
  "supervisor",
  "snoop",
  "whisper",
] as const;
export type LegRole = (typeof LEG_ROLES)[number];

/** How far a leg is. What has ended has no row any more. */
export const LEG_STATES = [
  "dialling",
  "ringing",
  "up",
] as const;
export type LegState = (typeof LEG_STATES)[number];

/** What a leg hears. */
export const PLACEMENT_KINDS = [
  "bridge",
  "hold",
  "prompts",
  "silent",
  "message",
  "fax",
  "fallback",
] as const;
export type PlacementKind = (typeof PLACEMENT_KINDS)[number];

/** What a bridge is for. */
export const PURPOSES = [
  "talk",
  "consult",
  "listen",
] as const;
export type Purpose = (typeof PURPOSES)[number];

/** Bad sound in one direction, over the last ten seconds. */
export interface TroubleValue {
  /** share of the packets, 0 to 1 */
  loss: number;
  /** mean opinion score, 1 to 4.5 */
  mos: number;
}

/** Bad sound on a leg, by direction. */
export interface SoundValue {
  /** others hear the party badly */
  received: TroubleValue | null;
  /** the party hears badly */
  sent: TroubleValue | null;
}

/** A leg of a call: one phone. */
export interface LegValue {
  id: string;
  role: LegRole;
  /** the agent on this leg */
  agent: number | null;
  agent_name: string | null;
  /** the number of an outside party, else empty */
  number: string;
  state: LegState;
  /** when this state began */
  since: string;
  /** what it hears; null before anything was ordered */
  placement: PlacementKind | null;
  /** what its bridge is for, if it is in one */
  purpose: Purpose | null;
  /** the others in its bridge do not hear it */
  muted: boolean;
  /** hold was pressed on the phone itself */
  holding: boolean;
  /** null while the sound is good or not known */
  sound: SoundValue | null;
}

/** The state of a work. A finished work has no row any more. */
export const WORK_STATES = [
  "waiting",
  "offered",
  "assigned",
] as const;
export type WorkState = (typeof WORK_STATES)[number];

/** An agent's phone that rings for a work. */
export interface OfferValue {
  agent: number;
  agent_name: string | null;
  /** UTC, ISO 8601 with milliseconds */
  since: string;
  /** when the ringing ends */
  until: string;
}

/** The call as work that waits for an agent or has one. */
export interface WorkValue {
  state: WorkState;
  /** when this state began */
  since: string;
  /** several at once when it rings at all */
  offers: OfferValue[];
}

/** Blind: handed on without a word. Attended: after a consultation. */
export const TRANSFER_KINDS = [
  "blind",
  "attended",
] as const;
export type TransferKind = (typeof TRANSFER_KINDS)[number];

/** Where a transfer is. One that is completed or taken back has no value any more. */
export const TRANSFER_STATES = [
  "dialling",
  "consulting",
  "shuttled",
  "returning",
] as const;
export type TransferState = (typeof TRANSFER_STATES)[number];

/** A customer on the way from an agent to another party. */
export interface TransferValue {
  kind: TransferKind;
  /** whose phone rings, or which of them talk */
  state: TransferState;
  initiator: number;
  initiator_name: string | null;
  /** where the customer is to go, e.g. agent:7 or number:+8613800138000 */
  to: string;
  /** its name; a number as it is */
  to_name: string;
  /** for the agent who takes the call */
  note: string;
}

/** Who handed the customer over last. */
export interface HandedValue {
  agent: number;
  agent_name: string | null;
  /** for the agent who takes the call */
  note: string;
}

/** The customer that the caller's number belongs to. */
export interface CustomerValue {
  id: number;
  name: string;
  company: string;
  /** key of the customer level */
  level: string;
}

/** A customer's level of service. */
export interface LevelValue {
  id: number;
  name: string;
  name_zh: string;
  /** added to the call's priority */
  priority: number;
}

/** How far the recording of a call is. */
export const RECORDING_STATES = [
  "off",
  "wanted",
  "on",
  "failed",
] as const;
export type RecordingState = (typeof RECORDING_STATES)[number];

/** A call: its stage, the phones in it, and its place in a queue. */
export interface CallValue {
  id: string;
  direction: Direction;
  /** the way it came: trunk, guest or phone */
  via: string;
  /** the customer's number, E.164 where it is known; empty when withheld */
  caller: string;
  /** the number of ours */
  called: string;
  /** where the call is, derived from its legs and its work */
  state: Stage;
  /** UTC, ISO 8601 with milliseconds */
  started_at: string;
  /** when this state began */
  since: string;
  /** when an agent first had the customer */
  answered_at: string | null;
  queue: string | null;
  queue_name: string | null;
  priority: number;
  waiting_since: string | null;
  /** who has the call, had it last, or is rung */
  agent: number | null;
  agent_name: string | null;
  /** the customer's, then the others by id */
  legs: LegValue[];
  /** null before the call needs an agent */
  work: WorkValue | null;
  /** a transfer or consultation that is under way */
  transfer: TransferValue | null;
  /** the last one who handed the customer over */
  handed: HandedValue | null;
  /** the parking slot in which the customer waits */
  slot: number | null;
  /** who holds the talk: desk, phone, or empty */
  held_by: string;
  /** the step of the call flow */
  step: string | null;
  customer: CustomerValue | null;
  /** the customer's level of service; from the first queue on */
  level: LevelValue | null;
  recording: RecordingState;
  /** why the call ended, as a Q.850 cause; null while it goes on */
  cause: number | null;
}

/** The present figures of a queue. */
export interface QueueValue {
  key: string;
  name: string;
  /** calls and chats that wait */
  waiting: number;
  /** customers who hung up and wait for a callback at their turn */
  callbacks: number;
  /** since when the longest of those on the line waits */
  oldest_since: string | null;
  /** agents who are free for a call */
  ready: number;
  /** agents in a talk */
  talking: number;
}

/** One Asterisk, as the engine sees it. */
export interface NodeValue {
  name: string;
  /** connected over ARI */
  ari: boolean;
  /** connected over AMI */
  ami: boolean;
  version: string;
  /** when it started, in Asterisk's own words */
  started_at: string;
  /** since when it is connected, UTC; empty when it is not */
  linked_at: string;
  channels: number;
  /** milliseconds that its last answer took */
  answer_ms: number | null;
}

/** The state of a trunk in one word. */
export const TRUNK_LAMPS = [
  "off",
  "unknown",
  "available",
  "registered",
  "registering",
  "unreachable",
  "rejected",
  "invalid",
  "busy",
] as const;
export type TrunkLamp = (typeof TRUNK_LAMPS)[number];

/** What last went wrong with a trunk. */
export const TRUNK_TROUBLES = [
  "",
  "unreachable",
  "rejected",
  "short",
  "settings",
  "call",
] as const;
export type TrunkTrouble = (typeof TRUNK_TROUBLES)[number];

/** A trunk: whether calls can go over it, and what last went wrong. */
export interface TrunkValue {
  id: number;
  name: string;
  state: TrunkLamp;
  /** when this state began */
  since: string;
  /** calls on it now */
  channels: number;
  /** the most calls at once; 0 is no limit */
  max_channels: number;
  /** what last went wrong, else empty */
  error: TrunkTrouble;
  /** the SIP status of a call, or Asterisk's own words */
  error_detail: string;
  error_at: string | null;
}

/** The engine itself. */
export interface EngineValue {
  /** another one after each start */
  boot: string;
  /** events since the start */
  events: number;
  /** events that raised an error and changed nothing */
  impossible: number;
  /** differences from Asterisk that were repaired */
  drift_repairs: number;
  /** orders that Asterisk refused */
  commands_failed: number;
  /** talks not recorded, or only in part */
  recordings_missed: number;
  /** the disk for recordings is full */
  recordings_full: boolean;
  /** facts that are not in the database yet */
  journal_backlog: number;
  /** the journal can be written */
  journal_disk: boolean;
  /** the database takes facts */
  database: boolean;
  /** milliseconds from an event to its handling */
  event_lag_ms: number | null;
  /** milliseconds that the event loop is late */
  loop_lag_ms: number;
  /** mean microseconds of one decision */
  decision_us: number | null;
}

/** The value of an item, by its kind. */
export interface Values {
  /** Seen by the agent, and users who may watch this agent. */
  agent: AgentValue;
  /** Seen by the agents on the call or with a task for it, the one whose transfer is under way, and users who may watch one of them; while it waits, also users who may watch an agent of its queue; while it is parked, all agents. */
  call: CallValue;
  /** Seen by the agents of the queue, and users who may watch one of them. */
  queue: QueueValue;
  /** Seen by users who may watch all agents. */
  node: NodeValue;
  /** Seen by users who may watch all agents. */
  trunk: TrunkValue;
  /** Seen by every signed-in user. */
  engine: EngineValue;
}

/** One item of a message: its whole new value, or null when it is gone. */
export type Item = {
  [K in keyof Values]: { kind: K; id: string; value: Values[K] | null };
}[keyof Values];

// Values with defaults, so that a test names only what matters to it.
import { PHONE_OFF, type PhoneState, type Talk } from "../src/desk/softphone";
import type { AgentValue, CallValue, LegValue, TaskValue } from "../src/live/types";

export function agent(changed: Partial<AgentValue> = {}): AgentValue {
  return {
    id: 7,
    name: "Li Wei",
    extension: "1001",
    state: "ready",
    since: "2026-11-22T10:00:00Z",
    reason: "",
    presence: "ready",
    tasks: [],
    capacity: { limits: { voice: 1 }, total: 1 },
    phone: "browser",
    reachable: true,
    call: null,
    until: null,
    misses: 0,
    rest: "",
    queues: ["support"],
    back_at: null,
    wishes: [],
    ...changed,
  };
}

export function call(changed: Partial<CallValue> = {}): CallValue {
  return {
    id: "c1",
    direction: "in",
    via: "trunk",
    caller: "+8613800138000",
    called: "+864008001234",
    state: "talking",
    started_at: "2026-11-22T10:00:00Z",
    since: "2026-11-22T10:00:30Z",
    answered_at: "2026-11-22T10:00:30Z",
    queue: "support",
    queue_name: "Support",
    priority: 0,
    waiting_since: "2026-11-22T10:00:10Z",
    agent: 7,
    agent_name: "Li Wei",
    legs: [],
    work: null,
    transfer: null,
    handed: null,
    slot: null,
    held_by: "",
    step: "",
    customer: null,
    level: null,
    recording: "on",
    cause: null,
    ...changed,
  };
}

export function phone(changed: Partial<PhoneState> = {}): PhoneState {
  return { ...PHONE_OFF, line: "registered", ...changed };
}

export function talk(changed: Partial<Talk> = {}): Talk {
  return { call: "c1", phase: "talking", auto: false, muted: false, talkingSince: 0, ...changed };
}

export function task(changed: Partial<TaskValue> = {}): TaskValue {
  return {
    work: "c1",
    medium: "voice",
    call: "c1",
    queue: "support",
    state: "active",
    since: "2026-11-22T10:00:30Z",
    until: null,
    extended: false,
    ...changed,
  };
}

export function leg(changed: Partial<LegValue> = {}): LegValue {
  return {
    id: "c1",
    role: "customer",
    agent: null,
    agent_name: null,
    number: "",
    state: "up",
    since: "2026-11-22T10:00:00Z",
    placement: "bridge",
    purpose: "talk",
    muted: false,
    holding: false,
    sound: null,
    ...changed,
  };
}

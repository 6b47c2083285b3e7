// Values with defaults, so that a test says only what it is about.
import { PHONE_OFF, type PhoneState, type Talk } from "../src/desk/softphone";
import type { AgentValue, CallValue } from "../src/kit/types";

export function agent(changed: Partial<AgentValue> = {}): AgentValue {
  return {
    id: 7,
    name: "Li Wei",
    extension: "1001",
    state: "ready",
    since: "2026-11-22T10:00:00Z",
    reason: "",
    phone: "browser",
    reachable: true,
    call: null,
    until: null,
    misses: 0,
    rest: "",
    queues: ["support"],
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
    held_by: "",
    step: "",
    customer: null,
    recording: "on",
    ...changed,
  };
}

export function phone(changed: Partial<PhoneState> = {}): PhoneState {
  return { ...PHONE_OFF, line: "registered", ...changed };
}

export function talk(changed: Partial<Talk> = {}): Talk {
  return { call: "c1", phase: "talking", auto: false, muted: false, talkingSince: 0, ...changed };
}

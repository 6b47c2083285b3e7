// What a supervisor may do with an agent, a call, or a caller who waits. Pure.
import { t } from "../kit/i18n";
import { agentsOf } from "./filters";
import { MODES, modeName, type MonitorMode } from "../live/monitoring";
import type { AgentValue, CallValue, Stage } from "../live/types";

/** The agents that the reader may listen to and control; null is everyone. */
export interface May {
  listen: readonly number[] | null;
  control: readonly number[] | null;
}

export type Forced =
  | "ready"
  | "not ready"
  | "sign out"
  | "end call"
  | "queues"
  | "message"
  | "front"
  | "to agent"
  | "to queue";

export type Action =
  | { kind: "monitor"; mode: MonitorMode | "stop"; call: string; label: string }
  | { kind: "forced"; what: Forced; label: string; danger?: boolean }
  | { kind: "why"; call: string; label: string };

export const NOTHING_ALLOWED: May = { listen: [], control: [] };

const IN_TALK: ReadonlySet<Stage> = new Set<Stage>(["talking", "held"]);
const WAITING: ReadonlySet<Stage> = new Set<Stage>(["waiting", "offered"]);
const LABELS: Readonly<Record<Forced, () => string>> = {
  ready: () => t("Set ready…"),
  "not ready": () => t("Set not ready…"),
  "sign out": () => t("Sign out…"),
  "end call": () => t("End the call…"),
  queues: () => t("Queues for today…"),
  message: () => t("Send a message…"),
  front: () => t("To the front…"),
  "to agent": () => t("To an agent…"),
  "to queue": () => t("To another queue…"),
};

export function reaches(people: readonly number[] | null, agent: number | null): boolean {
  return people === null || (agent !== null && people.includes(agent));
}

/** Whether the reader may do anything at all, so that menus and messages are offered. */
export function mayControl(may: May): boolean {
  return may.control === null || may.control.length > 0;
}

/** The ways to take part in a call; `monitored` is the call that the reader takes part in now. */
export function listenActions(call: CallValue, may: May, me: number, monitored: string | null): Action[] {
  if (monitored === call.id) return [{ kind: "monitor", mode: "stop", call: call.id, label: t("Stop") }];
  if (!IN_TALK.has(call.state) || call.agent === null || call.agent === me) return [];
  if (!agentsOf(call).some((one) => reaches(may.listen, one))) return [];
  // On hold there is nothing to whisper into; the engine refuses it too.
  const modes = call.state === "talking" && !call.transfer ? MODES : MODES.slice(0, 1);
  return modes.map((mode) => ({ kind: "monitor", mode, call: call.id, label: modeName(mode) }));
}

/** What can be done with a call: take part, end it, or send a waiting caller elsewhere. */
export function callActions(
  call: CallValue,
  may: May,
  me: number,
  monitored: string | null,
  agents: Iterable<AgentValue>,
): Action[] {
  const found = listenActions(call, may, me, monitored);
  if (IN_TALK.has(call.state) && call.agent !== null && reaches(may.control, call.agent)) {
    found.push(forced("end call", true));
  }
  if (WAITING.has(call.state) && call.queue && mayMove(call, may, agents)) {
    found.push(forced("front"), forced("to agent"), forced("to queue"));
  }
  if (call.state === "waiting" && call.queue) found.push({ kind: "why", call: call.id, label: t("Why still waiting?") });
  return found;
}

/** What can be done with an agent, and with the call that the agent has. */
export function agentActions(
  agent: AgentValue,
  call: CallValue | undefined,
  may: May,
  me: number,
  monitored: string | null,
): Action[] {
  const own = call && call.agent === agent.id ? call : undefined;
  const found = own ? listenActions(own, may, me, monitored) : [];
  if (!reaches(may.control, agent.id)) return found;
  const here = agent.state !== "signed out";
  if (here && agent.presence !== "ready") found.push(forced("ready"));
  if (here && agent.presence !== "paused") found.push(forced("not ready"));
  if (own && IN_TALK.has(own.state)) found.push(forced("end call", true));
  if (here) found.push(forced("sign out", true));
  found.push(forced("queues"), forced("message"));
  return found;
}

function mayMove(call: CallValue, may: May, agents: Iterable<AgentValue>): boolean {
  if (may.control === null) return true;
  for (const one of agents) {
    if (reaches(may.control, one.id) && one.queues.includes(call.queue ?? "")) return true;
  }
  return false;
}

function forced(what: Forced, danger = false): Action {
  return { kind: "forced", what, label: LABELS[what](), ...(danger ? { danger } : {}) };
}

// The content of an agent's dock and its enabled buttons, as a pure function.
import { readable, secondsLeft, secondsSince } from "../kit/format";
import { t } from "../kit/i18n";
import { stageName } from "../live/names";
import { partiesOf, type Party } from "../live/parties";
import { queueName } from "../live/queue_names";
import { taskLine, tasksInOrder, type TaskLine } from "../live/tasks";
import type { AgentState, AgentValue, CallValue, Stage } from "../live/types";
import type { PhoneState } from "./softphone";

export interface DeskMoment {
  agent: AgentValue | null;
  call: CallValue | null;
  /** The calls of the agent's other tasks, as far as they are known. */
  calls: ReadonlyMap<string, CallValue>;
  phone: PhoneState;
  /** The live connection is broken, or the engine is away: the data may be old. */
  stale: boolean;
}

export type Button =
  | "sign in"
  | "sign out"
  | "ready"
  | "more time"
  | "pause"
  | "answer"
  | "decline"
  | "mute"
  | "unmute"
  | "hold"
  | "resume"
  | "keypad"
  | "hang up";

export interface DeskView {
  state: AgentState;
  /** Seconds in this state; null if unknown. */
  seconds: number | null;
  /** Seconds until the wrap-up or the offer is over. */
  left: number | null;
  reason: string;
  rest: string;
  buttons: Button[];
  caller: { number: string; name: string; withheld: boolean } | null;
  queue: string;
  waited: number | null;
  talked: number | null;
  held: boolean;
  /** Ready, but the phone is away: no call can come. */
  offline: boolean;
  /** The call's stage, if it is not simply a talk. */
  badge: { state: Stage; word: string } | null;
  /** The other parties of the call, beside the customer and this agent. */
  others: Party[];
  /** The agent's other tasks, beside the call that is shown. */
  otherTasks: TaskLine[];
  muted: boolean;
  /** An agent with a SIP telephone answers there. */
  answerOnTelephone: boolean;
  needsPhone: "" | "connecting" | "elsewhere" | "refused" | "unreachable";
}

export function deskView(moment: DeskMoment, now: number): DeskView {
  const { agent, call, phone } = moment;
  const state = agent?.state ?? "signed out";
  const talks = state === "talking" && call !== null && call.state !== "ended";
  const shown = state === "offered" || state === "talking" || state === "wrap-up" ? call : null;
  return {
    state,
    seconds: secondsSince(agent?.since, now),
    left: state === "wrap-up" || state === "offered" ? secondsLeft(agent?.until, now) : null,
    reason: agent?.reason ?? "",
    rest: agent?.rest ?? "",
    buttons: agent ? buttons(agent, call, phone) : ["sign in"],
    caller: shown && {
      number: readable(shown.caller),
      name: shown.customer?.name ?? "",
      withheld: shown.caller === "",
    },
    queue: shown ? queueName(shown.queue, shown.queue_name) : "",
    waited: shown && waitedSeconds(shown, now),
    talked: talks ? secondsSince(call.answered_at ?? call.since, now) : null,
    held: talks && call.state === "held",
    offline: state === "ready" && agent?.reachable === false,
    badge: talks && call.state !== "talking" ? { state: call.state, word: badgeWord(call.state) } : null,
    others: shown ? partiesOf(shown).filter((one) => one.role !== "customer" && one.agent !== agent?.id) : [],
    otherTasks: agent ? otherTasks(moment, now) : [],
    muted: phone.talk?.muted ?? false,
    answerOnTelephone: state === "offered" && agent?.phone === "sip",
    needsPhone: agent ? phoneNeed(agent, phone) : "",
  };
}

function buttons(agent: AgentValue, call: CallValue | null, phone: PhoneState): Button[] {
  switch (agent.state) {
    case "signed out":
      return ["sign in"];
    case "ready":
      return ["pause", "sign out"];
    case "paused":
      return ["ready", "pause", "sign out"];
    case "wrap-up":
      return isExtended(agent) ? ["ready", "pause", "sign out"] : ["ready", "more time", "pause", "sign out"];
    case "offered":
      // INVITE and offer come on two ways: the first of them shows the buttons.
      return agent.phone === "browser" && phone.talk?.phase !== "answering"
        ? ["answer", "decline"]
        : ["decline"];
    case "talking": {
      const found: Button[] = [];
      if (phone.talk?.phase === "talking") found.push(phone.talk.muted ? "unmute" : "mute");
      if (call?.state === "talking") found.push("hold");
      if (call?.state === "held") found.push("resume");
      if (phone.talk?.phase === "talking") found.push("keypad");
      found.push("hang up", "pause");
      return found;
    }
    default:
      return []; // a state of a newer server
  }
}

function isExtended(agent: AgentValue): boolean {
  return agent.tasks.some((task) => task.state === "wrap-up" && task.extended);
}

function badgeWord(stage: Stage): string {
  return stage === "phone lost" ? t("Phone lost, caller waits") : stageName(stage);
}

function otherTasks({ agent, calls }: DeskMoment, now: number): TaskLine[] {
  if (!agent) return [];
  return tasksInOrder(agent)
    .filter((task) => task.call !== agent.call || task.call === null)
    .map((task) => taskLine(task, task.call ? calls.get(task.call) : undefined, now));
}

function waitedSeconds(call: CallValue, now: number): number | null {
  const until = call.answered_at ? Date.parse(call.answered_at) : now;
  return secondsSince(call.waiting_since ?? call.started_at, until);
}

function phoneNeed(agent: AgentValue, phone: PhoneState): DeskView["needsPhone"] {
  if (agent.state === "signed out") return "";
  if (agent.phone === "sip") return agent.reachable ? "" : "unreachable";
  if (phone.line === "elsewhere") return "elsewhere";
  if (phone.line === "refused") return "refused";
  return phone.line === "registered" ? "" : "connecting";
}

/** Whether to answer the ringing INVITE because an API client requested it. */
export function askedToAnswer(agent: AgentValue | null, phone: PhoneState): boolean {
  return Boolean(
    agent?.answer && phone.talk?.phase === "ringing" && phone.talk.call === agent.answer,
  );
}

/**
 * Whether the phone is in a dead call: the BYE was lost with the connection, and in the live state
 * this agent has no such call any more.
 */
export function talksIntoNothing(moment: DeskMoment): boolean {
  const talk = moment.phone.talk;
  if (moment.stale || !moment.agent || !talk?.call || talk.phase !== "talking") return false;
  return !(moment.agent.state === "talking" && moment.agent.call === talk.call);
}

// The content of an agent's dock and its enabled buttons, as a pure function.
import { readable, secondsLeft, secondsSince } from "../kit/format";
import { t } from "../kit/i18n";
import { unansweredSentence } from "./call_ends";
import { handedSentence } from "./handed";
import { legStateName, stageName } from "../live/names";
import { monitoredCall, monitorsOf, type Monitor, type PresentMode } from "../live/monitoring";
import { partiesOf, type Party } from "../live/parties";
import { queueName } from "../live/queue_names";
import { soundWarnings } from "../live/sound";
import { callerName, taskLine, tasksInOrder, type TaskLine } from "../live/tasks";
import type { AgentState, AgentValue, CallValue, LegValue, RecordingState, Stage } from "../live/types";
import { ringingTalk, type PhoneState } from "./softphone";
import { hasCustomer, talkView, type TalkView } from "./talk_view";

const MOST_ON_HOLD = 3; // as the engine has it

export interface DeskMoment {
  agent: AgentValue | null;
  call: CallValue | null;
  /** The calls of the agent's other tasks, as far as they are known. */
  calls: ReadonlyMap<string, CallValue>;
  phone: PhoneState;
  /** The live connection is broken, or the engine is away: the data may be old. */
  stale: boolean;
  /** Agents are told also who listens to them. */
  seeListening?: boolean;
  /** When the present way of monitoring was first seen, in milliseconds. */
  modeSince?: number | null;
}

/** The call that this agent monitors as a supervisor. */
export interface Monitoring {
  call: string;
  mode: PresentMode;
  connecting: boolean;
  /** Seconds in this mode. */
  seconds: number | null;
  customer: string;
  agent: string;
}

export type Button =
  | "sign in"
  | "sign out"
  | "ready"
  | "more time"
  | "pause"
  | "dial"
  | "answer"
  | "decline"
  | "mute"
  | "unmute"
  | "hold"
  | "resume"
  | "transfer"
  | "park"
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
  /** An outgoing call that is not answered yet: seconds since it was dialled; else null. */
  dialled: number | null;
  /** The number of ours that an outgoing call shows; "" for other calls. */
  shownAs: string;
  /** Why nobody answered our call, as a sentence; "" for other calls. */
  unanswered: string;
  waited: number | null;
  talked: number | null;
  held: boolean;
  /** Seconds of the present hold; null if the caller is not on hold. */
  heldFor: number | null;
  /** How far the recording of the talk is. */
  recording: RecordingState;
  /** Who handed the call over, or that a transfer was not taken; "" for other calls. */
  handed: string;
  /** The parties of a talk with more than two. */
  talk: TalkView | null;
  /** Calls missed in a row, if that is why the agent is not ready; else 0. */
  missed: number;
  /** Ready, but the phone is away: no call can come. */
  offline: boolean;
  /** The call's stage, if it is not simply a talk. */
  badge: { state: Stage; word: string } | null;
  /** What this agent monitors as a supervisor; then no call of their own is shown. */
  monitoring: Monitoring | null;
  /** Supervisors in this agent's call. */
  monitors: Monitor[];
  /** What is wrong with the sound of the call, in sentences. */
  soundWarnings: string[];
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
  const monitoring = monitoringOf(moment, now);
  const talks = state === "talking" && call !== null && call.state !== "ended" && !monitoring;
  const calling = talks && isCalling(call, agent);
  const talk = agent && talks ? talkView(call, agent, now) : null;
  const own = talks && hasCustomer(call, agent);
  const held = own && call.state === "held" && (talk === null || talk.kind === "conference");
  const inCall = state === "offered" || state === "talking" || state === "wrap-up";
  const shown = inCall && !monitoring ? call : null;
  return {
    state,
    seconds: secondsSince(agent?.since, now),
    left: state === "wrap-up" || state === "offered" ? secondsLeft(agent?.until, now) : null,
    reason: agent?.reason ?? "",
    rest: agent?.rest ?? "",
    buttons: monitoring ? monitorButtons(phone) : agent ? buttons(agent, call, phone, talk) : ["sign in"],
    caller: shown && otherParty(shown, agent),
    queue: shown ? queueName(shown.queue, shown.queue_name) : "",
    dialled: calling ? secondsSince(call.started_at, now) : null,
    shownAs: shown?.direction === "out" ? readable(shown.called) : "",
    unanswered: shown ? whyUnanswered(shown) : "",
    waited: shown?.direction === "in" ? waitedSeconds(shown, now) : null,
    talked: talks && !calling ? secondsSince(talksSince(call, agent), now) : null,
    held,
    heldFor: held ? secondsSince(call.since, now) : null,
    handed: shown && agent && state !== "wrap-up" ? handedSentence(shown, agent.id) : "",
    talk,
    recording: talks ? call.recording : "off",
    missed: state === "paused" && agent?.reason === "no answer" ? Math.max(1, agent.misses) : 0,
    offline: state === "ready" && agent?.reachable === false,
    badge: own && call.state !== "talking" && (held || call.state !== "held") ? badge(call, agent) : null,
    monitoring,
    monitors: shown ? seenMonitors(shown, moment) : [],
    soundWarnings: talks && agent ? soundWarnings(call, agent.id) : [],
    others: shown ? otherParties(shown, agent, talk) : [],
    otherTasks: agent ? otherTasks(moment, now) : [],
    muted: phone.talk?.muted ?? false,
    answerOnTelephone: agent !== null && agent?.phone !== "browser" && (state === "offered" || (calling && !hasPickedUp(call, agent)) || (talks && isRinging(call, agent))),
    needsPhone: agent ? phoneNeed(agent, phone) : "",
  };
}

function buttons(agent: AgentValue, call: CallValue | null, phone: PhoneState, talk: TalkView | null): Button[] {
  switch (agent.state) {
    case "signed out":
      return ["sign in"];
    case "ready":
      return ["dial", "pause", "sign out"];
    case "paused":
      return ["ready", "dial", "pause", "sign out"];
    case "wrap-up":
      return isExtended(agent)
        ? ["ready", "dial", "pause", "sign out"]
        : ["ready", "more time", "dial", "pause", "sign out"];
    case "offered":
      // INVITE and offer come on two ways: the first of them shows the buttons.
      return agent.phone === "browser" && phone.talk?.phase !== "answering"
        ? ["answer", "decline"]
        : ["decline"];
    case "talking": {
      if (call && isCalling(call, agent)) return ["hang up", "pause"];
      const found: Button[] = [];
      if (offeredCall(agent)) found.push(...(agent.phone === "browser" ? (["answer", "decline"] as const) : (["decline"] as const)));
      if (phone.talk?.phase === "talking") found.push(phone.talk.muted ? "unmute" : "mute");
      found.push(...customerButtons(agent, call, talk));
      if (phone.talk?.phase === "talking") found.push("keypad");
      // In a consultation it would end the customer's call.
      if (!talk || talk.kind === "conference" || talk.kind === "consulted") found.push("hang up");
      if (call?.state === "held" && !talk && !speaksIn(agent) && callsOnHold(agent) < MOST_ON_HOLD) found.push("dial");
      found.push("pause");
      return found;
    }
    default:
      return []; // a state of a newer server
  }
}

/** A supervisor who listens can mute the own microphone; the bar has the rest. */
function monitorButtons(phone: PhoneState): Button[] {
  if (phone.talk?.phase !== "talking") return [];
  return [phone.talk.muted ? "unmute" : "mute"];
}

function monitoringOf({ agent, call, calls, modeSince }: DeskMoment, now: number): Monitoring | null {
  const id = monitoredCall(agent);
  if (id === null || !agent) return null;
  const value = call?.id === id ? call : calls.get(id);
  const own = value ? monitorsOf(value).find((one) => one.agent === agent.id) : undefined;
  const begun = own && !own.connecting ? (modeSince ?? Date.parse(own.since)) : null;
  return {
    call: id,
    mode: own?.mode ?? "listen",
    connecting: own?.connecting ?? true,
    seconds: begun === null ? null : Math.max(0, (now - begun) / 1000),
    customer: value ? callerName(value) : "",
    agent: value?.agent_name ?? "",
  };
}

/** Supervisors who take part in the call; those who only listen if agents may know. */
function seenMonitors(call: CallValue, { agent, seeListening }: DeskMoment): Monitor[] {
  return monitorsOf(call).filter(
    (one) => one.agent !== agent?.id && !one.connecting && (one.mode !== "listen" || seeListening),
  );
}

/** What only the agent who has the customer can do. */
function customerButtons(agent: AgentValue, call: CallValue | null, talk: TalkView | null): Button[] {
  if (!call || !hasCustomer(call, agent) || (talk && talk.kind !== "conference")) return [];
  if (call.state === "held") return talk || call.direction === "internal" ? ["resume"] : ["resume", "transfer", "park"];
  if (call.state !== "talking" || talk) return [];
  return call.direction === "internal" ? ["hold"] : ["hold", "transfer", "park"];
}

function isExtended(agent: AgentValue): boolean {
  return agent.tasks.some((task) => task.state === "wrap-up" && task.extended);
}

function badge(call: CallValue, agent: AgentValue | null): DeskView["badge"] {
  // A call that was retrieved or picked up rings at the agent's own phone.
  if (call.state === "phone lost" && isRinging(call, agent)) return { state: "offered", word: stageName("offered") };
  return { state: call.state, word: badgeWord(call) };
}

/** Whether the agent's own phone still rings for a call that is theirs. */
function isRinging(call: CallValue, agent: AgentValue | null): boolean {
  const own = ownLeg(call, agent);
  return call.state === "phone lost" && own !== undefined && own.state !== "up";
}

function ownLeg(call: CallValue, agent: AgentValue | null): LegValue | undefined {
  return call.legs?.find((leg) => leg.role === "agent" && leg.agent === agent?.id);
}

/** When the talk with this agent began; one who was added talks since they joined. */
function talksSince(call: CallValue, agent: AgentValue | null): string {
  if (hasCustomer(call, agent)) return call.answered_at ?? call.since;
  return ownLeg(call, agent)?.since ?? call.since;
}

/** The other parties that the lines of the talk do not name. */
function otherParties(call: CallValue, agent: AgentValue | null, talk: TalkView | null): Party[] {
  // Who handed the call over, or consults, is told in a sentence of its own; so are supervisors.
  if (talk) return [];
  const others = partiesOf(call).filter((one) => one.role !== "customer" && one.role !== "supervisor");
  return others.filter((one) => one.agent === null || (one.agent !== agent?.id && one.agent !== call.handed?.agent));
}

function badgeWord(call: CallValue): string {
  if (call.state === "phone lost") return t("Phone lost, caller waits");
  const customer = call.legs?.find((leg) => leg.role === "customer");
  return call.state === "dialling" && customer?.state === "ringing" ? legStateName("ringing") : stageName(call.state);
}

/** Whether we called, and nobody has answered yet. */
function isCalling(call: CallValue, agent: AgentValue | null): boolean {
  if (call.direction === "out") return call.state === "dialling";
  return call.direction === "internal" && call.state === "offered" && call.caller === agent?.extension;
}

function hasPickedUp(call: CallValue, agent: AgentValue): boolean {
  return ownLeg(call, agent)?.state === "up";
}

function whyUnanswered(call: CallValue): string {
  const failed = call.direction === "out" && call.state === "ended" && call.answered_at === null;
  return failed ? unansweredSentence(call.cause) : "";
}

/** The party that the agent speaks with: the customer, or in an internal call the other agent. */
function otherParty(call: CallValue, agent: AgentValue | null): { number: string; name: string; withheld: boolean } {
  if (call.direction !== "internal") {
    return { number: readable(call.caller), name: call.customer?.name ?? "", withheld: call.caller === "" };
  }
  const number = call.caller === agent?.extension ? call.called : call.caller;
  const others = [...(call.legs ?? []), ...(call.work?.offers ?? [])].filter((one) => one.agent !== agent?.id);
  return { number, name: others.find((one) => one.agent_name)?.agent_name ?? "", withheld: false };
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
  if (agent.phone !== "browser") return agent.reachable ? "" : "unreachable";
  if (phone.line === "elsewhere") return "elsewhere";
  if (phone.line === "refused") return "refused";
  return phone.line === "registered" ? "" : "connecting";
}

/** The call that rings, beside another one or alone. */
export function offeredCall(agent: AgentValue | null): string | undefined {
  return agent?.tasks?.find((task) => task.state === "offered" && task.medium !== "chat")?.call ?? undefined;
}

/** The call in which the agent speaks; the others are on hold. */
export function speaksIn(agent: AgentValue | null): string | undefined {
  const active = agent?.tasks?.find((task) => task.state === "active" && task.medium !== "chat");
  return active?.call ?? undefined;
}

/** How many calls wait on hold. */
function callsOnHold(agent: AgentValue): number {
  return agent.tasks.filter((task) => task.state === "held" && task.medium !== "chat").length;
}

/** Whether to answer the ringing INVITE because an API client requested it. */
export function askedToAnswer(agent: AgentValue | null, phone: PhoneState): boolean {
  return Boolean(
    agent?.answer && ringingTalk(phone)?.call === agent.answer,
  );
}

/**
 * Whether the phone is in a dead call: the BYE was lost with the connection, and in the live state
 * this agent has no such call any more.
 */
export function talksIntoNothing(moment: DeskMoment): boolean {
  const talk = moment.phone.talk;
  if (moment.stale || !moment.agent || !talk?.call || talk.phase !== "talking") return false;
  // The phone goes on in a call of its own when the sender of a voicemail is called back.
  const { state, call, tasks } = moment.agent;
  const calls = [call, ...(tasks ?? []).map((task) => task.call)].filter((one) => one !== null);
  return !(state === "talking" && calls.some((one) => one === talk.call || one.startsWith(`${talk.call}-back`)));
}

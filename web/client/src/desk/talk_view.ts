// Who hears whom in the agent's talk, and what the agent may do about it. Pure.
import { readable, secondsSince } from "../kit/format";
import { t } from "../kit/i18n";
import { placementName } from "../live/names";
import { queueName } from "../live/queue_names";
import { callerName } from "../live/tasks";
import type { AgentValue, CallValue, LegValue, TransferValue } from "../live/types";

/** Two in a talk, or what else: `consulted` is the other agent's side of a consultation. */
export type TalkKind = "calling" | "consulting" | "shuttled" | "consulted" | "conference";
export type TalkAction = "cancel" | "switch" | "complete" | "conference" | "back" | "add" | "end for all";

export interface TalkLine {
  key: string;
  name: string;
  words: string;
  /** The state that gives the colour. */
  state: string;
  seconds: number | null;
  muted: boolean;
  /** The agent may mute this party, whose leg has the id `key`. */
  controlled: boolean;
  /** The agent may remove this party; without the customer there is no call. */
  removable: boolean;
  ringing: boolean;
}

export interface TalkView {
  kind: TalkKind;
  lines: TalkLine[];
  actions: TalkAction[];
  /** For screen readers. */
  spoken: string;
}

/** Whether the agent has the customer; a party in a consultation or conference has not. */
export function hasCustomer(call: CallValue, agent: AgentValue | null): boolean {
  return call.direction === "internal" || call.agent === null || call.agent === agent?.id;
}

/** The parties of a talk with more than two; null for any other talk. */
export function talkView(call: CallValue, agent: AgentValue, now: number): TalkView | null {
  if (call.direction === "internal" || agent.state !== "talking" || call.state === "ended") return null;
  const { transfer } = call;
  if (transfer?.kind === "attended") {
    if (transfer.initiator === agent.id) return consultation(call, transfer, now);
    return transfer.to === `agent:${agent.id}` ? consulted(call, transfer, now) : null;
  }
  return transfer ? null : conference(call, agent, now);
}

/** Where a transfer leads, by name. */
export function targetName(transfer: TransferValue): string {
  const [kind, key] = transfer.to.split(":", 2);
  return readable(kind === "queue" ? queueName(key, transfer.to_name) : transfer.to_name);
}

function consultation(call: CallValue, transfer: TransferValue, now: number): TalkView {
  const customer = callerName(call);
  const other = targetName(transfer);
  const onHold = line("customer", customer, t("{name} hears music", { name: customer }), "hold", secondsSince(call.since, now));
  if (transfer.state === "dialling") {
    const leg = call.legs.find((one) => isTarget(one, transfer));
    const since = secondsSince(leg?.since, now);
    const ringing = { ...line("other", other, t("Calling {name}…", { name: other }), "ringing", since), ringing: true };
    return { kind: "calling", lines: [ringing, onHold], actions: ["cancel"], spoken: t("Calling {name}", { name: other }) };
  }
  const actions: TalkAction[] = ["switch", "complete", "conference", "back"];
  if (transfer.state === "shuttled") {
    const waits = line("other", other, t("{name} hears music", { name: other }), "hold", secondsSince(call.since, now));
    return { kind: "shuttled", lines: [talksWith(customer), waits], actions, spoken: t("On call with {name}", { name: customer }) };
  }
  return { kind: "consulting", lines: [talksWith(other), onHold], actions, spoken: t("Consulting {name}", { name: other }) };
}

function consulted(call: CallValue, transfer: TransferValue, now: number): TalkView | null {
  if (transfer.state === "dialling") return null;
  const asker = transfer.initiator_name ?? t("Agent");
  const customer = callerName(call);
  const seconds = secondsSince(call.since, now);
  const lines =
    transfer.state === "shuttled"
      ? [
          line("me", asker, t("You hear music"), "hold", seconds),
          line("other", asker, t("{name} talks with {other}", { name: asker, other: customer }), "talk", null),
        ]
      : [talksWith(asker), line("customer", customer, t("{name} hears music", { name: customer }), "hold", seconds)];
  return { kind: "consulted", lines, actions: [], spoken: t("Consulted by {name}", { name: asker }) };
}

function conference(call: CallValue, agent: AgentValue, now: number): TalkView | null {
  const own = call.legs?.find((one) => one.role === "agent" && one.agent === agent.id);
  const others = (call.legs ?? []).filter((one) => one.role === "outside" || (one.role === "agent" && one !== own));
  if (!own || !others.length) return null;
  const owner = hasCustomer(call, agent);
  const customer = call.legs.find((one) => one.role === "customer");
  const parties = customer ? [customer, ...others] : others;
  const lines = parties.map((leg) => party(leg, call, owner, now));
  return {
    kind: "conference",
    lines,
    actions: owner && call.state === "talking" ? ["add", "end for all"] : [],
    spoken: t("Conference: {count} parties", { count: parties.length + 1 }),
  };
}

function party(leg: LegValue, call: CallValue, owner: boolean, now: number): TalkLine {
  const name = leg.role === "customer" ? callerName(call) : partyName(leg);
  const ringing = leg.state !== "up";
  const controlled = owner && call.state === "talking";
  const base = { muted: leg.muted, controlled, removable: controlled && leg.role !== "customer", ringing };
  if (ringing) {
    return { ...line(leg.id, name, t("Calling {name}…", { name }), "ringing", secondsSince(leg.since, now)), ...base };
  }
  if (leg.placement === "hold") return { ...line(leg.id, name, t("{name} hears music", { name }), "hold", null), ...base };
  const state = leg.muted ? t("Muted") : placementName(leg.placement ?? "bridge");
  return { ...line(leg.id, name, `${name} · ${state}`, leg.muted ? "muted" : "talk", null), ...base };
}

/** The name of an agent or a number outside. */
export function partyName(leg: LegValue): string {
  return leg.agent_name || readable(leg.number) || t("Agent");
}

function isTarget(leg: LegValue, transfer: TransferValue): boolean {
  return transfer.to === `agent:${leg.agent}` || (leg.number !== "" && transfer.to === `number:${leg.number}`);
}

function talksWith(name: string): TalkLine {
  return line("talk", name, t("You talk with {name}", { name }), "talk", null);
}

function line(key: string, name: string, words: string, state: string, seconds: number | null): TalkLine {
  return { key, name, words, state, seconds, muted: false, controlled: false, removable: false, ringing: false };
}

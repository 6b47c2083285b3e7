// Customers that this agent has transferred to a colleague who has not answered yet. Pure.
import { secondsSince } from "../kit/format";
import { t } from "../kit/i18n";
import { callerName } from "../live/tasks";
import type { CallValue } from "../live/types";
import { targetName } from "./talk_view";

export interface SentOn {
  key: string;
  /** A state that gives the colour. */
  state: "waiting" | "ringing";
  words: string;
  seconds: number | null;
}

/** One line for each customer, the longest wait first; none once a colleague has them, or they are back. */
export function sentOn(calls: Iterable<CallValue>, me: number, now: number): SentOn[] {
  return [...calls]
    .filter((call) => isOnItsWay(call, me))
    .sort((a, b) => (a.since < b.since ? -1 : 1))
    .map((call) => line(call, now));
}

function isOnItsWay(call: CallValue, me: number): boolean {
  const { transfer } = call;
  if (!transfer || transfer.kind !== "blind" || transfer.state !== "dialling") return false;
  const goes = transfer.initiator === me && transfer.to.startsWith("agent:");
  return goes && (call.state === "waiting" || call.state === "offered");
}

function line(call: CallValue, now: number): SentOn {
  const rings = call.state === "offered";
  const names = { customer: callerName(call), name: call.transfer ? targetName(call.transfer) : "" };
  return {
    key: call.id,
    state: rings ? "ringing" : "waiting",
    words: rings ? t("{customer} rings at {name}", names) : t("{customer} waits for {name}", names),
    seconds: secondsSince(call.since, now),
  };
}

// Calls that any agent may take: parked ones, and those that ring at colleagues. Pure.
import { readable, secondsSince } from "../kit/format";
import { t } from "../kit/i18n";
import type { RingingCall } from "../live/live_state";
import { callerName } from "../live/tasks";
import type { CallValue } from "../live/types";

export interface ParkedLine {
  call: string;
  slot: number;
  caller: string;
  /** The agent who parked the call. */
  by: string;
  seconds: number | null;
}

/** The parked calls by their slots. */
export function parkedLines(calls: ReadonlyMap<string, CallValue>, now: number): ParkedLine[] {
  const lines: ParkedLine[] = [];
  for (const call of calls.values()) {
    if (call.state !== "parked" || call.slot === null) continue;
    const by = call.handed?.agent_name ?? "";
    lines.push({ call: call.id, slot: call.slot, caller: callerName(call), by, seconds: secondsSince(call.since, now) });
  }
  return lines.sort((a, b) => a.slot - b.slot);
}

/** The caller's name, else the number. */
export function ringingCaller(one: RingingCall): string {
  return one.caller_name || readable(one.caller) || t("Withheld");
}

// The parties of a call and what each of them hears. Pure.
import { readable } from "../kit/format";
import { t } from "../kit/i18n";
import { legRoleName, legStateName, placementName, purposeName, stageName } from "./names";
import { monitorsOf, ownMode } from "./monitoring";
import { callerName } from "./tasks";
import type { CallValue, LegValue } from "./types";

export interface Party {
  key: string;
  role: LegValue["role"];
  agent: number | null;
  name: string;
  /** The party's state, in words. */
  doing: string;
  /** The state that gives the colour: a stage, a leg's state or a placement. */
  state: string;
}

/** The customer first, then the parties that talk, ring or listen. */
export function partiesOf(call: CallValue): Party[] {
  // Snoop legs are Asterisk's copies of the sound for a supervisor, who has a leg of their own.
  const legs = (call.legs ?? []).filter((leg) => leg.role !== "snoop" && leg.role !== "whisper");
  return [...legs.map((leg) => party(leg, call)), ...withoutLegs(call, legs)];
}

/** What the customer hears, unless the call's stage tells it already. */
export function customerHears(call: CallValue): string {
  const leg = call.legs?.find((one) => one.role === "customer");
  if (!leg) return "";
  const told =
    (call.state === "talking" && leg.placement === "bridge" && !leg.muted) ||
    call.state === "in fallback" ||
    call.state === "ended";
  return told ? "" : doingOf(leg).doing;
}

/** The agents of the call without a leg in it. */
function withoutLegs(call: CallValue, legs: readonly LegValue[]): Party[] {
  const there = new Set(legs.map((leg) => leg.agent));
  const missing: Party[] = [];
  const add = (agent: number, name: string | null, state: "offered" | "phone lost" | "in fallback") => {
    if (there.has(agent)) return;
    there.add(agent);
    const party = { key: `agent-${agent}`, role: "agent" as const, agent, state };
    missing.push({ ...party, name: name ?? legRoleName("agent"), doing: stageName(state) });
  };
  for (const offer of call.work?.offers ?? []) add(offer.agent, offer.agent_name, "offered");
  if (call.agent !== null && (call.state === "phone lost" || call.state === "in fallback")) {
    add(call.agent, call.agent_name, call.state);
  }
  return missing;
}

function party(leg: LegValue, call: CallValue): Party {
  const does = leg.role === "supervisor" ? supervising(leg, call) : doingOf(leg);
  return { key: leg.id, role: leg.role, agent: leg.agent, name: nameOf(leg, call), ...does };
}

function nameOf(leg: LegValue, call: CallValue): string {
  if (leg.role === "customer") return callerName(call);
  return leg.agent_name || readable(leg.number) || legRoleName(leg.role);
}

/** What a supervisor does in a call. */
function supervising(leg: LegValue, call: CallValue): { doing: string; state: string } {
  const own = monitorsOf(call).find((one) => one.agent === leg.agent);
  if (!own || own.connecting) return doingOf(leg);
  return { doing: ownMode(own.mode), state: "listen" };
}

function doingOf(leg: LegValue): { doing: string; state: string } {
  if (leg.state !== "up") return { doing: legStateName(leg.state), state: leg.state };
  if (leg.holding) return { doing: t("Held on the phone"), state: "held" };
  if (leg.muted) return { doing: t("Muted"), state: "muted" };
  if (leg.placement === null) return { doing: legStateName(leg.state), state: leg.state };
  if (leg.placement === "bridge") {
    const purpose = leg.purpose ?? "talk";
    return { doing: purposeName(purpose), state: purpose === "talk" ? "bridge" : purpose };
  }
  return { doing: placementName(leg.placement), state: leg.placement };
}

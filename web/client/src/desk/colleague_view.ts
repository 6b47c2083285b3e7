// Colleagues as the console shows them: who is found, in which order, and what a click does. Pure.
import { byName } from "../kit/name_order";
import { t } from "../kit/i18n";
import type { Lamp, Lamps } from "../live/lamps";
import { agentStateName } from "../live/names";
import type { AgentValue } from "../live/types";

/** A colleague, as `/api/v1/desk/colleagues` gives one. */
export interface Colleague {
  id: number;
  name: string;
  extension: string;
  group: string;
  /** Name, pinyin and groups, one a line. */
  spellings: string;
  lamp: Lamp | null;
}

export type Order = "free" | "extension";

/** What a click on a colleague does. */
export type Deed = "call" | "transfer" | "wait" | "when free" | "forget" | "";

/** The state that gives the colour; a phone that is away is a state of its own here. */
export function lampState(lamp: Lamp | null): string {
  if (!lamp) return "unknown";
  return isPhoneAway(lamp) ? "phone lost" : lamp.state;
}

export function lampWord(lamp: Lamp | null): string {
  if (!lamp) return t("Unknown");
  return isPhoneAway(lamp) ? t("Phone offline") : agentStateName(lamp.state);
}

const SIGNS: Readonly<Record<string, string>> = {
  ready: "circle-check",
  offered: "phone-calling",
  talking: "phone-call",
  "wrap-up": "hourglass",
  paused: "coffee",
  "signed out": "logout",
  "phone lost": "plug-connected-x",
};

/** The sign beside the colour. */
export function lampSign(lamp: Lamp | null): string {
  return SIGNS[lampState(lamp)] ?? "clock";
}

/** The lamp that the live connection tells, else the one that came with the list. */
export function lampOf(one: Colleague, lamps: Lamps): Lamp | null {
  return lamps.get(one.id) ?? one.lamp;
}

/** Those who are found by a text, in order. */
export function colleaguesShown(all: readonly Colleague[], lamps: Lamps, typed: string, order: Order): Colleague[] {
  const words = typed.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean);
  const found = all.filter((one) => words.every((word) => isFound(one, word)));
  return found.sort(
    (a, b) =>
      (order === "free" ? rank(lampOf(a, lamps)) - rank(lampOf(b, lamps)) : 0) ||
      (order === "extension" ? byExtension(a, b) : 0) ||
      byName(a.name, b.name) ||
      byExtension(a, b),
  );
}

/** What a click does: with a customer to hand on it leads to the transfer, else it calls. */
export function deedOf(one: Colleague, lamp: Lamp | null, agent: AgentValue | null, may: { dial: boolean; transfer: boolean }): Deed {
  if (!agent || agent.state === "signed out" || !lamp) return "";
  if (may.transfer && lamp.free) return "transfer";
  if (may.transfer && lamp.can_wait) return "wait";
  if (lamp.free) return may.dial ? "call" : "";
  return agent.wishes.includes(one.id) ? "forget" : "when free";
}

export function deedName(deed: Deed): string {
  switch (deed) {
    case "call":
      return t("Call");
    case "transfer":
      return t("Transfer or consult");
    case "wait":
      return t("Transfer and wait");
    case "when free":
      return t("Call when free");
    case "forget":
      return t("Cancel the call when free");
    case "":
      return "";
  }
}

export function deedIcon(deed: Deed): string {
  if (deed === "call") return "phone";
  if (deed === "forget") return "x";
  return deed === "when free" ? "bell" : "share";
}

/** The place after a key of a grid with so many columns; null for another key. */
export function placeAfter(key: string, at: number, count: number, columns: number): number | null {
  const steps: Readonly<Record<string, number>> = {
    ArrowRight: 1,
    ArrowLeft: -1,
    ArrowDown: columns,
    ArrowUp: -columns,
    Home: -count,
    End: count,
  };
  const step = steps[key];
  if (step === undefined || !count) return null;
  const to = at + step;
  // A row further there may be nothing: then it stays, except for the first and the last one.
  if (Math.abs(step) < count && (to < 0 || to >= count)) return at;
  return Math.min(count - 1, Math.max(0, to));
}

function isPhoneAway(lamp: Lamp): boolean {
  return !lamp.reachable && lamp.state !== "signed out";
}

function isFound(one: Colleague, word: string): boolean {
  if (/^\d+$/.test(word) && one.extension.includes(word)) return true;
  return one.spellings.includes(word) || one.name.toLowerCase().includes(word);
}

/** Free ones first, then those who will be free soonest. */
function rank(lamp: Lamp | null): number {
  if (!lamp) return 6;
  if (lamp.free) return 0;
  const order = ["wrap-up", "offered", "talking", "ready", "paused", "signed out"];
  return 1 + order.indexOf(lamp.state);
}

function byExtension(a: Colleague, b: Colleague): number {
  return a.extension.length - b.extension.length || (a.extension < b.extension ? -1 : Number(a.extension > b.extension));
}

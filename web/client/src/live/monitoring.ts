// Supervisors in a call: who takes part, and how. Pure.
import { t } from "../kit/i18n";
import type { AgentValue, CallValue, LegValue } from "./types";

export const MODES = ["listen", "whisper", "barge", "take-over"] as const;
export type MonitorMode = (typeof MODES)[number];
/** How a supervisor takes part now; after taking over they are the call's agent. */
export type PresentMode = Exclude<MonitorMode, "take-over">;

/** A supervisor in a call. */
export interface Monitor {
  agent: number;
  name: string;
  mode: PresentMode;
  /** The phone has not been picked up yet: nothing is heard. */
  connecting: boolean;
  /** Since when the phone is connected. */
  since: string;
}

const MODE_NAMES: Readonly<Record<MonitorMode, () => string>> = {
  listen: () => t("Listen"),
  whisper: () => t("Whisper"),
  barge: () => t("Barge in"),
  "take-over": () => t("Take over"),
};
const DOING: Readonly<Record<PresentMode, (name: string) => string>> = {
  listen: (name) => t("{name} is listening", { name }),
  whisper: (name) => t("{name} is whispering", { name }),
  barge: (name) => t("{name} is in the call", { name }),
};
const OWN: Readonly<Record<PresentMode, () => string>> = {
  listen: () => t("Listening"),
  whisper: () => t("Whispering"),
  barge: () => t("In the call"),
};

export const modeName = (mode: MonitorMode): string => MODE_NAMES[mode]();
export const monitorDoing = (one: Monitor): string => DOING[one.mode](one.name);
export const ownMode = (mode: PresentMode): string => OWN[mode]();

/** The supervisors in a call. */
export function monitorsOf(call: CallValue): Monitor[] {
  const legs = call.legs ?? [];
  return legs.flatMap((leg) => {
    if (leg.role !== "supervisor" || leg.agent === null) return [];
    const connecting = leg.state !== "up" || leg.placement !== "bridge";
    return [{ agent: leg.agent, name: leg.agent_name ?? "", mode: modeOf(leg, legs), connecting, since: leg.since }];
  });
}

/** The call that an agent monitors; null if the agent does not. */
export function monitoredCall(agent: AgentValue | null): string | null {
  const task = agent?.tasks?.find((one) => one.call !== null && one.work === `${one.call}/listen${agent.id}`);
  return task?.call ?? null;
}

function modeOf(leg: LegValue, legs: readonly LegValue[]): PresentMode {
  if (leg.placement === "bridge" && leg.purpose === "talk") return "barge";
  return legs.some((one) => one.role === "whisper" && one.agent === leg.agent) ? "whisper" : "listen";
}

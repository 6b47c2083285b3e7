// From when on a figure of the monitor is amber or red. Pure.
import type { Figure } from "../kit/types";
import type { AgentValue } from "../live/types";
import { secondsSince } from "../kit/format";

/** Amber and red of each figure; 0 is never. */
export type Thresholds = Partial<Record<Figure, readonly [number, number]>>;
export type Level = "" | "warn" | "alarm";

export function levelOf(thresholds: Thresholds, figure: Figure, value: number | null): Level {
  const [amber, red] = thresholds[figure] ?? [0, 0];
  if (value === null) return "";
  if (red && value >= red) return "alarm";
  return amber && value >= amber ? "warn" : "";
}

/** The level of an agent's tile: a long talk, or a long time not ready. */
export function agentLevel(thresholds: Thresholds, agent: AgentValue, now: number): Level {
  const seconds = secondsSince(agent.since, now);
  if (agent.state === "talking") return levelOf(thresholds, "talk", seconds);
  return agent.state === "paused" ? levelOf(thresholds, "not_ready", seconds) : "";
}

export function worse(one: Level, other: Level): Level {
  return one === "alarm" || other === "alarm" ? "alarm" : one || other;
}

// What colleagues do now, as the server tells it to pages that show them.
import type { AgentState } from "./types";

/** One agent's state, without the party that they speak with. */
export interface Lamp {
  id: number;
  state: AgentState;
  since: string;
  /** key of the not-ready reason, else empty */
  reason: string;
  /** when they mean to be ready again */
  back_at: string | null;
  reachable: boolean;
  /** A call rings there at once. */
  free: boolean;
  /** Busy with a call and ready for the next one: a customer can wait for them. */
  can_wait: boolean;
}

export type Lamps = ReadonlyMap<number, Lamp>;

/** The lamps after a message, which has all of them or those that changed. */
export function lampsAfter(known: Lamps, told: readonly Lamp[], all: boolean): Lamps {
  const lamps = new Map(all ? [] : known);
  for (const one of told) lamps.set(one.id, one);
  return lamps;
}

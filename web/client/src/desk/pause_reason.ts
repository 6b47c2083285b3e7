// The names of the not-ready reasons as the desk knows them.
import type { Choice } from "../kit/types";
import { learnReasonNames, reasonName } from "../live/reason_names";

/** Learn the reasons that this agent can choose. */
export function learnPauseReasons(reasons: readonly Choice[]): void {
  learnReasonNames(Object.fromEntries(reasons.map((one) => [one.key, one.name])));
}

export function pauseReasonName(key: string): string {
  return key ? reasonName(key) : "";
}

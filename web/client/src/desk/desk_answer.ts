// What the API returns about an agent's desk.
import type { Choice } from "../kit/types";
import type { AgentValue, CallValue, Phone } from "../live/types";
import type { PopWhen } from "./desk";

export interface DeskAnswer {
  agent: AgentValue | null;
  call: CallValue | null;
  outcomes: Choice[];
  pause_reasons: Choice[];
  decline_reasons?: Choice[];
  queue_names?: Record<string, string>;
  phone: { auto_answer: boolean; ring_volume: number; call_notice?: boolean; screen_pop: PopWhen; kind?: Phone; number?: string };
}

// Since when a supervisor monitors a call in the present way: the live state does not tell it.
import { now } from "../kit/clock";
import { monitoredCall, monitorsOf } from "../live/monitoring";
import type { AgentValue, CallValue } from "../live/types";

export class ModeClock {
  /** In milliseconds; null while it is the first way that the page has seen, which may be older. */
  since: number | null = null;
  private mode = "";

  hear(agent: AgentValue | null, call: CallValue | null): void {
    const monitored = call?.id === monitoredCall(agent) ? call : null;
    const own = monitored && monitorsOf(monitored).find((one) => one.agent === agent?.id);
    const mode = own && !own.connecting ? `${call?.id} ${own.mode}` : "";
    if (mode === this.mode) return;
    this.since = this.mode && mode && this.mode.startsWith(`${call?.id} `) ? now() : null;
    this.mode = mode;
  }
}

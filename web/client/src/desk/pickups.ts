// Picking up calls that ring at colleagues; the key p takes the one that rings longest.
import { toast } from "../kit/banners";
import { t } from "../kit/i18n";
import type { LiveSocket } from "../live/live_socket";
import type { RingingCall } from "../live/live_state";
import type { Desk } from "./desk";
import { isTaken } from "./shortcuts";

export class Pickups {
  constructor(
    private desk: Desk,
    private live: LiveSocket,
  ) {
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.repeat) return;
      if (event.key !== "p" || event.defaultPrevented || isTaken(event) || !this.canTake) return;
      event.preventDefault();
      const [longest] = this.ringing;
      if (longest) void this.take(longest.call);
      else toast(t("No call is ringing at a colleague."));
    });
  }

  /** Whether the agent has a phone and no call of their own. */
  get canTake(): boolean {
    const state = this.desk.agent?.state;
    return state === "ready" || state === "paused" || state === "wrap-up";
  }

  /** The calls that the agent can pick up now. */
  get ringing(): readonly RingingCall[] {
    return this.canTake ? this.live.ringing : [];
  }

  async take(call: string): Promise<void> {
    const problem = await this.desk.tryTo("pick up", "pickup", { call });
    if (problem) this.desk.complain(problem);
  }
}

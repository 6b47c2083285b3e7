// `window.hotline`: read by the browser tests, and never changed by them.
import type { Desk } from "./desk";
import type { LiveSocket } from "../live/live_socket";

export function showToTests(desk: Desk, live: LiveSocket): void {
  const shown = {};
  Object.defineProperties(shown, {
    phone: { enumerable: true, get: () => structuredClone(desk.phone.state) },
    agent: { enumerable: true, get: () => structuredClone(desk.agent) },
    call: { enumerable: true, get: () => structuredClone(desk.call) },
    live: {
      enumerable: true,
      get: () => ({ line: live.line, away: live.state.away, number: live.state.number }),
    },
  });
  Object.defineProperty(window, "hotline", { value: Object.freeze(shown) });
}

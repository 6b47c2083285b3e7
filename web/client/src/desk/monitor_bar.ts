// The call that a supervisor monitors, in the dock: the mode, since when, and keys to change it.
import { html, type TemplateResult } from "lit-html";

import { isTyping } from "../kit/keypad";
import { duration } from "../kit/format";
import { t } from "../kit/i18n";
import { icon } from "../kit/icon";
import { MODES, modeName, ownMode, type MonitorMode } from "../live/monitoring";
import type { Desk } from "./desk";
import type { Monitoring } from "./desk_view";

const ICONS: Readonly<Record<MonitorMode, string>> = {
  listen: "headset",
  whisper: "microphone",
  barge: "users",
  "take-over": "phone-check",
};

export function monitorBar(seen: Monitoring, desk: Desk): TemplateResult {
  const who = [seen.customer, seen.agent].filter(Boolean).join(" · ");
  const doing = seen.connecting ? t("Connecting…") : ownMode(seen.mode);
  return html`<div class="dock-call monitor-bar" data-testid="monitor-bar" data-mode=${seen.connecting ? "connecting" : seen.mode}>
    <span class="dock-text">
      <strong>${doing}${seen.seconds === null ? "" : html` <span class="timer" data-testid="monitor-timer">${duration(seen.seconds)}</span>`}</strong>
      <span class="text-secondary text-truncate" title=${who}><bdi>${who}</bdi></span>
    </span>
    <span class="btn-group monitor-modes" role="group" aria-label=${t("Take part in the call")}>
      ${MODES.map((mode, at) => {
        const now = mode === seen.mode && !seen.connecting;
        const label = modeName(mode);
        return html`<button
          type="button"
          class="btn ${now ? "active" : ""}"
          data-testid="mode-${mode}"
          aria-pressed=${now ? "true" : "false"}
          aria-keyshortcuts=${String(at + 1)}
          title="${label} (${at + 1})"
          ?disabled=${desk.busy !== "" || seen.connecting || now}
          @click=${() => desk.monitor(seen.call, mode)}
        >
          ${icon(ICONS[mode])}<span class="btn-label">${label}</span><kbd>${at + 1}</kbd>
        </button>`;
      })}
    </span>
    <button
      type="button"
      class="btn btn-outline-danger"
      data-testid="mode-stop"
      aria-keyshortcuts="Escape"
      title="${t("Stop")} (Esc)"
      ?disabled=${desk.busy !== ""}
      @click=${() => desk.monitor(seen.call, "stop")}
    >
      ${icon("player-stop")}<span class="btn-label">${t("Stop")}</span><kbd>Esc</kbd>
    </button>
  </div>`;
}

/** The keys 1 to 4 change the mode and Escape stops, unless something else takes keys. */
export function listenForModes(desk: Desk, seen: () => Monitoring | null): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.repeat || event.defaultPrevented) return;
    const monitoring = seen();
    if (!monitoring || desk.busy || isTyping(event.target)) return;
    if (document.querySelector("dialog[open], details.menu[open], :popover-open")) return;
    const mode = event.key === "Escape" ? "stop" : MODES[Number(event.key) - 1];
    if (!mode || (mode !== "stop" && (monitoring.connecting || mode === monitoring.mode))) return;
    event.preventDefault();
    void desk.monitor(monitoring.call, mode);
  });
}

// The lines above the dock's buttons: what is wrong with the phone, missed calls, errors.
import { html, nothing, type TemplateResult } from "lit-html";

import { t } from "../kit/i18n";
import { icon } from "../kit/icon";
import { monitorDoing } from "../live/monitoring";
import type { Desk } from "./desk";
import type { DeskView } from "./desk_view";

export function dockNotices(view: DeskView, desk: Desk): TemplateResult | typeof nothing {
  const phone = desk.phone.state;
  const lines: TemplateResult[] = [];
  if (view.needsPhone === "elsewhere") {
    lines.push(html`<span data-testid="phone-elsewhere">${t("Phone active in another tab")}</span>
      <button type="button" class="btn btn-sm" data-testid="take-over" @click=${() => desk.takeOverPhone()}>
        ${t("Move here")}
      </button>`);
  } else if (view.needsPhone === "connecting") {
    lines.push(html`<span class="spinner-border spinner-border-sm" aria-hidden="true"></span>
      <span data-testid="phone-connecting">
        ${phone.talk?.phase === "talking"
          ? t("The phone is reconnecting. Your talk goes on.")
          : t("Your phone is connecting…")}
      </span>`);
  } else if (view.needsPhone === "unreachable") {
    lines.push(html`<span>${t("Desk phone not registered")}</span>`);
  }
  for (const one of view.monitors) {
    lines.push(html`<span role="status" data-testid="monitor-sign" data-mode=${one.mode}
      >${icon(one.mode === "listen" ? "headset" : "microphone")} <strong>${monitorDoing(one)}</strong></span
    >`);
  }
  for (const warning of view.soundWarnings) {
    lines.push(html`<span class="text-danger" role="status" data-testid="sound-warning">${icon("activity")} ${warning}</span>`);
  }
  if (view.missed) {
    lines.push(html`<span data-testid="missed-calls" role="status"
      >${t("Missed calls: {count}. No more calls come until you are ready.", { count: view.missed })}</span
    >`);
  }
  if (phone.silenced) {
    lines.push(html`<button type="button" class="btn btn-sm btn-warning" data-testid="let-sound-out"
      @click=${() => desk.phone.letSoundOut()}>
      ${icon("volume")} ${t("Press to hear the caller")}
    </button>`);
  }
  const problem = desk.problem || phone.problem;
  if (problem) lines.push(html`<span class="text-danger" role="alert" data-testid="desk-problem">${problem}</span>`);
  return lines.length ? html`<div class="dock-notices">${lines.map((l) => html`<div>${l}</div>`)}</div>` : nothing;
}

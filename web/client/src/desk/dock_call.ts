// The call in the dock: who it is, how long, on hold, recorded, and why it was not answered.
import { html, nothing, type TemplateResult } from "lit-html";

import type { DeskView } from "./desk_view";
import { duration } from "../kit/format";
import { t } from "../kit/i18n";
import { icon } from "../kit/icon";

const LONG_HOLD_SECONDS = 60;

/** The other party, the time, and what is to be known of the call. */
export function callPart(view: DeskView): TemplateResult | typeof nothing {
  const caller = view.caller;
  if (!caller) return nothing;
  const number = caller.withheld ? t("Number withheld") : caller.number;
  const name = caller.name || number;
  const shownAs = view.shownAs ? t("Number shown: {number}", { number: view.shownAs }) : nothing;
  const title = view.dialled === null ? name : t("Calling {name}", { name });
  return html`<div class="dock-call" data-testid="dock-call">
    ${icon(callIcon(view))}
    <span class="dock-text">
      <a class="caller-link text-truncate" href="/desk" title=${title} data-testid="caller-name"
        ><bdi>${title}</bdi></a
      >
      <span class="text-secondary text-truncate">
        ${caller.name ? html`<span data-testid="caller-number">${number}</span> · ` : nothing}
        <span data-testid="call-queue">${view.queue}</span>
        ${view.unanswered
          ? html`<strong class="text-danger" data-testid="unanswered">${view.unanswered}</strong>`
          : shownAs}
        ${view.waited === null
          ? nothing
          : html` · ${
              view.state === "offered"
                ? t("waiting {time}", { time: duration(view.waited) })
                : t("waited {time}", { time: duration(view.waited) })
            }`}
        ${view.others.map(
          (one) => html` · <span data-testid="other-party">${one.name}:
              <span class="task" data-state=${one.state}>${one.doing}</span></span>`,
        )}
      </span>
      ${view.handed ? html`<span class="dock-handed" title=${view.handed} data-testid="handed">${view.handed}</span>` : nothing}
    </span>
    <span class="dock-signs">
      ${view.dialled !== null
        ? html`<span class="timer" data-testid="dial-timer">${duration(view.dialled)}</span>`
        : nothing}
      ${view.talked !== null
        ? html`<span class="timer" data-testid="talk-timer">${duration(view.talked)}</span>`
        : nothing}
      ${recording(view)}
      ${view.badge
        ? html`<span
            class="badge"
            data-state=${view.badge.state}
            data-testid="call-stage"
            ?data-long=${view.heldFor !== null && view.heldFor >= LONG_HOLD_SECONDS}
            >${view.badge.word}${view.heldFor === null
              ? nothing
              : html` <span class="numeric">${duration(view.heldFor)}</span>`}</span
          >`
        : nothing}
    </span>
  </div>`;
}

function recording(view: DeskView): TemplateResult | typeof nothing {
  if (view.recording === "on") {
    return html`<span class="rec-sign" data-testid="recording-on" title=${t("This call is being recorded.")}
      >${t("REC")}</span
    >`;
  }
  if (view.recording !== "failed") return nothing;
  return html`<span class="text-danger" data-testid="recording-failed">${t("Not recorded")}</span>`;
}

function callIcon(view: DeskView): string {
  if (view.state === "offered") return "phone-incoming";
  if (view.dialled !== null || view.unanswered) return "phone-outgoing";
  return view.held ? "phone-pause" : "phone-call";
}

// The lines of a talk with more than two parties: who hears whom, and what the agent may do.
import { html, nothing, type TemplateResult } from "lit-html";

import { duration } from "../kit/format";
import { t } from "../kit/i18n";
import { icon } from "../kit/icon";
import type { TalkAction, TalkLine, TalkView } from "./talk_view";

export interface TalkDoes {
  act(action: TalkAction): void;
  mute(line: TalkLine): void;
  remove(line: TalkLine): void;
}

/** `button` draws the button of an action. */
export function talkPanel(
  talk: TalkView,
  does: TalkDoes,
  busy: boolean,
  button: (action: TalkAction) => TemplateResult,
): TemplateResult {
  return html`<section
    class="dock-talk"
    tabindex="-1"
    aria-label=${t("Parties of the call")}
    data-testid="dock-talk"
    data-kind=${talk.kind}
    @keydown=${(event: KeyboardEvent) => {
      // On a button Enter presses that button.
      if (event.key !== "Enter" || event.repeat || event.target !== event.currentTarget) return;
      if (!talk.actions.includes("complete")) return;
      event.preventDefault();
      does.act("complete");
    }}
  >
    <ul class="talk-lines">
      ${talk.lines.map((one) => lineOf(one, does, busy))}
    </ul>
    ${talk.actions.length ? html`<div class="talk-actions">${talk.actions.map(button)}</div>` : nothing}
  </section>`;
}

function lineOf(one: TalkLine, does: TalkDoes, busy: boolean): TemplateResult {
  const muteLabel = one.muted ? t("Unmute {name}", { name: one.name }) : t("Mute {name}", { name: one.name });
  const dropLabel = one.ringing ? t("Cancel") : t("Remove {name}", { name: one.name });
  return html`<li data-testid="talk-line" data-state=${one.state}>
    <span class="state-dot" aria-hidden="true"></span>
    <span class="text-truncate" title=${one.words}><bdi>${one.words}</bdi></span>
    ${one.seconds === null ? nothing : html`<span class="numeric text-secondary">${duration(one.seconds)}</span>`}
    ${one.controlled && !one.ringing
      ? html`<button type="button" class="btn btn-sm btn-icon" aria-label=${muteLabel} title=${muteLabel}
          aria-pressed=${one.muted ? "true" : "false"} data-testid="mute-party" ?disabled=${busy}
          @click=${() => does.mute(one)}>${icon(one.muted ? "microphone-off" : "microphone")}</button>`
      : nothing}
    ${one.removable
      ? html`<button type="button" class="btn btn-sm btn-icon" aria-label=${dropLabel} title=${dropLabel}
          data-testid="remove-party" ?disabled=${busy} @click=${() => does.remove(one)}>${icon("x")}</button>`
      : nothing}
  </li>`;
}

// The menu of not-ready reasons with the planned end of the pause, and what the dock shows of it.
import { html, nothing, type TemplateResult } from "lit-html";

import { now } from "../kit/clock";
import { t } from "../kit/i18n";
import { icon } from "../kit/icon";
import { minutesForMore, overdueSeconds, ownBackWords, PLANNED_MINUTES } from "../live/planned_end";
import type { Desk } from "./desk";
import type { DeskView } from "./desk_view";

export class PauseMenu {
  private minutes = 0;

  constructor(
    private desk: Desk,
    private redraw: () => void,
  ) {}

  draw(view: DeskView): TemplateResult {
    const label = labelOf(view);
    return html`<details
      class="menu"
      data-testid="pause"
      @toggle=${(event: Event) => {
        if (!(event.target as HTMLDetailsElement).open) this.choose(0);
      }}
    >
      <summary class="btn" title=${label}>
        ${icon("coffee")}<span class="btn-label">${label}</span>${icon("chevron-down")}
      </summary>
      <div class="menu-list menu-up pause-menu" role="group" aria-label=${label}>
        <fieldset>
          <legend>${t("Planned end")}</legend>
          <div class="pause-ends">${PLANNED_MINUTES.map((minutes) => this.end(minutes))}</div>
        </fieldset>
        ${this.desk.pauseReasons.map(
          (reason) => html`<button
            type="button"
            class="dropdown-item ${reason.key === (view.rest || view.reason) ? "active" : ""}"
            data-testid="pause-reason"
            data-key=${reason.key}
            ?disabled=${this.desk.busy !== ""}
            @click=${(event: Event) => {
              const { minutes } = this;
              (event.target as Element).closest("details")?.removeAttribute("open");
              void this.desk.finish("paused", reason.key, minutes);
            }}
          >
            ${reason.name}
          </button>`,
        )}
      </div>
    </details>`;
  }

  private end(minutes: number): TemplateResult {
    const words = minutes ? t("{count} min", { count: minutes }) : t("None");
    return html`<input
        type="radio"
        class="btn-check"
        name="pause-end"
        id="pause-end-${minutes}"
        data-testid="pause-end"
        data-minutes=${minutes}
        .checked=${this.minutes === minutes}
        @change=${() => this.choose(minutes)}
      /><label class="btn btn-sm" for="pause-end-${minutes}">${words}</label>`;
  }

  private choose(minutes: number): void {
    if (this.minutes === minutes) return;
    this.minutes = minutes;
    this.redraw();
  }
}

/** When the agent means to be back, or how late they are; five minutes more by one click. */
export function plannedEnd(desk: Desk): TemplateResult | typeof nothing {
  const backAt = desk.agent?.back_at;
  if (!backAt) return nothing;
  const late = overdueSeconds(backAt, now()) !== null;
  const label = t("5 minutes more");
  return html`<span class="planned-end ${late ? "text-danger" : "text-secondary"}" data-testid="planned-end" ?data-late=${late}
    ><span class="numeric">${ownBackWords(backAt, now())}</span>
    <button
      type="button"
      class="btn btn-sm btn-quiet"
      title=${label}
      aria-label=${label}
      data-testid="pause-more"
      ?disabled=${desk.busy !== ""}
      @click=${() => void desk.setState("paused", desk.chosenReason(), minutesForMore(backAt, now()))}
    >
      ${t("+5 min")}
    </button></span
  >`;
}

function labelOf(view: DeskView): string {
  if (view.state === "talking") return t("Not ready after this call");
  if (view.state === "paused") return t("Change reason");
  return view.state === "wrap-up" ? t("Save & not ready") : t("Not ready");
}

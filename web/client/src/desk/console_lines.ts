// The dock's lines on others: colleagues who are called when free, customers who wait for a colleague.
import { html, nothing, type TemplateResult } from "lit-html";

import { now } from "../kit/clock";
import { duration } from "../kit/format";
import { t } from "../kit/i18n";
import { icon } from "../kit/icon";
import type { Colleagues } from "./colleagues";
import type { Desk } from "./desk";
import { sentOn } from "./sent_on";
import { wish } from "./wishes";

export class ConsoleLines {
  private told = new Set<number>();

  constructor(
    private desk: Desk,
    private colleagues: Colleagues,
    private announce: (sentence: string) => void,
    redraw: () => void,
  ) {
    desk.subscribe(() => this.speak());
    colleagues.onNames(() => {
      if (!this.desk.agent?.wishes?.length) return;
      this.speak();
      redraw();
    });
  }

  draw(): TemplateResult | typeof nothing {
    const { agent } = this.desk;
    if (!agent) return nothing;
    const wishes = agent.wishes ?? [];
    const waiting = sentOn(this.desk.moment().calls.values(), agent.id, now());
    if (!wishes.length && !waiting.length) return nothing;
    return html`<ul class="dock-console" data-testid="dock-console" aria-label=${t("You wait for")}>
      ${waiting.map(
        (one) => html`<li data-testid="sent-on" data-state=${one.state} data-call=${one.key}>
          <span class="state-dot" aria-hidden="true"></span><bdi class="text-truncate" title=${one.words}>${one.words}</bdi>
          ${one.seconds === null ? nothing : html`<span class="numeric text-secondary">${duration(one.seconds)}</span>`}
        </li>`,
      )}
      ${wishes.map((id) => this.chip(id))}
    </ul>`;
  }

  private chip(id: number): TemplateResult {
    const name = this.colleagues.nameOf(id);
    const label = t("Do not call {name} when free", { name });
    return html`<li class="wish" data-testid="wish" data-agent=${id}>
      ${icon("bell")}<bdi class="text-truncate">${t("Call {name} when free", { name })}</bdi>
      <button
        type="button"
        class="btn btn-sm btn-icon btn-quiet"
        title=${label}
        aria-label=${label}
        data-testid="wish-cancel"
        ?disabled=${this.desk.busy !== ""}
        @click=${() => void wish(this.desk, id, false)}
      >
        ${icon("x")}
      </button>
    </li>`;
  }

  /** Announce each new wish once, and each that is gone. */
  private speak(): void {
    const wishes = new Set(this.desk.agent?.wishes ?? []);
    const name = (id: number) => this.colleagues.nameOf(id);
    for (const id of wishes) {
      // Its name comes in a moment.
      if (this.told.has(id) || !name(id)) continue;
      this.told.add(id);
      this.announce(t("You will be called when {name} is free.", { name: name(id) }));
    }
    const isCalled = this.desk.agent?.state === "talking" || this.desk.agent?.state === "offered";
    for (const id of this.told) {
      if (wishes.has(id)) continue;
      this.told.delete(id);
      if (!isCalled) this.announce(t("No longer waiting for {name}.", { name: name(id) }));
    }
  }
}

// The ticker below the top bar: one line that steps through the appointments that are due.
// It stops while the mouse or the focus rests on it, by its button, and where motion is not wanted.
import { html, nothing, render } from "lit-html";

import { everySecond, now } from "../kit/clock";
import { t } from "../kit/i18n";
import { icon } from "../kit/icon";
import type { TodoStore } from "./todo";
import { stepped, tickerLines, type TickerLine } from "./todo_view";

const STEP_SECONDS = 6;
const PAUSED = "hotline-ticker-paused"; // in the browser's storage

export class Ticker {
  private lines: TickerLine[] = [];
  private id = "";
  private seconds = 0;
  private paused = localStorage.getItem(PAUSED) === "yes";
  private resting = false;
  /** What a screen reader was told already. */
  private told = new Set<string>();
  private said = "";
  private still = window.matchMedia("(prefers-reduced-motion: reduce)");

  constructor(
    private place: HTMLElement,
    private store: TodoStore,
  ) {
    store.subscribe(() => this.draw());
    everySecond(() => this.tick());
    for (const [begin, end] of [
      ["mouseenter", "mouseleave"],
      ["focusin", "focusout"],
    ] as const) {
      place.addEventListener(begin, () => (this.resting = true));
      place.addEventListener(end, () => (this.resting = place.matches(":hover")));
    }
    place.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
      event.preventDefault();
      this.step(event.key === "ArrowRight" ? 1 : -1);
    });
  }

  private tick(): void {
    const moving = !this.paused && !this.resting && !this.still.matches;
    this.seconds = moving ? this.seconds + 1 : 0;
    if (this.seconds >= STEP_SECONDS) this.step(1);
    else this.draw();
  }

  private step(by: number): void {
    this.seconds = 0;
    this.id = stepped(this.lines, this.id, by)?.id ?? "";
    this.draw();
  }

  private pause(): void {
    this.paused = !this.paused;
    localStorage.setItem(PAUSED, this.paused ? "yes" : "no");
    this.draw();
  }

  private draw(): void {
    this.lines = tickerLines(this.store.items, now());
    const line = this.lines.find((one) => one.id === this.id) ?? this.lines[0];
    this.id = line?.id ?? "";
    this.place.hidden = !line;
    // The button would vanish with the focus on it.
    if (!line) this.resting = false;
    this.announce();
    const place = this.lines.findIndex((one) => one.id === this.id) + 1;
    const several = this.lines.length > 1;
    const pause = this.paused ? t("Continue") : t("Pause");
    render(
      html`<div class="visually-hidden" aria-live="polite">${this.said}</div>
        ${line
          ? html`<div
              class="ticker"
              role="region"
              aria-label=${t("Appointments due")}
              data-testid="ticker-line"
              data-id=${line.id}
              data-overdue=${line.overdue ? "yes" : "no"}
            >
              ${icon("calendar")}
              <a class="text-truncate" href=${line.url} title=${line.text}>${line.text}</a>
              ${several
                ? html`<span class="numeric" data-testid="ticker-place">${place}/${this.lines.length}</span>
                    <button type="button" class="btn btn-icon btn-sm btn-quiet" data-testid="ticker-pause"
                      aria-pressed=${this.paused ? "true" : "false"} title=${pause} aria-label=${pause} @click=${() => this.pause()}>
                      ${icon(this.paused ? "player-play" : "player-pause")}
                    </button>
                    <button type="button" class="btn btn-icon btn-sm btn-quiet" data-testid="ticker-next" title=${t("Next appointment")}
                      aria-label=${t("Next appointment")} @click=${() => this.step(1)}>
                      ${icon("chevron-right")}
                    </button>`
                : nothing}
            </div>`
          : nothing}`,
      this.place,
    );
  }

  /** Tell a screen reader each line once, and again when it is overdue. */
  private announce(): void {
    const fresh = this.lines.filter((one) => !this.told.has(`${one.id}/${one.overdue}`));
    if (!fresh.length) return;
    for (const one of fresh) this.told.add(`${one.id}/${one.overdue}`);
    this.said = fresh.map((one) => one.text).join("; ");
  }
}

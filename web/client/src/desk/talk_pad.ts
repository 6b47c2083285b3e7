// The keypad of a talk: above its button, with the keys that were sent.
import { html, nothing, type TemplateResult } from "lit-html";

import { t } from "../kit/i18n";
import { keypad, toneOf } from "../kit/keypad";

export class TalkPad {
  isOpen = false;
  private sent = "";

  constructor(
    private send: (tone: string) => void,
    private redraw: () => void,
  ) {
    // While it is open, the keys of the keyboard are telephone keys too.
    document.addEventListener("keydown", (event) => {
      const tone = this.isOpen ? toneOf(event) : null;
      if (tone) this.press(tone);
    });
  }

  toggle = (): void => {
    if (this.isOpen) this.close();
    else this.isOpen = true;
    this.redraw();
  };

  close(): void {
    this.isOpen = false;
    this.sent = "";
  }

  /** `button` opens and closes it. */
  draw(button: TemplateResult): TemplateResult {
    return html`<div class="pad-place" @keydown=${this.onKey}>
      ${button}
      ${this.isOpen
        ? html`<div class="pad">
            <output class="pad-sent numeric" data-testid="keys-sent" aria-label=${t("Keys sent")}>${this.sent}</output>
            ${keypad((tone) => this.press(tone))}
          </div>`
        : nothing}
    </div>`;
  }

  private press(tone: string): void {
    this.sent += tone;
    this.send(tone);
    this.redraw();
  }

  private onKey = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || !this.isOpen) return;
    this.toggle();
    (event.currentTarget as HTMLElement).querySelector<HTMLElement>("[data-testid=keypad]")?.focus();
  };
}

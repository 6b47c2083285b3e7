// The dial box above its button in the dock: a field with suggestions, keys, and the last numbers.
import { html, nothing, type TemplateResult } from "lit-html";

import { ask } from "../kit/api";
import { t } from "../kit/i18n";
import { icon } from "../kit/icon";
import { isTyping, keypad } from "../kit/keypad";
import { wish } from "./wishes";
import { nextPlace } from "../search/search_place";
import type { Desk } from "./desk";
import {
  isNumber,
  suggestionsFor,
  type BookEntry,
  type DialledNumber,
  type Suggestion,
} from "./dial_suggestions";

const PAUSE_MS = 200; // after the last key, before the address book is asked
const LONGEST = 64;

export class DialBox {
  isOpen = false;
  private typed = "";
  private problem = "";
  private at = -1;
  private dialled: DialledNumber[] = [];
  private mayHide = false;
  private hides = false; // for one call
  private found: BookEntry[] = [];
  private asked = 0;
  private timer = 0;

  constructor(
    private desk: Desk,
    private redraw: () => void,
  ) {}

  toggle = (): void => {
    if (this.isOpen) return this.shut();
    this.open();
  };

  close(): void {
    this.isOpen = false;
    this.at = -1;
  }

  /** Call a number that stands on a page. If it cannot be dialled, the box tells why. */
  async call(number: string, shown: string, customer: number | null, hide = false): Promise<void> {
    const problem = await this.desk.dial(number, customer, hide);
    if (problem === null) return; // a second click
    if (!problem) this.hides = false;
    this.typed = problem ? shown : "";
    this.problem = problem;
    if (problem) this.open();
    else this.close();
    this.redraw();
    // During a call there is no box: the dock itself tells it.
    if (problem && !this.isOpen) this.desk.complain(problem);
  }

  /** `button` opens and closes it. */
  draw(button: TemplateResult): TemplateResult {
    return html`<div class="pad-place" @keydown=${this.onKey}>${button}${this.isOpen ? this.box() : nothing}</div>`;
  }

  private open(): void {
    this.isOpen = true;
    this.found = [];
    this.look(this.typed);
    void this.readDialled();
    this.redraw();
    // With a finger the keys of the box are used: the keyboard of the screen would cover them.
    if (!matchMedia("(pointer: coarse)").matches) this.field()?.select();
  }

  private shut(): void {
    this.close();
    this.problem = "";
    this.redraw();
    document.querySelector<HTMLElement>("#dock [data-testid=dial]")?.focus();
  }

  private box(): TemplateResult {
    const options = this.options();
    const marked = options[this.at];
    return html`<form
      class="pad dial-box"
      aria-label=${t("Call a number")}
      data-testid="dial-box"
      novalidate
      @submit=${(event: Event) => {
        event.preventDefault();
        this.enter();
      }}
    >
      <div class="dial-head">
        <label class="form-label" for="dial-to">${t("Name or number")}</label>
        <button type="button" class="btn btn-icon btn-quiet" aria-label=${t("Close")} @click=${() => this.shut()}>
          ${icon("x")}
        </button>
      </div>
      <div class="dial-line">
        <input
          id="dial-to"
          class="form-control ${this.problem ? "is-invalid" : ""}"
          type="text"
          role="combobox"
          autocomplete="off"
          enterkeyhint="go"
          maxlength=${LONGEST}
          aria-autocomplete="list"
          aria-controls="dial-options"
          aria-expanded=${options.length ? "true" : "false"}
          aria-activedescendant=${marked ? `dial-option-${this.at}` : nothing}
          aria-invalid=${this.problem ? "true" : nothing}
          aria-describedby=${this.problem ? "dial-problem" : nothing}
          data-testid="dial-to"
          .value=${this.typed}
          @input=${(event: Event) => this.type((event.target as HTMLInputElement).value)}
        />
        <button
          type="button"
          class="btn btn-icon"
          aria-label=${t("Delete the last character")}
          @pointerdown=${keepFocus}
          @click=${() => this.type(this.typed.slice(0, -1))}
        >
          ${icon("backspace")}
        </button>
      </div>
      ${this.problem
        ? html`<div class="text-danger" id="dial-problem" role="alert" data-testid="dial-problem">${this.problem}</div>`
        : nothing}
      ${this.desk.agent?.state === "wrap-up"
        ? html`<div class="text-secondary small">${t("Calling ends the wrap-up.")}</div>`
        : nothing}
      <ul id="dial-options" class="dial-options" role="listbox" aria-label=${t("Suggestions")} ?hidden=${!options.length}>
        ${options.map((one, place) => this.option(one, place))}
      </ul>
      <span class="visually-hidden" role="status"
        >${this.typed && options.length ? t("Suggestions: {count}", { count: options.length }) : ""}</span
      >
      <div class="dial-keys" @pointerdown=${keepFocus}>${keypad((tone) => this.type(this.typed + tone))}</div>
      ${this.mayHide ? this.hideField() : nothing}
      <button class="btn btn-success w-100" data-testid="dial-call" ?disabled=${this.desk.busy !== ""}>
        ${icon("phone")}${t("Call")}
      </button>
    </form>`;
  }

  private hideField(): TemplateResult {
    return html`<label class="form-check dial-hide"
      ><input
        class="form-check-input"
        type="checkbox"
        data-testid="dial-hide"
        .checked=${this.hides}
        @change=${(event: Event) => {
          this.hides = (event.target as HTMLInputElement).checked;
          this.problem = "";
          this.redraw();
        }}
      /><span class="form-check-label">${t("Hide my number")}</span></label
    >`;
  }

  private option(one: Suggestion, place: number): TemplateResult {
    return html`<li
      id="dial-option-${place}"
      role="option"
      class=${place === this.at ? "active" : ""}
      aria-selected=${place === this.at ? "true" : "false"}
      data-testid="dial-option"
      data-number=${one.number}
      @pointerdown=${keepFocus}
      @click=${() => this.choose(one)}
    >
      ${icon(one.icon)}
      <span class="dial-who">
        <bdi class="text-truncate">${one.name || one.shown}</bdi>
        <span class="text-secondary text-truncate">${[one.name ? one.shown : "", one.note].filter(Boolean).join(" · ")}</span>
      </span>
      ${one.presence ? html`<span class="task" data-state=${one.presence}>${one.presenceName}</span>` : nothing}
      ${one.busy === null ? nothing : this.whenFree(one, one.busy)}
    </li>`;
  }

  /** The field keeps the focus, so the key for the marked line is the way without a mouse. */
  private whenFree(one: Suggestion, colleague: number): TemplateResult {
    const isWished = this.desk.agent?.wishes?.includes(colleague) ?? false;
    const label = t("Call {name} when free", { name: one.name });
    return html`<button
      type="button"
      tabindex="-1"
      class="btn btn-sm"
      title="${label} (⇧↵)"
      aria-label=${label}
      data-testid="option-when-free"
      ?disabled=${isWished || this.desk.busy !== ""}
      @click=${(event: Event) => {
        event.stopPropagation();
        void this.wishFor(colleague);
      }}
    >
      ${icon("bell")}${t("When free")}
    </button>`;
  }

  private async wishFor(colleague: number): Promise<void> {
    this.problem = await wish(this.desk, colleague, true);
    if (!this.problem) this.close();
    this.redraw();
  }

  private options(): Suggestion[] {
    return suggestionsFor(this.typed, this.dialled, this.found);
  }

  private type(text: string): void {
    this.typed = text.slice(0, LONGEST);
    this.problem = "";
    this.at = -1;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.look(this.typed), PAUSE_MS);
    this.redraw();
  }

  private onKey = (event: KeyboardEvent): void => {
    if (!this.isOpen || event.isComposing) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      this.shut();
    } else if (event.key === "Enter" && event.shiftKey) {
      event.preventDefault();
      const colleague = this.options()[Math.max(0, this.at)]?.busy;
      if (colleague !== null && colleague !== undefined) void this.wishFor(colleague);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.at = nextPlace(this.at, this.options().length, event.key === "ArrowDown" ? 1 : -1);
      this.redraw();
      document.getElementById(`dial-option-${this.at}`)?.scrollIntoView({ block: "nearest" });
    } else if (/^[0-9*#+]$/.test(event.key) && !isTyping(event.target) && !hasModifier(event)) {
      event.preventDefault();
      this.type(this.typed + event.key);
    }
  };

  /** Enter calls what is marked, else the number that was typed; of a name, the first is marked. */
  private enter(): void {
    const options = this.options();
    const marked = options[this.at];
    if (marked) return this.choose(marked);
    if (!this.typed.trim()) {
      this.problem = t("Enter a name or a number.");
      return this.redraw();
    }
    if (!isNumber(this.typed) && options.length) {
      this.at = 0;
      return this.redraw();
    }
    void this.call(this.typed, this.typed, null, this.hides);
  }

  private choose(one: Suggestion): void {
    void this.call(one.number, one.shown, one.customer, this.hides);
  }

  /** Ask the address book; an answer that a later question has overtaken is dropped. */
  private look(text: string): void {
    const number = ++this.asked;
    if (!text.trim()) {
      this.found = [];
      return this.redraw();
    }
    ask<{ items: BookEntry[] }>("GET", `/api/v1/address-book?q=${encodeURIComponent(text)}`)
      .then(({ items }) => {
        if (number !== this.asked) return;
        this.found = items;
        this.redraw();
      })
      .catch(() => undefined); // a number can be dialled without suggestions
  }

  private async readDialled(): Promise<void> {
    try {
      const told = await ask<{ items: DialledNumber[]; may_hide: boolean }>("GET", "/api/v1/desk/dialled");
      this.dialled = told.items;
      this.mayHide = told.may_hide;
      if (!this.mayHide) this.hides = false;
      this.redraw();
    } catch {
      // The last numbers stay as they were.
    }
  }

  private field(): HTMLInputElement | null {
    return document.querySelector<HTMLInputElement>("#dial-to");
  }
}

/** A click on a key or a suggestion leaves the focus in the field. */
function keepFocus(event: Event): void {
  event.preventDefault();
}

function hasModifier(event: KeyboardEvent): boolean {
  return event.ctrlKey || event.metaKey || event.altKey;
}

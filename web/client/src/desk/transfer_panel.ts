// The transfer panel: one field that finds where a call can go, blind, after a consultation, or a
// party to add.
import { html, nothing, type TemplateResult } from "lit-html";

import { ask, BY_ITSELF } from "../kit/api";
import { now } from "../kit/clock";
import { duration, secondsSince } from "../kit/format";
import { t } from "../kit/i18n";
import { icon } from "../kit/icon";
import type { Desk } from "./desk";
import { KIND_ICONS, linesFor, nextMark, waitOf, type TransferTarget } from "./transfer_targets";

/** `wait` is a transfer to an agent who is busy, `front` one to the front of a queue. */
export type Way = "transfer" | "wait" | "front" | "consult" | "add";

/** Is told of each request, with the other party's name: asked, done or refused. */
export interface TransferHearer {
  asks(way: Way, name: string): void;
  done(way: Way, name: string): void;
  refused(): void;
}

/** The ways that are a transfer with something more. */
const MORE: Readonly<Partial<Record<Way, object>>> = { wait: { wait: true }, front: { front: true } };
const PAUSE_MS = 80; // after the last key, before the server is asked
const REFRESH_MS = 2000;
const LONGEST = 64;
const LONGEST_NOTE = 200;

export class TransferPanel {
  isOpen = false;
  private typed = "";
  private note = "";
  private problem = "";
  private marked = "";
  private found: TransferTarget[] = [];
  /** The text that `found` answers; null before the first answer. */
  private foundFor: string | null = null;
  /** Pressed before the answer for what was typed has come. */
  private wanted: Way | null = null;
  private asked = 0;
  private timer = 0;
  private addsOnly = false;

  constructor(
    private desk: Desk,
    private redraw: () => void,
    private hearer: TransferHearer,
  ) {}

  /** Open for any way, or only to add a party. */
  toggle(addsOnly: boolean): void {
    if (this.isOpen) return this.shut();
    Object.assign(this, { isOpen: true, typed: "", note: "", problem: "", marked: "", found: [], foundFor: null });
    this.wanted = null;
    this.addsOnly = addsOnly;
    this.look();
    this.redraw();
    this.focusField();
  }

  /** Open with the agent of this extension chosen. */
  choose(extension: string): void {
    if (this.isOpen) this.close();
    this.toggle(false);
    this.typed = extension;
    this.foundFor = null;
    this.look();
    this.redraw();
  }

  close(): void {
    this.isOpen = false;
    this.asked++;
    window.clearTimeout(this.timer);
  }

  /** `button` opens and closes it. */
  draw(button: TemplateResult): TemplateResult {
    return html`<div class="pad-place" @keydown=${this.onKey}>${button}${this.isOpen ? this.box() : nothing}</div>`;
  }

  private shut(): void {
    this.close();
    this.redraw();
    document.querySelector<HTMLElement>("#dock :is([data-testid=transfer], [data-testid=add])")?.focus();
  }

  private box(): TemplateResult {
    const lines = this.lines();
    const label = this.addsOnly ? t("Add to the call") : t("Transfer to");
    return html`<form
      class="pad transfer-panel"
      aria-label=${label}
      data-testid="transfer-panel"
      novalidate
      @submit=${(event: Event) => event.preventDefault()}
    >
      <div class="dial-head">
        <label class="form-label" for="transfer-to">${label}</label>
        <button type="button" class="btn btn-icon btn-quiet" aria-label=${t("Close")} @click=${() => this.shut()}>
          ${icon("x")}
        </button>
      </div>
      ${this.input(lines)}
      ${this.problem
        ? html`<div class="text-danger" id="transfer-problem" role="alert" data-testid="transfer-problem">${this.problem}</div>`
        : nothing}
      <ul id="transfer-options" class="dial-options" role="listbox" aria-label=${t("Suggestions")} ?hidden=${!lines.length}>
        ${lines.map((one, place) => this.option(one, place))}
      </ul>
      ${!lines.length && this.foundFor !== null
        ? html`<p class="text-secondary my-2" data-testid="transfer-nothing">${t("Nothing found.")}</p>`
        : nothing}
      <span class="visually-hidden" role="status"
        >${this.typed && lines.length ? t("Suggestions: {count}", { count: lines.length }) : ""}</span
      >
      ${this.addsOnly ? nothing : this.noteField()} ${this.buttons(lines)}
    </form>`;
  }

  private input(lines: readonly TransferTarget[]): TemplateResult {
    const place = lines.findIndex((one) => one.to === this.marked);
    return html`<input
      id="transfer-to"
      class="form-control ${this.problem ? "is-invalid" : ""}"
      type="text"
      role="combobox"
      autocomplete="off"
      enterkeyhint="go"
      maxlength=${LONGEST}
      placeholder=${t("Agent, queue or number")}
      aria-autocomplete="list"
      aria-controls="transfer-options"
      aria-expanded=${lines.length ? "true" : "false"}
      aria-activedescendant=${place >= 0 ? `transfer-option-${place}` : nothing}
      aria-invalid=${this.problem ? "true" : nothing}
      aria-describedby=${this.problem ? "transfer-problem" : nothing}
      data-testid="transfer-to"
      .value=${this.typed}
      @input=${(event: Event) => this.type((event.target as HTMLInputElement).value)}
    />`;
  }

  private noteField(): TemplateResult {
    return html`<label class="form-label mt-2" for="transfer-note">${t("Note for the next agent")}</label>
      <input
        id="transfer-note"
        class="form-control"
        type="text"
        autocomplete="off"
        maxlength=${LONGEST_NOTE}
        data-testid="transfer-note"
        .value=${this.note}
        @input=${(event: Event) => {
          this.note = (event.target as HTMLInputElement).value;
        }}
      />`;
  }

  private option(one: TransferTarget, place: number): TemplateResult {
    const since = secondsSince(one.since, now());
    const isMarked = one.to === this.marked;
    return html`<li
      id="transfer-option-${place}"
      role="option"
      class="${isMarked ? "active" : ""} ${one.free ? "" : "is-busy"}"
      aria-selected=${isMarked ? "true" : "false"}
      data-testid="transfer-option"
      data-to=${one.to}
      @pointerdown=${(event: Event) => event.preventDefault()}
      @click=${() => this.mark(one.to)}
    >
      ${icon(KIND_ICONS[one.kind] ?? "arrow-right")}
      <span class="dial-who">
        <bdi class="text-truncate">${one.name}</bdi>
        <span class="text-secondary text-truncate">${[one.kind_name === one.name ? "" : one.kind_name, one.note].filter(Boolean).join(" · ")}</span>
      </span>
      ${one.state
        ? html`<span class="transfer-state"
            ><span class="task" data-state=${one.state}>${one.state_name}</span>
            ${since === null ? nothing : html`<span class="numeric text-secondary">${duration(since)}</span>`}</span
          >`
        : html`<span class="transfer-state text-secondary">${waitOf(one, now())}</span>`}
    </li>`;
  }

  private buttons(lines: readonly TransferTarget[]): TemplateResult {
    const marked = lines.find((one) => one.to === this.marked);
    const speaks = !marked || marked.spoken_to;
    const press = (way: Way, look: string, picture: string, label: string, key: string, off: boolean) => html`<button
      type="button"
      class="btn ${look} ${this.desk.busy === way ? "btn-loading" : ""}"
      data-testid="do-${way}"
      ?disabled=${this.desk.busy !== "" || off}
      @click=${() => this.go(way)}
    >
      ${icon(picture)}${label}${key ? html`<kbd>${key}</kbd>` : nothing}
    </button>`;
    if (this.addsOnly) {
      return html`<div class="transfer-buttons">${press("add", "btn-primary", "user-plus", t("Add"), "↵", !speaks)}</div>`;
    }
    const waits = marked?.can_wait ?? false;
    return html`${waits
        ? html`<p class="text-secondary small my-2" id="wait-help" data-testid="wait-help">
            ${t("{name} is busy. The customer hears music until they are free, for 3 minutes at most, and then comes back to you.", { name: marked?.name ?? "" })}
          </p>`
        : nothing}
      <div class="transfer-buttons">
      ${waits
        ? press("wait", "btn-primary", "hourglass", t("Wait for them"), "↵", false)
        : press("transfer", "btn-primary", "share", t("Transfer"), "↵", false)}
      ${marked?.may_front ? press("front", "", "arrow-up", t("To the front"), "", false) : nothing}
      ${press("consult", "", "message", t("Consult first"), "⇧↵", !speaks || waits)}
      ${this.desk.call?.state === "talking" ? press("add", "", "user-plus", t("Add to the call"), "", !speaks || waits) : nothing}
    </div>`;
  }

  private lines(): TransferTarget[] {
    const lines = linesFor(this.typed, this.found);
    return this.addsOnly ? lines.filter((one) => one.spoken_to) : lines;
  }

  private type(text: string): void {
    this.typed = text;
    this.problem = "";
    this.wanted = null;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.look(), PAUSE_MS);
    this.redraw();
  }

  private mark(to: string): void {
    this.marked = to;
    this.problem = "";
    this.redraw();
  }

  private onKey = (event: KeyboardEvent): void => {
    if (!this.isOpen || event.isComposing) return;
    const inField = event.target instanceof HTMLInputElement;
    if (event.key === "Escape") {
      event.stopPropagation();
      this.shut();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const lines = this.lines();
      this.mark(nextMark(lines, this.marked, event.key === "ArrowDown" ? 1 : -1));
      const place = lines.findIndex((one) => one.to === this.marked);
      document.getElementById(`transfer-option-${place}`)?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter" && inField) {
      event.preventDefault();
      if (!event.repeat) this.go(this.addsOnly ? "add" : event.shiftKey ? "consult" : "transfer");
    }
  };

  /** Hand the call on to the marked line; Enter before the answer has come waits for it. */
  private go(way: Way): void {
    if (this.foundFor !== this.typed && this.typed.trim()) {
      this.wanted = way;
      return;
    }
    const line = this.lines().find((one) => one.to === this.marked);
    if (!line) return this.complain(t("Choose an agent, a queue or a number."));
    if (way === "transfer" && line.can_wait) return void this.send("wait", line);
    if ((way === "consult" || way === "add") && !line.spoken_to) return this.complain(t("Consult an agent or an outside number."));
    void this.send(way, line);
  }

  private async send(way: Way, line: TransferTarget): Promise<void> {
    const call = this.desk.agent?.call;
    if (!call) return;
    const body = { to: line.to, ...(way === "add" ? {} : { note: this.note.trim() }), ...MORE[way] };
    // The live state may tell of it before the answer comes.
    if (!this.desk.busy) this.hearer.asks(way, line.name);
    const path = MORE[way] ? "transfer" : way;
    const problem = await this.desk.tryTo(way, `calls/${encodeURIComponent(call)}/${path}`, body);
    if (problem === null) return; // a second click
    if (problem) {
      this.hearer.refused();
      return this.complain(problem);
    }
    this.close();
    this.hearer.done(way, line.name);
    this.redraw();
  }

  private complain(problem: string): void {
    this.problem = problem;
    this.redraw();
    this.focusField();
  }

  /** Ask for the places, and again while it is open; an answer that is overtaken is dropped. */
  private look(): void {
    window.clearTimeout(this.timer);
    const number = ++this.asked;
    const text = this.typed;
    ask<{ items: TransferTarget[] }>("GET", `/api/v1/desk/targets?q=${encodeURIComponent(text)}`, undefined, BY_ITSELF)
      .then(({ items }) => {
        if (number === this.asked && this.isOpen) this.take(text, items);
      })
      .catch(() => {
        // Without the server only a typed number can be chosen, which it may refuse.
        if (number === this.asked && this.isOpen && this.foundFor !== text) this.take(text, []);
      })
      .finally(() => {
        if (number === this.asked && this.isOpen) this.timer = window.setTimeout(() => this.look(), REFRESH_MS);
      });
  }

  private take(text: string, items: TransferTarget[]): void {
    const isNew = this.foundFor !== text;
    this.found = items;
    this.foundFor = text;
    const lines = this.lines();
    // The mark stays with its line when states change; a new text marks the first.
    if (isNew) this.marked = text.trim() ? (lines[0]?.to ?? "") : "";
    else if (!lines.some((one) => one.to === this.marked)) this.marked = "";
    const wanted = this.wanted;
    this.wanted = null;
    this.redraw();
    if (wanted) this.go(wanted);
  }

  /** With a finger the list is used: the keyboard of the screen would cover it. */
  private focusField(): void {
    if (!matchMedia("(pointer: coarse)").matches) document.getElementById("transfer-to")?.focus();
  }
}

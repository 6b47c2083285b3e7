// The dock at the foot of every page: the agent's state, call and telephone.
import { html, nothing, render, type TemplateResult } from "lit-html";

import { everySecond, now } from "../kit/clock";
import type { Desk } from "./desk";
import { deskView, type Button, type DeskView } from "./desk_view";
import { duration } from "../kit/format";
import { t } from "../kit/i18n";
import { icon } from "../kit/icon";
import { keypad } from "../kit/keypad";
import { agentStateName } from "../live/names";
import { SHORTCUTS } from "./shortcuts";
import type { Phone } from "../live/types";

const ABOVE = "#main, #toasts, #sidebar"; // elements that it must not cover

export class Dock {
  private kind: Phone = "browser";
  private padOpen = false;
  private spoken = "";
  private talked = false;

  constructor(
    private place: HTMLElement,
    private desk: Desk,
    private announce: (sentence: string) => void,
  ) {
    desk.subscribe(() => this.draw());
    desk.settings.onChange(() => this.draw());
    everySecond(() => this.draw());
    // The dock's height changes with its content; it must never cover the page's end.
    new ResizeObserver(() => {
      const height = `${place.offsetHeight}px`;
      for (const one of document.querySelectorAll<HTMLElement>(ABOVE)) {
        one.style.setProperty("--dock-height", height);
      }
    }).observe(place);
  }

  draw(): void {
    this.place.hidden = !this.desk.seated;
    document.body.classList.toggle("has-dock", this.desk.seated);
    if (!this.desk.seated) return;
    const moment = this.desk.moment();
    const view = deskView(moment, now());
    this.place.dataset.state = view.state;
    this.place.dataset.line = moment.phone.line;
    this.place.toggleAttribute("data-beat", view.state === "offered" && now() % 2000 < 1000);
    if (!view.buttons.includes("keypad")) this.padOpen = false;
    const focused = this.focused();
    render(this.content(view, moment.stale), this.place);
    if (focused) this.focusAgain(focused);
    this.speak(view);
  }

  /** The button of the dock that has the focus, by its name. */
  private focused(): string {
    const active = document.activeElement;
    return active instanceof HTMLElement && this.place.contains(active) ? (active.dataset.testid ?? "?") : "";
  }

  /** A button that was replaced leaves the focus to its successor, else to the dock's main button. */
  private focusAgain(name: string): void {
    if (document.activeElement && this.place.contains(document.activeElement)) return;
    const next =
      this.place.querySelector<HTMLElement>(`[data-testid="${name}"]:not([disabled])`) ??
      this.place.querySelector<HTMLElement>(".dock-buttons .btn:not([disabled], .btn-danger, .btn-outline-danger)") ??
      this.place.querySelector<HTMLElement>(".dock-buttons .btn:not([disabled])");
    next?.focus({ preventScroll: true });
  }

  private content(view: DeskView, stale: boolean): TemplateResult {
    return html`
      ${this.notices(view)}
      <div class="dock-row" aria-busy=${this.desk.busy ? "true" : "false"}>
        ${this.state(view, stale)} ${this.call(view)} ${this.otherTasks(view)}
        <div class="dock-buttons" data-testid="dock-buttons">
          ${view.answerOnTelephone
            ? html`<strong data-testid="answer-there">${t("Answer on your telephone.")}</strong>`
            : nothing}
          ${view.state === "signed out" ? this.signIn() : view.buttons.map((b) => this.button(b, view))}
          ${this.desk.settings.autoAnswer && view.state !== "signed out"
            ? html`<span class="badge" data-testid="auto-answer-on">${t("Auto-answer")}</span>`
            : nothing}
          ${this.desk.agent?.phone === "sip" && view.state !== "signed out" ? nothing : this.desk.settings.menu()}
        </div>
      </div>
      ${this.padOpen ? keypad((tone) => this.desk.phone.dtmf(tone)) : nothing}
    `;
  }

  private state(view: DeskView, stale: boolean): TemplateResult {
    const name = view.reason && view.state === "paused" ? this.reasonName(view.reason) : "";
    const seconds = view.state === "wrap-up" && view.left !== null ? view.left : view.seconds;
    return html`<div class="dock-agent" data-testid="agent-state" data-state=${view.offline ? "phone lost" : view.state}>
      <span class="state-dot" aria-hidden="true"></span>
      <span class="dock-text">
        <strong>${agentStateName(view.state)}</strong>
        ${view.offline
          ? html`<span class="text-secondary" data-testid="phone-offline">${t("Phone offline: no calls come")}</span>`
          : nothing}
        ${name ? html`<span class="text-secondary text-truncate" title=${name}>${name}</span>` : nothing}
        ${view.rest
          ? html`<span class="text-secondary text-truncate" data-testid="rest"
              >${t("After this call: {reason}", { reason: this.reasonName(view.rest) })}</span
            >`
          : nothing}
      </span>
      ${view.state === "signed out" || seconds === null || view.talked !== null
        ? nothing
        : html`<span class="timer" data-testid="state-timer" ?data-stale=${stale}
            ?data-ends=${view.state === "wrap-up" && seconds <= 5}
            >${view.state === "wrap-up" && view.left !== null
              ? t("{time} left", { time: duration(seconds) })
              : duration(seconds)}</span
          >`}
    </div>`;
  }

  private call(view: DeskView): TemplateResult | typeof nothing {
    const caller = view.caller;
    if (!caller) return nothing;
    const number = caller.withheld ? t("Number withheld") : caller.number;
    return html`<div class="dock-call" data-testid="dock-call">
      ${icon(view.state === "offered" ? "phone-incoming" : view.held ? "phone-pause" : "phone-call")}
      <span class="dock-text">
        <a class="caller-link text-truncate" href="/desk" title=${caller.name || number} data-testid="caller-name"
          ><bdi>${caller.name || number}</bdi></a
        >
        <span class="text-secondary text-truncate">
          ${caller.name ? html`<span data-testid="caller-number">${number}</span> · ` : nothing}
          <span data-testid="call-queue">${view.queue}</span>
          ${view.state === "offered" && view.waited !== null
            ? html` · ${t("waiting {time}", { time: duration(view.waited) })}`
            : nothing}
          ${view.others.map(
            (one) => html` · <span data-testid="other-party">${one.name}:
                <span class="task" data-state=${one.state}>${one.doing}</span></span>`,
          )}
        </span>
      </span>
      ${view.talked !== null
        ? html`<span class="timer" data-testid="talk-timer">${duration(view.talked)}</span>`
        : nothing}
      ${view.badge
        ? html`<span class="badge" data-state=${view.badge.state} data-testid="call-stage">${view.badge.word}</span>`
        : nothing}
    </div>`;
  }

  private otherTasks(view: DeskView): TemplateResult | typeof nothing {
    if (!view.otherTasks.length) return nothing;
    return html`<ul class="dock-tasks" aria-label=${t("Other tasks")} data-testid="other-tasks">
      ${view.otherTasks.map(
        (one) => html`<li data-testid="task">
          <span class="badge" data-state=${one.state}>${one.word}</span>
          <span class="text-truncate" title=${one.who}>${one.who}</span>
          ${one.seconds === null
            ? nothing
            : html`<span class="numeric">${one.countsDown ? "−" : ""}${duration(one.seconds)}</span>`}
        </li>`,
      )}
    </ul>`;
  }

  private signIn(): TemplateResult {
    return html`
      <label class="visually-hidden" for="dock-phone">${t("Telephone")}</label>
      <select
        id="dock-phone"
        class="form-select"
        data-testid="phone-kind"
        @change=${(event: Event) => {
          this.kind = (event.target as HTMLSelectElement).value as Phone;
        }}
      >
        <option value="browser" ?selected=${this.kind === "browser"}>${t("Softphone")}</option>
        <option value="sip" ?selected=${this.kind === "sip"}>${t("Desk phone (SIP)")}</option>
      </select>
      ${this.press("sign in", "login", t("Connect phone"), "btn-primary", () =>
        this.desk.signIn(this.kind),
      )}
    `;
  }

  private button(button: Button, view: DeskView): TemplateResult | typeof nothing {
    const { desk } = this;
    switch (button) {
      case "sign in":
        return nothing;
      case "ready":
        return this.press(
          button,
          "phone-check",
          view.state === "wrap-up" ? t("Save & ready") : t("Ready"),
          "btn-success",
          () => desk.finish("ready"),
        );
      case "more time":
        return this.press(button, "clock", t("+1 min"), "", () => desk.moreTime());
      case "pause":
        return this.pauseMenu(view);
      case "sign out":
        return this.press(button, "logout", t("Disconnect phone"), "btn-ghost-secondary", () =>
          desk.signOut(),
        );
      case "answer":
        return this.press(button, "phone", t("Answer"), "btn-success btn-big", () => desk.answer());
      case "decline":
        return this.press(button, "phone-off", t("Decline"), "btn-outline-danger", () => desk.act("decline"));
      case "hold":
        return this.press(button, "player-pause", t("Hold"), "", () => desk.act("hold"));
      case "resume":
        return this.press(button, "player-play", t("Resume"), "btn-warning", () => desk.act("resume"));
      case "mute":
        return this.press(button, "microphone", t("Mute"), "", () => desk.phone.mute(true));
      case "unmute":
        return this.press(button, "microphone-off", t("Unmute"), "btn-warning", () => desk.phone.mute(false));
      case "keypad":
        return this.press(button, "dialpad", t("Keypad"), this.padOpen ? "active" : "", () => {
          this.padOpen = !this.padOpen;
          this.draw();
        });
      case "hang up":
        return this.press(button, "phone-off", t("Hang up"), "btn-danger btn-big", () => desk.act("hangup"));
    }
  }

  private press(
    name: Button,
    picture: string,
    label: string,
    look: string,
    act: () => unknown,
  ): TemplateResult {
    const busy = this.desk.busy === name;
    const key = SHORTCUTS[name];
    return html`<button
      type="button"
      class="btn ${look} ${busy ? "btn-loading" : ""}"
      data-testid=${name.replace(" ", "-")}
      ?disabled=${this.desk.busy !== ""}
      aria-keyshortcuts=${key ?? nothing}
      title=${key ? `${label} (${key})` : label}
      @click=${act}
    >
      ${icon(picture)}<span class="btn-label">${label}</span>${key ? html`<kbd>${key}</kbd>` : nothing}
    </button>`;
  }

  private pauseMenu(view: DeskView): TemplateResult {
    const label =
      view.state === "talking"
        ? t("Not ready after this call")
        : view.state === "paused"
          ? t("Change reason")
          : view.state === "wrap-up"
            ? t("Save & not ready")
            : t("Not ready");
    return html`<details class="menu" data-testid="pause">
      <summary class="btn" title=${label}>
        ${icon("coffee")}<span class="btn-label">${label}</span>${icon("chevron-down")}
      </summary>
      <div class="menu-list menu-up" role="group" aria-label=${label}>
        ${this.desk.pauseReasons.map(
          (reason) => html`<button
            type="button"
            class="dropdown-item ${reason.key === (view.rest || view.reason) ? "active" : ""}"
            data-testid="pause-reason"
            data-key=${reason.key}
            ?disabled=${this.desk.busy !== ""}
            @click=${(event: Event) => {
              (event.target as Element).closest("details")?.removeAttribute("open");
              void this.desk.finish("paused", reason.key);
            }}
          >
            ${reason.name}
          </button>`,
        )}
      </div>
    </details>`;
  }

  private notices(view: DeskView): TemplateResult | typeof nothing {
    const phone = this.desk.phone.state;
    const lines: TemplateResult[] = [];
    if (view.needsPhone === "elsewhere") {
      lines.push(html`<span data-testid="phone-elsewhere">${t("Phone active in another tab")}</span>
        <button type="button" class="btn btn-sm" data-testid="take-over" @click=${() => this.desk.takeOverPhone()}>
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
    if (phone.silenced) {
      lines.push(html`<button type="button" class="btn btn-sm btn-warning" data-testid="let-sound-out"
        @click=${() => this.desk.phone.letSoundOut()}>
        ${icon("volume")} ${t("Press to hear the caller")}
      </button>`);
    }
    const problem = this.desk.problem || phone.problem;
    if (problem) lines.push(html`<span class="text-danger" role="alert" data-testid="desk-problem">${problem}</span>`);
    return lines.length ? html`<div class="dock-notices">${lines.map((l) => html`<div>${l}</div>`)}</div>` : nothing;
  }

  private reasonName(key: string): string {
    if (key === "no answer") return t("Missed call");
    if (key === "signed in") return t("Just connected");
    if (key === "phone lost") return t("Phone lost");
    return this.desk.pauseReasons.find((reason) => reason.key === key)?.name ?? key;
  }

  /** Announce each change once to screen readers. */
  private speak(view: DeskView): void {
    const who = view.caller?.name || view.caller?.number || t("a withheld number");
    const sentence = view.state === "offered" ? t("Incoming call from {caller}", { caller: who }) : spokenState(view);
    if (sentence === this.spoken) return;
    const ended = this.talked && view.talked === null && view.state !== "offered";
    this.talked = view.talked !== null;
    this.spoken = sentence;
    this.announce(ended ? `${t("The call has ended.")} ${sentence}` : sentence);
  }
}

/** The state in words, with what cannot be seen by ear: hold and mute. */
function spokenState(view: DeskView): string {
  const said = [view.held ? t("Caller on hold") : agentStateName(view.state)];
  if (view.muted) said.push(t("Microphone muted"));
  return said.join(". ");
}

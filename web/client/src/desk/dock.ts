// The dock at the foot of every page: the agent's state, call and telephone.
import { html, nothing, render, type TemplateResult } from "lit-html";

import { everySecond, now } from "../kit/clock";
import type { Colleagues } from "./colleagues";
import { ConsoleLines } from "./console_lines";
import { declineMenu } from "./decline_menu";
import type { Desk } from "./desk";
import { DialBox } from "./dial_box";
import { callPart } from "./dock_call";
import { listenForModes, monitorBar } from "./monitor_bar";
import { deskView, type Button, type DeskView } from "./desk_view";
import { dockNotices } from "./dock_notices";
import { duration } from "../kit/format";
import { t } from "../kit/i18n";
import { icon } from "../kit/icon";
import { agentStateName } from "../live/names";
import { reasonName } from "../live/reason_names";
import { PauseMenu, plannedEnd } from "./pause_menu";
import { SHORTCUTS, type DockButton } from "./shortcuts";
import { TalkPad } from "./talk_pad";
import { TalkActions } from "./talk_actions";
import type { Phone } from "../live/types";

const ABOVE = "#main, #toasts, #sidebar, #dock"; // elements that know its height

/** The button that stands in the place of another one after it was pressed. */
const OPPOSITE: Readonly<Record<string, string>> = { hold: "resume", resume: "hold", mute: "unmute", unmute: "mute" };

/** Draws a button of the dock: its name, icon, label, look, and what it does. */
export type Press = (
  name: DockButton,
  picture: string,
  label: string,
  look: string,
  act: () => unknown,
) => TemplateResult;

export class Dock {
  /** What the agent has chosen here; until then the phone of the last time. */
  private chosenKind: Phone | null = null;
  private typedNumber: string | null = null;
  private pad = new TalkPad(
    (tone) => this.desk.phone.dtmf(tone),
    () => this.draw(),
  );
  private dialBox: DialBox;
  private talk: TalkActions;
  private pauses: PauseMenu;
  private console: ConsoleLines;
  /** The button that had the focus before it was disabled or replaced; "" if none has lost it. */
  private lostFocus = "";
  private spoken = "";
  private talked = false;

  constructor(
    private place: HTMLElement,
    private desk: Desk,
    private announce: (sentence: string) => void,
    colleagues: Colleagues,
  ) {
    this.dialBox = new DialBox(desk, () => this.draw());
    this.pauses = new PauseMenu(desk, () => this.draw());
    this.console = new ConsoleLines(desk, colleagues, announce, () => this.draw());
    const press: Press = (...button) => this.press(...button);
    this.talk = new TalkActions(desk, press, () => this.draw(), announce);
    desk.subscribe(() => this.draw());
    listenForModes(desk, () => deskView(desk.moment(), now()).monitoring);
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

  /** Call a number that stands on a page. */
  call(number: string, shown: string, customer: number | null): void {
    void this.dialBox.call(number, shown, customer);
  }

  /** Open the transfer panel with an agent chosen. */
  transferTo(extension: string): void {
    this.talk.transferTo(extension);
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
    if (!view.buttons.includes("keypad")) this.pad.close();
    if (!view.buttons.includes("dial")) this.dialBox.close();
    this.talk.settle(view);
    const focused = this.focused() || this.lostFocus;
    render(this.content(view, moment.stale), this.place);
    if (!this.talk.takeFocus(view) && focused) this.focusAgain(focused);
    this.speak(view);
  }

  /** The button of the dock that has the focus, by its name. */
  private focused(): string {
    const active = document.activeElement;
    return active instanceof HTMLElement && this.place.contains(active) ? (active.dataset.testid ?? "?") : "";
  }

  /** A button that was replaced leaves the focus to its successor, else to the dock's main button. */
  private focusAgain(name: string): void {
    const active = document.activeElement;
    const isFocused = active !== null && active !== document.body && !active.matches(":disabled");
    // While something is under way no button can take it.
    this.lostFocus = !isFocused && this.desk.busy ? name : "";
    if (isFocused || this.lostFocus) return;
    const next =
      this.place.querySelector<HTMLElement>(`[data-testid="${name}"]:not([disabled])`) ??
      this.place.querySelector<HTMLElement>(`[data-testid="${OPPOSITE[name] ?? ""}"]:not([disabled])`) ??
      this.place.querySelector<HTMLElement>(".dock-buttons .btn:not([disabled], .btn-danger, .btn-outline-danger)") ??
      this.place.querySelector<HTMLElement>(".dock-buttons .btn:not([disabled])");
    next?.focus({ preventScroll: true });
  }

  private content(view: DeskView, stale: boolean): TemplateResult {
    return html`
      ${dockNotices(view, this.desk)} ${this.console.draw()} ${this.talk.draw(view)} ${this.otherTasks(view)}
      <div class="dock-row" aria-busy=${this.desk.busy ? "true" : "false"}>
        ${this.state(view, stale)}
        ${view.monitoring ? monitorBar(view.monitoring, this.desk) : callPart(view)}
        <div class="dock-buttons" data-testid="dock-buttons">
          ${view.answerOnTelephone
            ? html`<strong data-testid="answer-there">${t("Answer on your desk phone.")}</strong>`
            : nothing}
          ${view.state === "signed out" ? this.signIn() : view.buttons.map((b) => this.button(b, view))}
          ${this.desk.settings.autoAnswer && view.state !== "signed out"
            ? html`<span class="badge" data-testid="auto-answer-on">${t("Auto-answer")}</span>`
            : nothing}
          ${this.desk.agent?.phone !== "browser" && view.state !== "signed out" ? nothing : this.desk.settings.menu()}
        </div>
      </div>
    `;
  }

  private state(view: DeskView, stale: boolean): TemplateResult {
    const name = view.reason && view.state === "paused" ? this.reasonName(view.reason) : "";
    const seconds = view.state === "wrap-up" && view.left !== null ? view.left : view.seconds;
    return html`<div class="dock-agent" data-testid="agent-state" data-state=${view.offline ? "phone lost" : view.state}>
      <span class="state-dot" aria-hidden="true"></span>
      <span class="dock-text">
        <strong>${stateWord(view)}</strong>
        ${view.offline
          ? html`<span class="text-secondary" data-testid="phone-offline">${t("Phone offline: no calls come")}</span>`
          : nothing}
        ${name ? html`<span class="text-secondary text-truncate" title=${name}>${name}</span>` : nothing}
        ${view.state === "paused" ? plannedEnd(this.desk) : nothing}
        ${view.rest && !view.monitoring
          ? html`<span class="text-secondary text-truncate" data-testid="rest"
              >${t("After this call: {reason}", { reason: this.reasonName(view.rest) })}</span
            >`
          : nothing}
      </span>
      ${view.state === "signed out" || seconds === null || view.talked !== null || view.dialled !== null || view.monitoring
        ? nothing
        : html`<span class="timer" data-testid="state-timer" ?data-stale=${stale}
            ?data-ends=${view.state === "wrap-up" && seconds <= 5}
            >${view.state === "wrap-up" && view.left !== null
              ? t("{time} left", { time: duration(seconds) })
              : duration(seconds)}</span
          >`}
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
          ${one.call !== null && one.state === "held" ? this.turnButton(one.call, one.who) : nothing}
        </li>`,
      )}
    </ul>`;
  }

  /** Turns to a call on hold; the present one is put on hold. */
  private turnButton(call: string, who: string): TemplateResult {
    const label = t("Talk to {name}", { name: who });
    return html`<button
      type="button"
      class="btn btn-sm"
      data-testid="switch-call"
      ?disabled=${this.desk.busy !== ""}
      aria-keyshortcuts="x"
      title="${label} (x)"
      aria-label=${label}
      @click=${() => this.desk.act("resume", call)}
    >
      ${icon("arrows-exchange")}<kbd>x</kbd>
    </button>`;
  }

  private get kind(): Phone {
    return this.chosenKind ?? this.desk.settings.kind;
  }

  private get number(): string {
    return this.typedNumber ?? this.desk.settings.number;
  }

  private signIn(): TemplateResult {
    return html`
      <label class="visually-hidden" for="dock-phone">${t("Phone")}</label>
      <select
        id="dock-phone"
        class="form-select"
        data-testid="phone-kind"
        @change=${(event: Event) => {
          this.chosenKind = (event.target as HTMLSelectElement).value as Phone;
          this.draw();
        }}
      >
        <option value="browser" ?selected=${this.kind === "browser"}>${t("Softphone")}</option>
        <option value="sip" ?selected=${this.kind === "sip"}>${t("Desk phone (SIP)")}</option>
        <option value="outside" ?selected=${this.kind === "outside"}>${t("Outside number")}</option>
      </select>
      ${this.kind === "outside" ? this.outsideNumber() : nothing}
      ${this.press("sign in", "login", t("Connect phone"), "btn-primary", () =>
        this.desk.signIn(this.kind, this.number),
      )}
    `;
  }

  // The number outside at which the agent takes calls; a key takes each of them.
  private outsideNumber(): TemplateResult {
    return html`<input
      class="form-control dock-number"
      type="tel"
      autocomplete="tel"
      maxlength="64"
      aria-label=${t("Number of your phone")}
      placeholder=${t("Number of your phone")}
      data-testid="outside-number"
      .value=${this.number}
      @input=${(event: Event) => {
        this.typedNumber = (event.target as HTMLInputElement).value;
      }}
    />`;
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
        return this.pauses.draw(view);
      case "sign out":
        return this.press(button, "logout", t("Disconnect phone"), "btn-ghost-secondary", () =>
          desk.signOut(),
        );
      case "answer":
        return this.press(button, "phone", t("Answer"), "btn-success btn-big", () => desk.answer());
      case "decline":
        return declineMenu(
          desk,
          this.press(button, "phone-off", t("Decline"), "btn-outline-danger", () => desk.act("decline")),
        );
      case "dial":
        return this.dialBox.draw(
          this.press(button, "phone-outgoing", t("Call"), this.dialBox.isOpen ? "active" : "", this.dialBox.toggle),
        );
      case "hold":
        return this.press(button, "player-pause", t("Hold"), "", () => desk.act("hold"));
      case "resume":
        return this.press(button, "player-play", t("Resume"), "btn-warning", () => desk.act("resume"));
      case "mute":
        return this.press(button, "microphone", t("Mute"), "", () => desk.phone.mute(true));
      case "unmute":
        return this.press(button, "microphone-off", t("Unmute"), "btn-warning", () => desk.phone.mute(false));
      case "transfer":
        return this.talk.transferButton();
      case "park":
        return this.talk.parkButton();
      case "keypad":
        return this.pad.draw(
          this.press(button, "dialpad", t("Keypad"), this.pad.isOpen ? "active" : "", this.pad.toggle),
        );
      case "hang up":
        return this.press(
          button,
          "phone-off",
          view.talk?.kind === "conference" ? t("Leave") : t("Hang up"),
          "btn-danger btn-big",
          () => desk.act("hangup"),
        );
    }
  }

  private press(
    name: DockButton,
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
      data-testid=${name.replaceAll(" ", "-")}
      ?disabled=${this.desk.busy !== ""}
      aria-keyshortcuts=${key ?? nothing}
      title=${key ? `${label} (${key})` : label}
      @click=${act}
    >
      ${icon(picture)}<span class="btn-label">${label}</span>${key ? html`<kbd>${key}</kbd>` : nothing}
    </button>`;
  }

  private reasonName(key: string): string {
    return this.desk.pauseReasons.find((reason) => reason.key === key)?.name ?? reasonName(key);
  }

  /** Announce each change once to screen readers. */
  private speak(view: DeskView): void {
    const who = view.caller?.name || view.caller?.number || t("a withheld number");
    const sentence =
      view.state === "offered"
        ? [t("Incoming call from {caller}", { caller: who }), view.handed].filter(Boolean).join(". ")
        : view.dialled === null
          ? (view.talk?.spoken ?? spokenState(view))
          : t("Calling {name}", { name: who });
    if (sentence === this.spoken) return;
    const ended = this.talked && view.talked === null && view.state !== "offered";
    this.talked = view.talked !== null;
    this.spoken = sentence;
    this.announce(ended ? `${this.talk.takeParting() || this.end()} ${sentence}` : sentence);
  }

  /** How the talk ended, unless the agent handed it on. */
  private end(): string {
    const { call } = this.desk;
    return call && call.state !== "ended" ? t("You have left the call.") : t("The call has ended.");
  }
}

function stateWord(view: DeskView): string {
  if (view.monitoring) return t("Monitoring");
  return view.dialled === null ? agentStateName(view.state) : t("Calling");
}

/** The state in words, with what cannot be seen by ear: hold and mute. */
function spokenState(view: DeskView): string {
  if (view.monitoring) return stateWord(view);
  const said = [view.held ? t("Caller on hold") : agentStateName(view.state)];
  if (view.unanswered) said.unshift(view.unanswered);
  if (view.muted) said.push(t("Microphone muted"));
  return said.join(". ");
}

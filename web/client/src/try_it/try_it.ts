// The Try it page: a telephone for callers, in the browser, without an account.
import { html, nothing, render, type TemplateResult } from "lit-html";

import { ask } from "../kit/api";
import { readBoot } from "../kit/boot";
import { everySecond } from "../kit/clock";
import { duration, readable } from "../kit/format";
import { t } from "../kit/i18n";
import { icon } from "../kit/icon";
import type { Mount } from "../kit/islands";
import { JsSIPPhone } from "../desk/jssip_phone";
import { keypad, toneOf } from "../kit/keypad";
import { dialledNumber, guestStatus, type GuestMoment } from "./guest_view";
import type { Credentials } from "../kit/types";

const REACH_MS = 8000;

interface Hotline {
  number: string;
  name: string;
}

interface Pass {
  sip: Credentials;
  ice_servers: RTCIceServer[];
  until: string;
  numbers: string[];
}

/** A number without a name of its own has itself as the name. */
function label({ number, name }: Hotline): string {
  return name === number ? readable(number) : `${readable(number)} · ${name}`;
}

class GuestTelephone {
  private phone = new JsSIPPhone(new Audio());
  private chosen = "";
  private dialled = "";
  private problem = "";
  private preparing = false;
  private pressed = "";
  private ended = false;
  private lastSeconds = 0;
  private reachTimer = 0;

  constructor(
    private place: HTMLElement,
    private hotlines: Hotline[],
    private credentials: string,
  ) {
    this.chosen = hotlines[0]?.number ?? "";
    this.phone.onChange(() => this.changed());
    this.phone.onEnded(() => {
      this.ended = true;
      this.phone.disconnect();
    });
    this.draw();
  }

  tone(key: string): void {
    if (this.phone.state.talk?.phase !== "talking") return;
    this.phone.dtmf(key);
    this.pressed = (this.pressed + key).slice(-16);
    this.draw();
  }

  stop(): void {
    window.clearTimeout(this.reachTimer);
    this.phone.disconnect();
  }

  draw(): void {
    const talk = this.phone.state.talk;
    const since = talk?.talkingSince;
    if (since) this.lastSeconds = (Date.now() - since) / 1000;
    this.place.dataset.state = this.moment().phase;
    render(this.content(), this.place);
  }

  private moment(): GuestMoment {
    const talk = this.phone.state.talk;
    if (talk?.phase === "talking") return { phase: "talking" };
    if (talk || this.preparing) return { phase: "calling" };
    return { phase: this.ended ? "ended" : "idle" };
  }

  private content(): TemplateResult {
    const { phase } = this.moment();
    const during = phase === "calling" || phase === "talking";
    const problem = this.problem || this.phone.state.problem;
    const muted = this.phone.state.talk?.muted ?? false;
    return html`
      <label class="form-label" for="hotline">${t("Number to call")}</label>
      <select
        id="hotline"
        class="form-select form-select-lg"
        data-testid="hotline"
        ?disabled=${during}
        @change=${(event: Event) => (this.chosen = (event.target as HTMLSelectElement).value)}
      >
        ${this.hotlines.map((h) => html`<option value=${h.number}>${label(h)}</option>`)}
      </select>
      <div class="guest-display" role="status" data-testid="guest-status" data-phase=${phase}>
        <span>${guestStatus(phase)}</span>
        <span class="timer" data-testid="guest-timer" aria-hidden="true"
          >${phase === "talking" || phase === "ended" ? duration(this.lastSeconds) : ""}</span
        >
        <span class="guest-pressed" data-testid="pressed">${this.pressed}</span>
      </div>
      ${this.phone.state.line === "lost" && phase === "talking"
        ? html`<div class="alert alert-warning">${t("The phone is reconnecting. Your call continues.")}</div>`
        : nothing}
      ${problem
        ? html`<div class="alert alert-danger" role="alert" data-testid="guest-problem">
            ${icon("alert-circle")} ${problem}
            ${during ? nothing : html`<a class="alert-link" href="/sound-check">${t("Run audio check")}</a>`}
          </div>`
        : nothing}
      ${this.phone.state.silenced
        ? html`<button type="button" class="btn btn-warning w-100" @click=${() => this.phone.letSoundOut()}>
            ${icon("volume")} ${t("Press to hear the other side")}
          </button>`
        : nothing}
      ${keypad((key) => this.tone(key), phase !== "talking")}
      <div class="guest-buttons">
        ${during
          ? html`<button type="button" class="btn btn-danger btn-big" data-testid="guest-hang-up"
                @click=${() => this.hangUp()}>
                ${icon("phone-off")} ${t("Hang up")}
              </button>
              ${phase === "talking"
                ? html`<button type="button" class="btn ${muted ? "btn-warning" : ""}" data-testid="guest-mute"
                    aria-pressed=${muted ? "true" : "false"} @click=${() => this.phone.mute(!muted)}>
                    ${icon(muted ? "microphone-off" : "microphone")} ${muted ? t("Unmute") : t("Mute")}
                  </button>`
                : nothing}`
          : html`<button type="button" class="btn btn-success btn-big" data-testid="guest-call"
              ?disabled=${!this.chosen} @click=${() => void this.call()}>
              ${icon("phone")} ${t("Call")}
            </button>`}
      </div>
    `;
  }

  private async call(): Promise<void> {
    if (this.preparing) return;
    this.preparing = true;
    this.ended = false;
    this.problem = "";
    this.pressed = "";
    this.lastSeconds = 0;
    this.draw();
    try {
      // New credentials for each call: they are valid for one call, and for five minutes.
      const pass = await ask<Pass>("POST", this.credentials);
      if (!this.preparing) return;
      this.dialled = dialledNumber(this.chosen, pass.numbers);
      this.phone.connect({ ...pass.sip, ice_servers: pass.ice_servers, register: false });
      this.reachTimer = window.setTimeout(() => this.unreached(), REACH_MS);
    } catch (error) {
      this.preparing = false;
      this.problem = (error as Error).message;
      this.draw();
    }
  }

  private unreached(): void {
    if (!this.preparing) return;
    this.preparing = false;
    this.phone.disconnect();
    this.problem = t("The phone server did not respond. Try again in a moment.");
    this.draw();
  }

  private hangUp(): void {
    this.preparing = false;
    this.ended = true;
    window.clearTimeout(this.reachTimer);
    if (this.phone.state.talk) this.phone.hangup();
    else this.phone.disconnect();
    this.draw();
  }

  private changed(): void {
    if (this.preparing && this.phone.state.line === "registered") {
      this.preparing = false;
      window.clearTimeout(this.reachTimer);
      void this.phone.call(this.dialled);
    }
    const { problem, talk } = this.phone.state;
    // disconnect() clears the phone's problem; the reader must still see it. In a talk it may pass.
    if (problem || talk) this.problem = problem;
    this.draw();
  }
}

export const tryIt: Mount = (place) => {
  const hotlines = JSON.parse(place.dataset.hotlines ?? "[]") as Hotline[];
  const telephone = new GuestTelephone(
    place,
    hotlines,
    readBoot().try_it?.credentials ?? "/try-it/credentials",
  );
  const keys = (event: KeyboardEvent) => {
    const tone = toneOf(event);
    if (tone) telephone.tone(tone);
  };
  document.addEventListener("keydown", keys);
  const stopClock = everySecond(() => telephone.draw());
  return () => {
    document.removeEventListener("keydown", keys);
    stopClock();
    telephone.stop();
  };
};

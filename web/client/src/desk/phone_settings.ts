// The agent's phone settings: volume and auto answer are kept with the account, devices in this browser.
import { html, nothing, type TemplateResult } from "lit-html";

import { ask } from "../kit/api";
import { toast } from "../kit/banners";
import { t } from "../kit/i18n";
import { icon } from "../kit/icon";
import type { Phone } from "../live/types";

const DEVICES = "hotline-devices"; // in the browser's storage: names of hardware, nobody's data

export interface Devices {
  microphone: string;
  speaker: string;
  /** A second loudspeaker that rings too, for an agent who has put the headset down. */
  ringer: string;
}

type Kind = keyof Devices;

export class PhoneSettings {
  private found: MediaDeviceInfo[] = [];
  private listeners = new Set<() => void>();
  devices: Devices = readDevices();

  autoAnswer = false;
  volume = 70;
  /** Show a notification of the browser while the tab is hidden. */
  notifies = true;

  /** The phone that was connected last, and the outside number that was used last. */
  kind: Phone = "browser";
  number = "";

  constructor() {
    navigator.mediaDevices?.addEventListener?.("devicechange", () => void this.look());
  }

  /** Take what the server says. */
  learn(autoAnswer: boolean, volume: number, notifies = true): void {
    this.autoAnswer = autoAnswer;
    this.notifies = notifies;
    this.volume = volume;
    this.tell();
  }

  remember(kind: Phone = "browser", number = ""): void {
    this.kind = kind;
    this.number = number;
    this.tell();
  }

  onChange(listener: () => void): void {
    this.listeners.add(listener);
  }

  /** Read the devices; their names are known once the microphone was allowed. */
  async look(): Promise<void> {
    try {
      this.found = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
    } catch {
      this.found = [];
    }
    this.tell();
  }

  /** The chosen device if it is plugged in, else "" for the system's. */
  device(kind: Kind): string {
    const chosen = this.devices[kind];
    return this.found.length === 0 || this.found.some((one) => one.deviceId === chosen) ? chosen : "";
  }

  menu(): TemplateResult {
    return html`<details class="menu" data-testid="phone-settings" @toggle=${() => void this.look()}>
      <summary class="btn btn-icon" title=${t("Phone settings")} aria-label=${t("Phone settings")}>
        ${icon("settings")}
      </summary>
      <div class="menu-list menu-up phone-settings" role="group" aria-label=${t("Phone settings")}>
        ${this.choice("microphone", "audioinput", t("Microphone"))}
        ${this.choice("speaker", "audiooutput", t("Speaker"))}
        ${this.choice("ringer", "audiooutput", t("Second ringer"), t("None"))}
        <label class="form-label" for="phone-volume">${t("Ringer volume")}: ${this.volume} %</label>
        <input
          id="phone-volume"
          type="range"
          class="form-range"
          min="0"
          max="100"
          step="5"
          .value=${String(this.volume)}
          @input=${(event: Event) => {
            this.volume = Number((event.target as HTMLInputElement).value);
            this.tell();
          }}
          @change=${() => void this.keep()}
        />
        <label class="form-check mt-2">
          <input
            type="checkbox"
            class="form-check-input"
            data-testid="auto-answer"
            .checked=${this.autoAnswer}
            @change=${(event: Event) => {
              this.autoAnswer = (event.target as HTMLInputElement).checked;
              this.tell();
              void this.keep();
            }}
          />
          <span class="form-check-label">${t("Auto-answer")}</span>
        </label>
        <label class="form-check mt-2">
          <input
            type="checkbox"
            class="form-check-input"
            data-testid="call-notice"
            .checked=${this.notifies && permission() === "granted"}
            ?disabled=${permission() === "denied"}
            @change=${(event: Event) => void this.chooseNotice((event.target as HTMLInputElement).checked)}
          />
          <span class="form-check-label">${t("Notify me of calls while this tab is hidden")}</span>
          ${permission() === "denied"
            ? html`<span class="form-hint" data-testid="call-notice-blocked">${t("Your browser blocks notifications of this site.")}</span>`
            : nothing}
        </label>
        <a href="/sound-check">${t("Audio check")}</a>
      </div>
    </details>`;
  }

  private choice(kind: Kind, of: MediaDeviceKind, label: string, none = t("System default")): TemplateResult {
    const there = this.found.filter((one) => one.kind === of && one.deviceId && one.deviceId !== "default");
    const chosen = this.device(kind);
    return html`<label class="form-label" for="phone-${kind}">${label}</label>
      <select
        id="phone-${kind}"
        class="form-select mb-2"
        data-testid="device-${kind}"
        @change=${(event: Event) => {
          this.devices = { ...this.devices, [kind]: (event.target as HTMLSelectElement).value };
          writeDevices(this.devices);
          this.tell();
        }}
      >
        <option value="" ?selected=${chosen === ""}>${none}</option>
        ${there.map(
          (one, place) => html`<option value=${one.deviceId} ?selected=${one.deviceId === chosen}>
            ${one.label || t("Device {number}", { number: place + 1 })}
          </option>`,
        )}
      </select>`;
  }

  /** The browser is asked for its permission only here, after a click. */
  private async chooseNotice(wanted: boolean): Promise<void> {
    if (wanted && permission() === "default") await Notification.requestPermission();
    this.notifies = wanted;
    this.tell();
    await this.keep();
  }

  private async keep(): Promise<void> {
    try {
      const chosen = { auto_answer: this.autoAnswer, ring_volume: this.volume, call_notice: this.notifies };
      await ask("PUT", "/api/v1/desk/phone-settings", chosen);
    } catch (error) {
      toast(error instanceof Error ? error.message : t("Something went wrong."), "danger");
    }
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}

/** Whether the browser lets us notify; a browser that cannot is as one that blocks. */
function permission(): NotificationPermission {
  return "Notification" in window ? Notification.permission : "denied";
}

function readDevices(): Devices {
  const none = { microphone: "", speaker: "", ringer: "" };
  try {
    return { ...none, ...(JSON.parse(localStorage.getItem(DEVICES) ?? "{}") as Partial<Devices>) };
  } catch {
    return none;
  }
}

function writeDevices(devices: Devices): void {
  try {
    localStorage.setItem(DEVICES, JSON.stringify(devices));
  } catch {
    // Private windows may have no storage: the choice holds for this page.
  }
}

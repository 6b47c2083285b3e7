// The recording on the call's page: both sides, or one alone.
import { html, render } from "lit-html";

import { t } from "../kit/i18n";
import type { Mount } from "../kit/islands";

type Side = "both" | "caller" | "agent";

export const player: Mount = (place) => {
  const sound = place.querySelector("audio");
  const sides = place.querySelector<HTMLElement>("[data-sides]");
  if (!sound) return () => undefined;
  // Each source reports its failure; only when the last one fails there is nothing to hear.
  const failed = () =>
    window.setTimeout(() => {
      if (sound.networkState !== HTMLMediaElement.NETWORK_NO_SOURCE) return;
      place.querySelector("[data-sound-error]")?.removeAttribute("hidden");
    });
  sound.addEventListener("error", failed, true);
  let mixer: Mixer | null = null;
  let side: Side = "both";
  const choose = (chosen: Side) => {
    side = chosen;
    mixer ??= new Mixer(sound);
    mixer.choose(chosen);
    draw();
  };
  const draw = () => {
    if (!sides) return;
    const names: [Side, string][] = [
      ["caller", t("Caller (left)")],
      ["both", t("Both")],
      ["agent", t("Agent (right)")],
    ];
    render(
      html`<div class="btn-group" role="group" aria-label=${t("Play channel")}>
        ${names.map(
          ([key, name]) => html`<button type="button" class="btn ${key === side ? "active" : ""}"
            data-testid="side-${key}" aria-pressed=${key === side ? "true" : "false"} @click=${() => choose(key)}>
            ${name}
          </button>`,
        )}
      </div>`,
      sides,
    );
  };
  draw();
  return () => {
    sound.pause();
    mixer?.close();
  };
};

/** Left is the caller, right the agent; one side alone is played on both ears. */
class Mixer {
  private context = new AudioContext();
  private left: GainNode;
  private right: GainNode;

  constructor(sound: HTMLAudioElement) {
    const source = this.context.createMediaElementSource(sound);
    const split = this.context.createChannelSplitter(2);
    const merge = this.context.createGain();
    merge.channelCount = 1;
    merge.channelCountMode = "explicit";
    this.left = this.context.createGain();
    this.right = this.context.createGain();
    source.connect(split);
    split.connect(this.left, 0);
    split.connect(this.right, 1);
    this.left.connect(merge);
    this.right.connect(merge);
    merge.connect(this.context.destination);
    void this.context.resume();
  }

  choose(side: Side): void {
    this.left.gain.value = side === "agent" ? 0 : 1;
    this.right.gain.value = side === "caller" ? 0 : 1;
  }

  close(): void {
    void this.context.close();
  }
}

// The bars across all pages (web/kit/page_bar.py): loaded again when the live connection says so.
// A bar may ask for a sound, which is made once in this browser.
import htmx from "htmx.org";

import type { LiveSocket } from "../live/live_socket";

const SPREAD_MS = 2000; // many pages hear of a change at once
let asked = ""; // the key that waits for the browser's permission
const HEARD = "hotline-bar-heard"; // the key of the last bar that made its sound

export function bars(live: LiveSocket): void {
  let waiting = 0;
  live.onBars(() => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(load, Math.random() * SPREAD_MS);
  });
  document.body.addEventListener("htmx:afterSettle", sound);
  sound();
}

function load(): void {
  void htmx.ajax("get", "/bars", { target: "#bars", swap: "outerHTML" });
}

/** Make the sound of a bar that this browser has not made yet. */
function sound(): void {
  const wanted = document.querySelector<HTMLElement>("#bars [data-sound]")?.dataset.sound;
  if (!wanted || localStorage.getItem(HEARD) === wanted) return;
  if (asked === wanted) return;
  asked = wanted;
  const context = new AudioContext();
  // Before the first click on a page the browser blocks sound, and lets it through then.
  void context.resume().then(() => {
    if (localStorage.getItem(HEARD) === wanted) return void context.close();
    localStorage.setItem(HEARD, wanted);
    ring(context);
  });
}

function ring(context: AudioContext): void {
  for (const [after, pitch] of [
    [0, 880],
    [0.25, 660],
    [0.5, 880],
  ] as const) {
    const at = context.currentTime + after;
    const tone = context.createOscillator();
    const loudness = context.createGain();
    tone.frequency.value = pitch;
    loudness.gain.setValueAtTime(0.12, at);
    loudness.gain.exponentialRampToValueAtTime(0.001, at + 0.22);
    tone.connect(loudness).connect(context.destination);
    tone.start(at);
    tone.stop(at + 0.24);
  }
  window.setTimeout(() => void context.close(), 1500);
}

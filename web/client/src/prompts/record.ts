// Recording a prompt in the browser: record, hear it, then let callers hear it.
import htmx from "htmx.org";
import { html, nothing, render } from "lit-html";

import { toast } from "../kit/banners";
import { csrf } from "../kit/boot";
import { close, openMicrophone } from "../desk/microphone";
import { t } from "../kit/i18n";
import { icon } from "../kit/icon";
import type { Mount } from "../kit/islands";
import { monoOf, wavOf } from "./wav";

const MOST_MS = 10 * 60 * 1000;
const TICK_MS = 500;

interface Moment {
  phase: "idle" | "recording" | "recorded" | "sending";
  seconds: number;
  error: string;
}

export const recordPrompt: Mount = (place) => {
  if (!("MediaRecorder" in window)) return () => undefined;
  let moment: Moment = { phase: "idle", seconds: 0, error: "" };
  let microphone: MediaStream | null = null;
  let recorder: MediaRecorder | null = null;
  let ticker = 0;
  let made: Blob | null = null;
  let heard = "";

  const show = (change: Partial<Moment>) => {
    moment = { ...moment, ...change };
    draw();
  };
  const letGo = () => {
    window.clearInterval(ticker);
    if (microphone) close(microphone);
    microphone = null;
  };
  const forget = () => {
    if (heard) URL.revokeObjectURL(heard);
    heard = "";
    made = null;
  };
  const start = async () => {
    forget();
    try {
      microphone = await openMicrophone();
    } catch (error) {
      show({ error: error instanceof Error ? error.message : String(error) });
      return;
    }
    const pieces: Blob[] = [];
    recorder = new MediaRecorder(microphone);
    recorder.addEventListener("dataavailable", (event) => pieces.push(event.data));
    recorder.addEventListener("stop", () => void finish(new Blob(pieces)));
    recorder.start();
    const began = Date.now();
    ticker = window.setInterval(() => {
      show({ seconds: Math.floor((Date.now() - began) / 1000) });
      if (Date.now() - began > MOST_MS) stop();
    }, TICK_MS);
    show({ phase: "recording", seconds: 0, error: "" });
  };
  const stop = () => {
    if (recorder?.state === "recording") recorder.stop();
    letGo();
  };
  const finish = async (recorded: Blob) => {
    if (!place.isConnected) return;
    const reader = new AudioContext();
    try {
      const sound = await reader.decodeAudioData(await recorded.arrayBuffer());
      made = wavOf(monoOf(sound), sound.sampleRate);
      heard = URL.createObjectURL(made);
      show({ phase: "recorded", seconds: Math.round(sound.duration) });
    } catch {
      show({ phase: "idle", error: t("Nothing was recorded. Check the microphone and try again.") });
    } finally {
      void reader.close();
    }
  };
  const send = async () => {
    if (!made) return;
    show({ phase: "sending", error: "" });
    const form = new FormData();
    form.append("file", made, "recorded.wav");
    let said = t("The server cannot be reached. Please try again in a moment.");
    try {
      const answer = await fetch(place.dataset.url ?? "", {
        method: "POST",
        body: form,
        headers: { Accept: "application/json", "X-CSRF-Token": csrf() },
      });
      if (answer.ok) {
        toast(t("Replaced. Callers hear it from now on."));
        const page = place.dataset.page ?? location.pathname;
        await htmx.ajax("get", page, { target: "#main", swap: "innerHTML" });
        return;
      }
      const problem = (await answer.json()) as { detail?: string; errors?: { message?: string }[] };
      said = problem.errors?.[0]?.message ?? problem.detail ?? said;
    } catch {
      // The sentence above says it.
    }
    show({ phase: "recorded", error: said });
  };
  const button = (name: string, picture: string, label: string, act: () => void, look = "") =>
    html`<button type="button" class="btn ${look}" data-testid=${name} ?disabled=${moment.phase === "sending"} @click=${act}>
      ${icon(picture)}${label}
    </button>`;
  const draw = () => {
    const { phase, seconds, error } = moment;
    const recording = phase === "recording";
    const begin = phase === "idle" ? t("Record with the microphone") : t("Record again");
    render(
      html`<div class="d-flex flex-wrap gap-2 align-items-center">
          ${recording
            ? button("stop", "player-pause", t("Stop ({seconds} s)", { seconds }), stop, "btn-danger")
            : button("record", "microphone", begin, () => void start())}
          ${heard && !recording
            ? html`<audio controls src=${heard} aria-label=${t("The recording")} data-testid="recorded"></audio>
                ${button("use", "check", t("Let callers hear it"), () => void send(), "btn-primary")}`
            : nothing}
        </div>
        ${error ? html`<div class="alert alert-danger mt-2" role="alert">${error}</div>` : nothing}`,
      place,
    );
  };
  draw();
  return () => {
    stop();
    forget();
  };
};

// The sound check: microphone, loudspeaker, the path to the switch, and an echo from it.
import { html, nothing, render, type TemplateResult } from "lit-html";

import { ask } from "../kit/api";
import { readBoot } from "../kit/boot";
import { t } from "../kit/i18n";
import { icon } from "../kit/icon";
import type { Mount } from "../kit/islands";
import { JsSIPPhone } from "../desk/jssip_phone";
import { close, openMicrophone } from "../desk/microphone";
import { lostShare, sortCandidates, type Candidates, type SoundReport } from "../desk/sound_path";
import type { Credentials } from "../kit/types";

const LISTEN_MS = 3000;
const GATHER_MS = 4000;
const REACH_MS = 8000;
const ANSWER_MS = 8000;
const ECHO_MS = 5000;
const QUIET = 0.003; // of full scale: a muted microphone gives less
const SLOW_SECONDS = 0.4; // round trip; ITU-T G.114 calls 0.4 s one way unacceptable
const MUCH_LOST = 0.03;

type Part = "microphone" | "way" | "switch" | "echo";
type Verdict = "waiting" | "running" | "well" | "poor" | "bad";
interface Line {
  verdict: Verdict;
  said: string;
}
interface Pass {
  sip: Credentials;
  ice_servers: RTCIceServer[];
}

const PARTS: readonly Part[] = ["microphone", "way", "switch", "echo"];

class StopChecking extends Error {}

class SoundCheck {
  private phone: JsSIPPhone | null = null;
  private lines = new Map<Part, Line>();
  private level = 0;
  private running = false;
  private gone = false;

  constructor(
    private place: HTMLElement,
    private credentials: string,
    private echo: string,
  ) {
    this.draw();
  }

  stop(): void {
    this.gone = true;
    this.phone?.disconnect();
  }

  private async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    for (const part of PARTS) this.lines.set(part, { verdict: "waiting", said: "" });
    try {
      await this.hearMicrophone();
      const pass = await this.askForPass();
      await this.findWay(pass.ice_servers);
      await this.reachSwitch(pass);
      await this.hearEcho();
    } catch (error) {
      if (!(error instanceof StopChecking)) throw error;
    } finally {
      this.phone?.disconnect();
      this.phone = null;
      this.running = false;
      this.draw();
    }
  }

  private async hearMicrophone(): Promise<void> {
    this.note("microphone", "running", t("Say something…"));
    let stream: MediaStream;
    try {
      stream = await openMicrophone();
    } catch (error) {
      return this.giveUp("microphone", (error as Error).message);
    }
    const name = stream.getAudioTracks()[0]?.label ?? "";
    const loudest = await this.listenTo(stream);
    close(stream);
    this.level = 0;
    if (loudest >= QUIET) return this.note("microphone", "well", t("Sound received from {name}.", { name }));
    this.note("microphone", "poor", t("No sound from {name}. Is it muted?", { name }));
  }

  private async listenTo(stream: MediaStream): Promise<number> {
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    let loudest = 0;
    const until = Date.now() + LISTEN_MS;
    while (Date.now() < until && !this.gone) {
      await wait(60);
      analyser.getFloatTimeDomainData(samples);
      this.level = samples.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
      loudest = Math.max(loudest, this.level);
      this.draw();
    }
    await context.close();
    return loudest;
  }

  private async askForPass(): Promise<Pass> {
    this.note("way", "running", "");
    try {
      return await ask<Pass>("POST", this.credentials);
    } catch (error) {
      return this.giveUp("way", (error as Error).message);
    }
  }

  private async findWay(servers: RTCIceServer[]): Promise<void> {
    const found = await gather(servers);
    const wants = (kind: string) => servers.some((one) => String(one.urls).startsWith(kind));
    if (!found.host && !found.reflexive && !found.relay) {
      return this.giveUp("way", t("The browser found no network path for audio. Are you online?"));
    }
    if (wants("stun:") && !found.reflexive && !found.relay) {
      return this.note("way", "poor", t("The STUN server does not respond: this network may block UDP."));
    }
    if (wants("turn:") && !found.relay) {
      return this.note("way", "poor", t("The relay (TURN) does not respond; only direct paths are left."));
    }
    this.note("way", "well", t("Paths found: {ways}.", { ways: wayNames(found) }));
  }

  private async reachSwitch(pass: Pass): Promise<void> {
    this.note("switch", "running", "");
    const phone = new JsSIPPhone(new Audio());
    this.phone = phone;
    phone.connect({ ...pass.sip, ice_servers: pass.ice_servers, register: false });
    if (!(await became(() => phone.state.line === "registered", REACH_MS))) {
      return this.giveUp("switch", t("The phone server did not respond. Try again in a moment."));
    }
    this.note("switch", "well", t("Responding."));
  }

  private async hearEcho(): Promise<void> {
    const phone = this.phone;
    if (!phone) return;
    this.note("echo", "running", t("Say something: you will hear yourself."));
    await phone.call(this.echo);
    if (!(await became(() => phone.state.talk?.phase === "talking", ANSWER_MS))) {
      return this.giveUp("echo", phone.state.problem || t("The echo test did not respond."));
    }
    await wait(ECHO_MS);
    this.judgeEcho(await phone.soundReport());
  }

  private judgeEcho(report: SoundReport): void {
    if (!report.bytesHeard) return this.giveUp("echo", nothingHeard());
    const lost = lostShare(report);
    const numbers = {
      time: report.roundTrip === null ? "?" : String(Math.round(report.roundTrip * 1000)),
      lost: (lost * 100).toFixed(1),
    };
    if (lost > MUCH_LOST || (report.roundTrip ?? 0) > SLOW_SECONDS) {
      return this.note(
        "echo",
        "poor",
        t("Poor audio: {time} ms round trip, {lost} % lost. Use a wired connection if you can.", numbers),
      );
    }
    this.note("echo", "well", t("Audio OK: {time} ms round trip, {lost} % lost.", numbers));
  }

  private note(part: Part, verdict: Verdict, said: string): void {
    this.lines.set(part, { verdict, said });
    this.draw();
  }

  private giveUp(part: Part, said: string): never {
    this.note(part, "bad", said);
    throw new StopChecking();
  }

  private draw(): void {
    if (this.gone) return;
    const verdicts = [...this.lines.values()].map((line) => line.verdict);
    this.place.dataset.state = this.running ? "running" : verdicts.length ? worst(verdicts) : "idle";
    render(this.content(), this.place);
  }

  private content(): TemplateResult {
    return html`
      <div class="btn-list mb-3">
        <button type="button" class="btn btn-primary" data-testid="sound-check" ?disabled=${this.running}
          @click=${() => void this.run()}>
          ${icon("microphone")} ${t("Run audio check")}
        </button>
        <button type="button" class="btn" data-testid="sound-tone" @click=${() => void playTone()}>
          ${icon("volume")} ${t("Play a tone")}
        </button>
      </div>
      <ol class="list-group" aria-live="polite">
        ${PARTS.map((part) => this.line(part))}
      </ol>
    `;
  }

  private line(part: Part): TemplateResult {
    const { verdict, said } = this.lines.get(part) ?? { verdict: "waiting", said: "" };
    const listens = part === "microphone" && verdict === "running";
    return html`<li class="list-group-item d-flex gap-2" data-testid="sound-part" data-part=${part} data-state=${verdict}>
      <span class=${COLOURS[verdict]} aria-hidden="true">${icon(PICTURES[verdict])}</span>
      <span>
        <strong>${partName(part)}</strong> <span class="visually-hidden">${verdictName(verdict)}</span>
        ${said ? html`<span class="d-block text-secondary" data-testid="sound-said">${said}</span>` : nothing}
        ${listens
          ? html`<meter class="w-100" min="0" max="1" low="0.01" .value=${this.level} aria-label=${t("Volume")}></meter>`
          : nothing}
      </span>
    </li>`;
  }
}

function nothingHeard(): string {
  return t(
    "No audio: something between this browser and the phone server blocks it (UDP). Try another network. If it fails everywhere, ask an administrator to run `bin/hotline doctor`, which checks the external address.",
  );
}

const PICTURES: Record<Verdict, string> = {
  waiting: "clock",
  running: "hourglass",
  well: "check",
  poor: "alert-triangle",
  bad: "alert-circle",
};
const COLOURS: Record<Verdict, string> = {
  waiting: "text-secondary",
  running: "text-secondary",
  well: "text-success",
  poor: "text-warning",
  bad: "text-danger",
};

function partName(part: Part): string {
  switch (part) {
    case "microphone":
      return t("Microphone");
    case "way":
      return t("Network");
    case "switch":
      return t("Phone server");
    case "echo":
      return t("Echo test");
  }
}

function verdictName(verdict: Verdict): string {
  switch (verdict) {
    case "waiting":
      return t("not checked yet");
    case "running":
      return t("checking");
    case "well":
      return t("OK");
    case "poor":
      return t("poor");
    case "bad":
      return t("not working");
  }
}

function wayNames(found: Candidates): string {
  const names = [];
  if (found.host) names.push(t("direct"));
  if (found.reflexive) names.push(t("through the firewall (STUN)"));
  if (found.relay) names.push(t("over the relay (TURN)"));
  return names.join(", ");
}

function worst(verdicts: Verdict[]): Verdict {
  return (["bad", "poor", "waiting"] as const).find((one) => verdicts.includes(one)) ?? "well";
}

/** Have the browser look for paths, as it would for a call. */
async function gather(servers: RTCIceServer[]): Promise<Candidates> {
  const connection = new RTCPeerConnection({ iceServers: servers });
  const types: (string | null)[] = [];
  connection.addEventListener("icecandidate", ({ candidate }) => {
    if (candidate?.candidate) types.push(candidate.type);
  });
  connection.addTransceiver("audio");
  await connection.setLocalDescription(await connection.createOffer());
  await became(() => connection.iceGatheringState === "complete", GATHER_MS);
  connection.close();
  return sortCandidates(types);
}

async function playTone(): Promise<void> {
  const context = new AudioContext();
  const tone = context.createOscillator();
  const volume = context.createGain();
  tone.frequency.value = 440;
  volume.gain.value = 0.2;
  tone.connect(volume).connect(context.destination);
  tone.start();
  await wait(1000);
  tone.stop();
  await context.close();
}

async function became(true_: () => boolean, within: number): Promise<boolean> {
  const until = Date.now() + within;
  while (!true_()) {
    if (Date.now() > until) return false;
    await wait(50);
  }
  return true;
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => window.setTimeout(resolve, milliseconds));
}

export const soundCheck: Mount = (place) => {
  const boot = readBoot().sound_check;
  const check = new SoundCheck(place, boot?.credentials ?? "/sound-check/credentials", boot?.echo ?? "*43");
  return () => check.stop();
};

// The softphone made with JsSIP: SIP and WebRTC. softphone.ts decides what a state means.
import { UA } from "jssip";
import type { EndEvent, RTCSession } from "jssip/lib/RTCSession";
import type { IncomingRTCSessionEvent, RTCSessionEvent, UAEventMap } from "jssip/lib/UA";

import { t } from "../kit/i18n";
import { close, openMicrophone } from "./microphone";
import { phoneAddress, PhoneSocket } from "./phone_socket";
import {
  PHONE_OFF,
  phoneStep,
  ringingTalk,
  type PhoneCredentials,
  type PhoneEvent,
  type PhoneState,
  type Softphone,
} from "./softphone";
import { sentenceForCause } from "./phone_causes";
import { readStats, soundProblem, type SoundReport } from "./sound_path";

const REGISTER_SECONDS = 60;
const REGISTER_AGAIN_MS = 1500;
const ICE_PATIENCE_MS = 500; // host candidates come at once
const ICE_SERVER_PATIENCE_MS = 2000; // STUN servers and relays take a few round trips
const NO_WAY = "RTP Timeout"; // why JsSIP ends a call whose ICE failed
const SOUND_PATIENCE_MS = 4000;
const SOUND_AGAIN_MS = 1000;

/** One call of this phone. */
interface Line {
  readonly call: string;
  session: RTCSession | null; // null while the microphone is opened
  microphone: MediaStream | null;
  sound: MediaStream | null;
}

export class JsSIPPhone implements Softphone {
  state: PhoneState = PHONE_OFF;
  private agent: UA | null = null;
  private socket: PhoneSocket | null = null;
  private lines: Line[] = [];
  private domain = "";
  private registers = false;
  private iceServers: RTCIceServer[] = [];
  private soundTimer = 0;
  private registerTimer = 0;
  private changed: ((state: PhoneState) => void)[] = [];
  private ringing: ((call: string) => void)[] = [];
  private answered: ((call: string) => void)[] = [];
  private ended: ((call: string, why: string) => void)[] = [];

  constructor(private loudspeaker: HTMLAudioElement) {}

  onChange(listener: (state: PhoneState) => void): void {
    this.changed.push(listener);
  }
  onRinging(listener: (call: string) => void): void {
    this.ringing.push(listener);
  }
  onAnswered(listener: (call: string) => void): void {
    this.answered.push(listener);
  }
  onEnded(listener: (call: string, why: string) => void): void {
    this.ended.push(listener);
  }

  connect(credentials: PhoneCredentials): void {
    if (this.agent) this.abandon();
    this.domain = credentials.domain;
    this.registers = credentials.register;
    this.iceServers = credentials.ice_servers ?? [];
    this.socket = new PhoneSocket(phoneAddress());
    const agent = new UA({
      sockets: [this.socket],
      uri: `sip:${credentials.user}@${credentials.domain}`,
      authorization_user: credentials.user,
      password: credentials.password,
      register: credentials.register,
      register_expires: REGISTER_SECONDS,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 2,
      // A refresh over a broken connection would end the talk.
      session_timers: false,
      user_agent: "Hotline",
    });
    this.agent = agent;
    const on = <E extends keyof UAEventMap>(event: E, listener: UAEventMap[E]) =>
      agent.on(event, ((...args: unknown[]) => {
        if (this.agent === agent) (listener as (...args: unknown[]) => void)(...args);
      }) as UAEventMap[E]);
    this.step({ what: "connecting" });
    on("connected", () => {
      if (!credentials.register) this.step({ what: "registered" });
    });
    on("registered", () => {
      this.step({ what: "registered" });
      for (const { session } of this.lines) {
        if (session?.isEstablished()) tellOfNewConnection(session);
      }
    });
    on("disconnected", () => this.step({ what: "line lost" }));
    on("registrationFailed", ({ response, cause }) => this.notRegistered(response, cause));
    on("newRTCSession", (event: RTCSessionEvent) => this.newSession(event));
    agent.start();
  }

  disconnect(): void {
    this.stop();
    this.step({ what: "switched off" });
  }

  abandon(): void {
    this.socket?.silence();
    this.stop();
    this.step({ what: "elsewhere" });
  }

  async call(number: string): Promise<void> {
    if (!this.agent || this.lines.length) return;
    this.step({ what: "calls out" });
    let microphone: MediaStream;
    try {
      microphone = await openMicrophone();
    } catch (error) {
      this.over(null, "", "");
      this.step({ what: "problem", sentence: (error as Error).message });
      return;
    }
    if (!this.state.talk || !this.agent) return close(microphone);
    const line: Line = { call: "", session: null, microphone, sound: null };
    this.lines.push(line);
    const session = this.agent.call(`sip:${number}@${this.domain}`, {
      mediaStream: microphone,
      pcConfig: { iceServers: this.iceServers },
    });
    this.hearFrom(line, session.connection);
  }

  async answer(): Promise<void> {
    const call = ringingTalk(this.state)?.call;
    const line = this.lines.find((one) => one.call === call);
    if (line) await this.pickUp(line);
  }

  private async pickUp(line: Line): Promise<void> {
    const { session, call } = line;
    if (!session) return;
    this.step({ what: "answering", call });
    this.play();
    let microphone: MediaStream;
    try {
      microphone = await openMicrophone();
    } catch (error) {
      // The caller goes to the next agent; this agent reads what to do.
      if (!session.isEnded()) session.terminate({ status_code: 480 });
      this.step({ what: "problem", sentence: (error as Error).message });
      return;
    }
    if (!this.lines.includes(line) || session.isEnded()) return close(microphone);
    line.microphone = microphone;
    session.answer({ mediaStream: microphone, pcConfig: { iceServers: this.iceServers } });
  }

  turnTo(call: string): void {
    this.step({ what: "turned", call });
    this.play();
  }

  hangup(): void {
    const talk = this.state.talk;
    const session = this.current?.session;
    if (session && !session.isEnded()) session.terminate();
    else if (talk) this.over(this.current, talk.call, "");
  }

  mute(muted: boolean): void {
    const session = this.current?.session;
    if (!session) return;
    if (muted) session.mute({ audio: true });
    else session.unmute({ audio: true });
    this.step({ what: "muted", muted });
  }

  dtmf(tone: string): void {
    if (this.state.talk?.phase !== "talking") return;
    // RFC 4733 through the browser's own RTCDTMFSender; the menus do not understand INFO.
    this.current?.session?.sendDTMF(tone, { transportType: "RFC2833" as never, duration: 120 });
  }

  async packetsHeard(): Promise<number> {
    return (await this.soundReport()).packetsHeard;
  }

  /** The state of this talk's sound. */
  async soundReport(): Promise<SoundReport> {
    const reports = await this.current?.session?.connection?.getStats();
    return readStats(reports ? [...(reports as unknown as Map<string, { type: string }>).values()] : []);
  }

  letSoundOut(): void {
    void this.loudspeaker.play().then(() => this.step({ what: "silenced", silenced: false }));
  }

  private get current(): Line | null {
    return this.lines.find((one) => one.call === this.state.talk?.call) ?? null;
  }

  private newSession(event: RTCSessionEvent): void {
    const session = event.session;
    let line = this.lines.find((one) => one.session === null) ?? null;
    if (event.originator === ("remote" as never)) line = this.incoming(event as IncomingRTCSessionEvent);
    else if (line) line.session = session;
    if (!line || session.isEnded()) return;
    const known = line;
    session.on("peerconnection", ({ peerconnection }) => this.hearFrom(known, peerconnection));
    session.on("icecandidate", ({ candidate, ready }) => {
      const more = this.iceServers.length > 0 && candidate.type === "host";
      window.setTimeout(ready, more ? ICE_SERVER_PATIENCE_MS : ICE_PATIENCE_MS);
    });
    // Incoming: our 200 is sent. Outgoing: the far end has answered.
    session.on("accepted", () => {
      if (!this.lines.includes(known)) return;
      this.step({ what: "talks", at: Date.now(), call: known.call });
      this.play();
      for (const listener of this.answered) listener(known.call);
      this.watchSound(session, "");
    });
    const over = (end: EndEvent) => {
      if (this.lines.includes(known)) this.over(known, known.call, end.cause);
    };
    session.on("ended", over);
    session.on("failed", over);
  }

  private incoming({ session, request }: IncomingRTCSessionEvent): Line | null {
    const call = String(request.getHeader("X-Hotline-Call") ?? "");
    const auto = String(request.getHeader("X-Hotline-Answer") ?? "").toLowerCase() === "auto";
    const old = this.lines.find((one) => one.call === call);
    if (old && auto) {
      // The switch has lost the old leg and rings again for the same talk: this call replaces it.
      this.letGo(old);
      if (old.session && !old.session.isEnded()) old.session.terminate();
    } else if (old || ringingTalk(this.state)) {
      session.terminate({ status_code: 486 });
      return null;
    }
    const line: Line = { call, session, microphone: null, sound: null };
    this.lines.push(line);
    this.step({ what: "rings", call, auto });
    if (auto) {
      // After newSession listens to the session.
      queueMicrotask(() => void this.pickUp(line));
    } else for (const listener of this.ringing) listener(call);
    return line;
  }

  /** Play the sound of the present call. */
  private play(): void {
    const sound = this.current?.sound ?? null;
    if (this.loudspeaker.srcObject === sound) return;
    this.loudspeaker.srcObject = sound;
    if (!sound) return;
    this.loudspeaker
      .play()
      .then(() => this.step({ what: "silenced", silenced: false }))
      .catch((error: Error) => {
        if (error.name === "NotAllowedError") this.step({ what: "silenced", silenced: true });
      });
  }

  private hearFrom(line: Line, connection: RTCPeerConnection): void {
    connection.addEventListener("track", ({ streams, track }) => {
      line.sound = streams[0] ?? new MediaStream([track]);
      this.play();
    });
  }

  /** Show a message while the talk has no sound; remove it when sound comes. */
  private watchSound(session: RTCSession, said: string): void {
    window.clearTimeout(this.soundTimer);
    this.soundTimer = window.setTimeout(
      () => {
        void this.soundReport().then((report) => {
          if (this.current?.session !== session || !session.connection) return;
          const problem = soundProblem(session.connection.connectionState, report);
          const known = this.state.problem;
          // A later message of another kind must not be removed.
          if (problem !== known && (known === "" || known === said)) {
            this.step({ what: "problem", sentence: problem });
          }
          if (problem) this.watchSound(session, problem);
        });
      },
      said ? SOUND_AGAIN_MS : SOUND_PATIENCE_MS,
    );
  }

  private notRegistered(response: unknown, cause: string | undefined): void {
    const status = (response as { status_code?: number } | null)?.status_code ?? 0;
    if (status === 401 || status === 403 || status === 404) {
      this.step({ what: "refused", why: t("The phone server refused this phone.") });
      return;
    }
    // JsSIP tries again only after a new connection; a busy switch needs another REGISTER.
    if (cause === "Connection Error") return;
    this.step({ what: "line lost" });
    window.clearTimeout(this.registerTimer);
    const agent = this.agent;
    this.registerTimer = window.setTimeout(() => {
      if (agent && this.agent === agent && agent.isConnected()) agent.register();
    }, REGISTER_AGAIN_MS);
  }

  private over(line: Line | null, call: string, cause: string): void {
    if (line) this.letGo(line);
    this.step({ what: "ended", call });
    this.play();
    const why = sentenceForCause(cause);
    // The dock shows why a call ended; only sound that cannot get through is reported here.
    if (why && (!this.registers || cause === NO_WAY)) this.step({ what: "problem", sentence: why });
    for (const listener of this.ended) listener(call, cause);
  }

  private letGo(line: Line): void {
    close(line.microphone);
    this.lines = this.lines.filter((one) => one !== line);
  }

  private stop(): void {
    window.clearTimeout(this.registerTimer);
    window.clearTimeout(this.soundTimer);
    const agent = this.agent;
    this.agent = null;
    const lines = this.lines;
    this.lines = [];
    agent?.stop();
    for (const line of lines) close(line.microphone);
    this.loudspeaker.srcObject = null;
  }

  private step(event: PhoneEvent): void {
    const before = this.state;
    this.state = phoneStep(before, event);
    if (this.state === before) return;
    for (const listener of this.changed) listener(this.state);
  }
}

/**
 * The switch goes on sending this talk's BYE to the connection that broke, until an UPDATE without
 * SDP (RFC 3311) names the new one. Measured with Asterisk 22.10: INFO does not do it, UPDATE does.
 */
function tellOfNewConnection(session: RTCSession): void {
  // In JsSIP since 3.0 but not in its types.
  const sender = session as unknown as {
    sendRequest(method: string, options: { extraHeaders: string[] }): void;
  };
  sender.sendRequest("UPDATE", { extraHeaders: [`Contact: ${session.contact}`] });
}

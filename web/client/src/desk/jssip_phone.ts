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

export class JsSIPPhone implements Softphone {
  state: PhoneState = PHONE_OFF;
  private agent: UA | null = null;
  private socket: PhoneSocket | null = null;
  private session: RTCSession | null = null;
  private microphone: MediaStream | null = null;
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
      if (this.session?.isEstablished()) tellOfNewConnection(this.session);
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
    if (!this.agent || this.session) return;
    this.step({ what: "calls out" });
    try {
      this.microphone = await openMicrophone();
    } catch (error) {
      this.over("", "");
      this.step({ what: "problem", sentence: (error as Error).message });
      return;
    }
    if (!this.state.talk || !this.agent) return close(this.microphone);
    const session = this.agent.call(`sip:${number}@${this.domain}`, {
      mediaStream: this.microphone,
      pcConfig: { iceServers: this.iceServers },
    });
    this.hearFrom(session.connection);
  }

  async answer(): Promise<void> {
    const session = this.session;
    if (!session || this.state.talk?.phase !== "ringing") return;
    this.step({ what: "answering" });
    let microphone: MediaStream;
    try {
      microphone = await openMicrophone();
    } catch (error) {
      // The caller goes to the next agent; this agent reads what to do.
      if (!session.isEnded()) session.terminate({ status_code: 480 });
      this.step({ what: "problem", sentence: (error as Error).message });
      return;
    }
    if (this.session !== session || session.isEnded()) return close(microphone);
    this.microphone = microphone;
    session.answer({ mediaStream: microphone, pcConfig: { iceServers: this.iceServers } });
  }

  hangup(): void {
    const talk = this.state.talk;
    if (this.session && !this.session.isEnded()) this.session.terminate();
    else if (talk) this.over(talk.call, "");
  }

  mute(muted: boolean): void {
    if (!this.session) return;
    if (muted) this.session.mute({ audio: true });
    else this.session.unmute({ audio: true });
    this.step({ what: "muted", muted });
  }

  dtmf(tone: string): void {
    if (this.state.talk?.phase !== "talking") return;
    // RFC 4733 through the browser's own RTCDTMFSender; the menus do not understand INFO.
    this.session?.sendDTMF(tone, { transportType: "RFC2833" as never, duration: 120 });
  }

  async packetsHeard(): Promise<number> {
    return (await this.soundReport()).packetsHeard;
  }

  /** The state of this talk's sound. */
  async soundReport(): Promise<SoundReport> {
    const reports = await this.session?.connection?.getStats();
    return readStats(reports ? [...(reports as unknown as Map<string, { type: string }>).values()] : []);
  }

  letSoundOut(): void {
    void this.loudspeaker.play().then(() => this.step({ what: "silenced", silenced: false }));
  }

  private newSession(event: RTCSessionEvent): void {
    const session = event.session;
    if (event.originator === ("remote" as never)) {
      this.incoming(event as IncomingRTCSessionEvent);
    }
    if (session.isEnded()) return;
    const mine = (listener: () => void) => () => {
      if (this.session === session) listener();
    };
    this.session = session;
    session.on("peerconnection", ({ peerconnection }) => this.hearFrom(peerconnection));
    session.on("icecandidate", ({ candidate, ready }) => {
      const more = this.iceServers.length > 0 && candidate.type === "host";
      window.setTimeout(ready, more ? ICE_SERVER_PATIENCE_MS : ICE_PATIENCE_MS);
    });
    const talks = mine(() => {
      const call = this.state.talk?.call ?? "";
      this.step({ what: "talks", at: Date.now() });
      for (const listener of this.answered) listener(call);
      this.watchSound(session, "");
    });
    // Incoming: our 200 is sent. Outgoing: the far end has answered.
    session.on("accepted", talks);
    const over = (end: EndEvent) => {
      if (this.session === session) this.over(this.state.talk?.call ?? "", end.cause);
    };
    session.on("ended", over);
    session.on("failed", over);
  }

  private incoming({ session, request }: IncomingRTCSessionEvent): void {
    const call = String(request.getHeader("X-Hotline-Call") ?? "");
    const auto = String(request.getHeader("X-Hotline-Answer") ?? "").toLowerCase() === "auto";
    if (this.session) {
      if (!auto) {
        session.terminate({ status_code: 486 });
        return;
      }
      // The switch has lost the old leg and rings again for the same talk: this call replaces it.
      const old = this.session;
      this.session = null;
      if (!old.isEnded()) old.terminate();
      this.letGo();
    }
    this.step({ what: "rings", call, auto });
    if (auto) {
      // After newSession has set this.session.
      queueMicrotask(() => void this.answer());
      return;
    }
    for (const listener of this.ringing) listener(call);
  }

  private hearFrom(connection: RTCPeerConnection): void {
    connection.addEventListener("track", ({ streams, track }) => {
      this.loudspeaker.srcObject = streams[0] ?? new MediaStream([track]);
      this.loudspeaker
        .play()
        .then(() => this.step({ what: "silenced", silenced: false }))
        .catch((error: Error) => {
          if (error.name === "NotAllowedError") this.step({ what: "silenced", silenced: true });
        });
    });
  }

  /** Show a message while the talk has no sound; remove it when sound comes. */
  private watchSound(session: RTCSession, said: string): void {
    window.clearTimeout(this.soundTimer);
    this.soundTimer = window.setTimeout(
      () => {
        void this.soundReport().then((report) => {
          if (this.session !== session || !session.connection) return;
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
      this.step({ what: "refused", why: t("The telephone switch did not accept this phone.") });
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

  private over(call: string, cause: string): void {
    this.session = null;
    this.letGo();
    this.step({ what: "ended" });
    const why = sentenceForCause(cause);
    // The dock shows why a call ended; only sound that cannot get through is reported here.
    if (why && (!this.registers || cause === NO_WAY)) this.step({ what: "problem", sentence: why });
    for (const listener of this.ended) listener(call, cause);
  }

  private letGo(): void {
    close(this.microphone);
    this.microphone = null;
    this.loudspeaker.srcObject = null;
  }

  private stop(): void {
    window.clearTimeout(this.registerTimer);
    window.clearTimeout(this.soundTimer);
    const agent = this.agent;
    this.agent = null;
    this.session = null;
    agent?.stop();
    this.letGo();
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

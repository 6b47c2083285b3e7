// What a telephone in the browser can do, whoever makes it; and its state, as a pure machine.

/** How the phone stands with the switch. */
export type LineState =
  | "off" // not wanted
  | "connecting"
  | "registered" // may be rung (a guest's phone: may call)
  | "lost" // the connection broke and is being mended; a talk goes on meanwhile
  | "refused" // the switch does not take our credentials
  | "elsewhere"; // another tab of this browser has the phone

export type TalkPhase = "ringing" | "calling" | "answering" | "talking";

export interface Talk {
  /** The call's id by `X-Hotline-Call`; empty for a guest's own call. */
  call: string;
  phase: TalkPhase;
  /** Answered by itself: the talk was going on before the page was loaded anew. */
  auto: boolean;
  muted: boolean;
  /** Milliseconds by this machine's clock, when the two began to hear each other. */
  talkingSince: number | null;
}

export interface PhoneState {
  line: LineState;
  talk: Talk | null;
  /** A sentence about what is wrong (microphone, refused …), or empty. */
  problem: string;
  /** The browser does not let sound out until somebody clicks. */
  silenced: boolean;
}

export type PhoneEvent =
  | { what: "connecting" }
  | { what: "registered" }
  | { what: "line lost" }
  | { what: "refused"; why: string }
  | { what: "elsewhere" }
  | { what: "switched off" }
  | { what: "rings"; call: string; auto: boolean }
  | { what: "calls out" }
  | { what: "answering" }
  | { what: "talks"; at: number }
  | { what: "muted"; muted: boolean }
  | { what: "ended" }
  | { what: "problem"; sentence: string }
  | { what: "silenced"; silenced: boolean };

export const PHONE_OFF: PhoneState = { line: "off", talk: null, problem: "", silenced: false };

/** The phone's state after an event. What comes late or twice changes nothing. */
export function phoneStep(state: PhoneState, event: PhoneEvent): PhoneState {
  const { talk } = state;
  switch (event.what) {
    case "connecting":
      // A talk outlives its connection: then the line is lost, not new.
      return { ...state, line: talk ? "lost" : "connecting" };
    case "registered":
      return { ...state, line: "registered", problem: state.line === "refused" ? "" : state.problem };
    case "line lost":
      return state.line === "off" || state.line === "elsewhere" ? state : { ...state, line: "lost" };
    case "refused":
      return { ...state, line: "refused", problem: event.why };
    case "elsewhere":
      return { ...PHONE_OFF, line: "elsewhere" };
    case "switched off":
      return PHONE_OFF;
    case "rings":
      return { ...state, problem: "", talk: newTalk(event.call, "ringing", event.auto) };
    case "calls out":
      return { ...state, problem: "", talk: newTalk("", "calling", false) };
    case "answering":
      return talk?.phase === "ringing"
        ? { ...state, talk: { ...talk, phase: "answering" } }
        : state;
    case "talks":
      return talk && talk.phase !== "talking"
        ? { ...state, talk: { ...talk, phase: "talking", talkingSince: event.at } }
        : state;
    case "muted":
      return talk ? { ...state, talk: { ...talk, muted: event.muted } } : state;
    case "ended":
      return { ...state, talk: null, silenced: false };
    case "problem":
      return { ...state, problem: event.sentence };
    case "silenced":
      return { ...state, silenced: event.silenced };
  }
}

function newTalk(call: string, phase: TalkPhase, auto: boolean): Talk {
  return { call, phase, auto, muted: false, talkingSince: null };
}

export interface PhoneCredentials {
  user: string;
  password: string;
  domain: string;
  ice_servers?: RTCIceServer[];
  /** An agent's phone registers and is rung; a guest's only calls. */
  register: boolean;
}

/** The seam between our desk and whatever speaks SIP. */
export interface Softphone {
  readonly state: PhoneState;
  onChange(listener: (state: PhoneState) => void): void;
  onRinging(listener: (call: string) => void): void;
  onAnswered(listener: (call: string) => void): void;
  onEnded(listener: (call: string, why: string) => void): void;
  connect(credentials: PhoneCredentials): void;
  /** Stop, ending what goes on. */
  disconnect(): void;
  /** Stop without a word to the switch: the talk is parked there, and goes on elsewhere. */
  abandon(): void;
  call(number: string): Promise<void>;
  answer(): Promise<void>;
  hangup(): void;
  mute(muted: boolean): void;
  dtmf(tone: string): void;
  /** How many packets of sound have come in this talk; it stands still when nobody sends. */
  packetsHeard(): Promise<number>;
  /** Let sound out after the browser held it back; call it in a click. */
  letSoundOut(): void;
}

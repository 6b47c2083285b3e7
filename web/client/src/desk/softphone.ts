// The interface of a browser telephone, and its state as a pure machine.

/** The phone's connection to the switch. */
export type LineState =
  | "off" // not wanted
  | "connecting"
  | "registered" // can ring (a guest's phone: can call)
  | "lost" // the connection broke and is made again; a talk goes on meanwhile
  | "refused" // the switch rejects our credentials
  | "elsewhere"; // another tab of this browser has the phone

export type TalkPhase = "ringing" | "calling" | "answering" | "talking";

export interface Talk {
  /** The call's id by `X-Hotline-Call`; empty for a guest's own call. */
  call: string;
  phase: TalkPhase;
  /** Answered automatically: the talk existed before the page was reloaded. */
  auto: boolean;
  muted: boolean;
  /** Milliseconds by this machine's clock, when the talk began. */
  talkingSince: number | null;
}

export interface PhoneState {
  line: LineState;
  /** The call whose sound is heard, or that rings alone. */
  talk: Talk | null;
  /** Further calls: on hold, or one that rings during a talk. */
  aside: readonly Talk[];
  /** A sentence about a problem (microphone, refused …), or empty. */
  problem: string;
  /** The browser blocks sound until the user clicks. */
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
  | { what: "answering"; call?: string } // of the present call, if none is named
  | { what: "talks"; at: number; call?: string }
  | { what: "muted"; muted: boolean }
  | { what: "turned"; call: string } // to a call that was aside
  | { what: "ended"; call?: string }
  | { what: "problem"; sentence: string }
  | { what: "silenced"; silenced: boolean };

export const PHONE_OFF: PhoneState = { line: "off", talk: null, aside: [], problem: "", silenced: false };

/** The phone's state after an event. Late or repeated events change nothing. */
export function phoneStep(state: PhoneState, event: PhoneEvent): PhoneState {
  const { talk } = state;
  switch (event.what) {
    case "connecting":
      // A talk outlives its connection: then the connection is lost, not new.
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
      return withNew(state, newTalk(event.call, "ringing", event.auto));
    case "calls out":
      return { ...state, problem: "", talk: newTalk("", "calling", false) };
    case "answering": {
      const answered = find(state, event.call);
      return answered?.phase === "ringing" ? turned(state, { ...answered, phase: "answering" }) : state;
    }
    case "talks": {
      const begun = find(state, event.call);
      return begun && begun.phase !== "talking"
        ? changed(state, { ...begun, phase: "talking", talkingSince: event.at })
        : state;
    }
    case "turned": {
      const wanted = state.aside.find((one) => one.call === event.call);
      return wanted ? turned(state, wanted) : state;
    }
    case "muted":
      return talk ? { ...state, talk: { ...talk, muted: event.muted } } : state;
    case "ended": {
      const { call } = event;
      if (call !== undefined && talk?.call !== call) {
        return { ...state, aside: state.aside.filter((one) => one.call !== call) };
      }
      const next = state.aside.at(-1) ?? null;
      return { ...state, talk: next, aside: state.aside.filter((one) => one !== next), silenced: false };
    }
    case "problem":
      return { ...state, problem: event.sentence };
    case "silenced":
      return { ...state, silenced: event.silenced };
  }
}

/** The call that rings, beside a talk or alone. */
export function ringingTalk({ talk, aside }: PhoneState): Talk | null {
  return [talk, ...aside].find((one) => one?.phase === "ringing") ?? null;
}

function find({ talk, aside }: PhoneState, call: string | undefined): Talk | null {
  if (call === undefined || talk?.call === call) return talk;
  return aside.find((one) => one.call === call) ?? null;
}

/** One more call. It rings aside during a talk; one that replaces a lost leg takes its place. */
function withNew(state: PhoneState, made: Talk): PhoneState {
  const { talk } = state;
  const aside = state.aside.filter((one) => one.call !== made.call);
  if (!talk || talk.call === made.call) return { ...state, problem: "", talk: made, aside };
  return { ...state, aside: [...aside, made] };
}

function turned(state: PhoneState, to: Talk): PhoneState {
  const aside = state.aside.filter((one) => one.call !== to.call);
  const { talk } = state;
  return { ...state, talk: to, aside: talk && talk.call !== to.call ? [...aside, talk] : aside };
}

function changed(state: PhoneState, to: Talk): PhoneState {
  if (state.talk?.call === to.call) return { ...state, talk: to };
  return { ...state, aside: state.aside.map((one) => (one.call === to.call ? to : one)) };
}

function newTalk(call: string, phase: TalkPhase, auto: boolean): Talk {
  return { call, phase, auto, muted: false, talkingSince: null };
}

export interface PhoneCredentials {
  user: string;
  password: string;
  domain: string;
  ice_servers?: RTCIceServer[];
  /** An agent's phone registers and can ring; a guest's only calls. */
  register: boolean;
}

/** The interface between our desk and a SIP library. */
export interface Softphone {
  readonly state: PhoneState;
  onChange(listener: (state: PhoneState) => void): void;
  onRinging(listener: (call: string) => void): void;
  onAnswered(listener: (call: string) => void): void;
  onEnded(listener: (call: string, why: string) => void): void;
  connect(credentials: PhoneCredentials): void;
  /** Stop, ending every call. */
  disconnect(): void;
  /** Stop without telling the switch: it keeps the talk, which goes on elsewhere. */
  abandon(): void;
  call(number: string): Promise<void>;
  /** Answer the call that rings; a talk goes aside. */
  answer(): Promise<void>;
  /** Hear another of the calls. */
  turnTo(call: string): void;
  hangup(): void;
  mute(muted: boolean): void;
  dtmf(tone: string): void;
  /** The packets of sound received in this talk; the number stays when none come. */
  packetsHeard(): Promise<number>;
  /** Play sound that the browser has blocked; call it in a click. */
  letSoundOut(): void;
}

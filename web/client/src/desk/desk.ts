// The agent's desk in this tab: connects live state, telephone and API. No drawing here.
import { ask, BY_ITSELF, Problem } from "../kit/api";
import { tellWhoAnswered } from "./answered_elsewhere";
import { toast } from "../kit/banners";
import type { DeskAnswer } from "./desk_answer";
import { askedToAnswer, offeredCall, speaksIn, talksIntoNothing, type DeskMoment } from "./desk_view";
import { flushDrafts, forget as forgetDraft } from "../kit/drafts";
import { t } from "../kit/i18n";
import type { LiveSocket } from "../live/live_socket";
import { rehearseMicrophone } from "./microphone";
import { learnPauseReasons } from "./pause_reason";
import { PhoneLock } from "./phone_lock";
import type { PhoneSettings } from "./phone_settings";
import { learnQueueNames } from "../live/queue_names";
import type { MonitorMode } from "../live/monitoring";
import { ModeClock } from "./mode_clock";
import { ringingTalk, type Softphone } from "./softphone";
import type { Choice, Credentials, DeskBoot } from "../kit/types";
import type { AgentValue, CallValue, Phone } from "../live/types";

export type PopWhen = "answer" | "ring" | "never";

/** What can be asked of the present call without more words. */
export type CallRequest =
  | "hold"
  | "resume"
  | "hangup"
  | "decline"
  | "park"
  | "shuttle"
  | "complete"
  | "conference"
  | "take-back";

const BUTTON_OF: Partial<Record<CallRequest, string>> = { hangup: "hang up", shuttle: "switch", "take-back": "back" };
const API = "/api/v1/desk";
const NOTHING_MS = 4000;
const CREDENTIALS_AGAIN_MS = 2000;
const DIAL_AGAIN_MS = 600; // a double click dials a number once

export class Desk {
  agent: AgentValue | null = null;
  call: CallValue | null = null;
  pauseReasons: Choice[] = [];
  declineReasons: Choice[] = [];
  /** False for a user who is no agent: there is no dock then. */
  seated = false;
  problem = "";
  /** When the workspace opens by itself on other pages. */
  popWhen: PopWhen = "answer";
  /** Whether agents are told also who listens to them. */
  seeListening = false;
  busy = "";
  private lock: PhoneLock;
  private listeners = new Set<() => void>();
  private watching = false;
  private credentialsTimer = 0;
  private answered = "";
  private wasStale = true;
  private reading = false;
  private modeClock = new ModeClock();
  private pending = Promise.resolve();
  private dialled = "";
  private dialledAt = 0;
  /** Why the agent is not ready, also while a call hides it. */
  private pauseReason = "";

  constructor(
    private me: number,
    private live: LiveSocket,
    readonly phone: Softphone,
    readonly settings: PhoneSettings,
  ) {
    this.lock = new PhoneLock(`hotline-phone-${me}`, (holder) => {
      if (holder === "mine") void this.connectPhone();
      else this.phone.abandon();
    });
    live.subscribe(() => this.hear());
    phone.onChange(() => this.turn());
  }

  /** The data in the page itself, so that the phone need not wait for the socket. */
  begin(known: DeskBoot | null, seated: boolean | null) {
    if (known?.agent) {
      this.take(known.agent, known.call);
      this.pauseReasons = known.pause_reasons;
      learnQueueNames(known.queue_names);
      this.turn();
    }
    if (seated !== false) void this.read();
    else this.turn();
  }

  /** Call a function for every change; the result unsubscribes it. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  moment(): DeskMoment {
    const stale = this.live.line !== "open" || this.live.state.away;
    const { agent, call, seeListening, modeClock } = this;
    return { agent, call, calls: this.live.state.calls, phone: this.phone.state, stale, seeListening, modeSince: modeClock.since };
  }

  async signIn(kind: Phone, number = ""): Promise<void> {
    await this.doing("sign in", async () => {
      if (kind === "browser") await rehearseMicrophone();
      const answer = await ask<{ desk?: DeskAnswer }>("POST", `${API}/signin`, {
        phone: kind,
        number: kind === "outside" ? number : "",
      });
      if (answer.desk?.agent) this.take(answer.desk.agent, answer.desk.call);
      if (kind === "browser") this.lock.acquire();
    });
  }

  async signOut(): Promise<void> {
    await this.doing("sign out", async () => {
      await ask("POST", `${API}/signout`);
    });
  }

  /**
   * Save what was typed about the call in wrap-up, and change the state. What cannot be saved is
   * kept, and the call stays among those to finish.
   */
  finish(state: "ready" | "paused", reason = "", minutes = 0): Promise<void> {
    const call = this.agent?.state === "wrap-up" ? this.agent.call : null;
    if (!call) return this.setState(state, reason, minutes);
    return this.doing(state === "ready" ? "ready" : "pause", () => this.endWrapUp(call, state, reason, minutes));
  }

  private async endWrapUp(call: string, state: "ready" | "paused", reason: string, minutes = 0): Promise<void> {
    await flushDrafts();
    // A call that nobody answered needs no disposition.
    const answered = this.call?.answered_at !== null;
    const answer = await ask<{ saved: boolean; problem: string }>(
      "POST",
      `${API}/calls/${encodeURIComponent(call)}/finish`,
      null,
    );
    await ask("POST", `${API}/state`, { state, reason, minutes });
    if (answer.saved) forgetDraft(`/calls/${encodeURIComponent(call)}/finish`);
    else if (answered) toast(t("No disposition yet: the call is kept under “To do”."));
    document.dispatchEvent(new CustomEvent("call-finished", { detail: call }));
  }

  /**
   * Call a number or a colleague; a wrap-up ends with it. Gives why it was not dialled, "" if it
   * was, and null for a second click, which does nothing.
   */
  async dial(to: string, customer: number | null, hide = false): Promise<string | null> {
    const again = to === this.dialled && Date.now() - this.dialledAt < DIAL_AGAIN_MS;
    if (again || this.busy === "dial") return null;
    await this.pending; // e.g. of a pause that the dock shows already
    if (this.busy) return null;
    let problem = "";
    const { agent } = this;
    await this.doing("dial", async () => {
      try {
        if (agent?.state === "wrap-up" && agent.call) {
          await this.endWrapUp(agent.call, agent.presence === "paused" ? "paused" : "ready", this.chosenReason());
        }
        await ask("POST", `${API}/calls`, { to: to.trim(), customer, ...(hide ? { hide_number: true } : {}) });
        this.dialled = to;
        this.dialledAt = Date.now();
      } catch (error) {
        problem = error instanceof Error ? error.message : t("Something went wrong.");
      }
    });
    return problem;
  }

  /** Let the wrap-up last longer, once. */
  moreTime(): Promise<void> {
    return this.doing("more time", async () => {
      const call = this.agent?.call;
      if (call) await ask("POST", `${API}/calls/${encodeURIComponent(call)}/more-time`);
    });
  }

  setState(state: "ready" | "paused", reason = "", minutes = 0): Promise<void> {
    return this.doing(state === "ready" ? "ready" : "pause", () =>
      ask("POST", `${API}/state`, { state, reason, minutes }),
    );
  }

  async answer(): Promise<void> {
    if (ringingTalk(this.phone.state)) {
      await this.phone.answer();
      return;
    }
    if (this.phone.state.line === "elsewhere" && this.agent?.call) {
      // Another tab has the phone: it is asked to pick up.
      const call = encodeURIComponent(offeredCall(this.agent) ?? this.agent.call);
      await this.doing("answer", () => ask("POST", `${API}/calls/${call}/answer`));
      return;
    }
    // The offer is shown but the INVITE has not come yet: answer it when it comes.
    this.answered = offeredCall(this.agent) ?? "";
    this.turn();
  }

  act(what: CallRequest, of?: string): Promise<void> {
    const offered = what === "decline" ? offeredCall(this.agent) : undefined;
    const call = of ?? offered ?? this.agent?.call;
    if (!call) {
      this.phone.hangup();
      return Promise.resolve();
    }
    return this.doing(BUTTON_OF[what] ?? what, async () => {
      try {
        await ask("POST", `${API}/calls/${encodeURIComponent(call)}/${what}`);
      } catch (error) {
        // The engine is away or the session has ended: the phone itself can still end the call.
        const unheard = error instanceof Problem && (error.status === 0 || error.status === 401 || error.status >= 500);
        if (what !== "hangup" || !unheard || !this.phone.state.talk) throw error;
        this.phone.hangup();
      }
    });
  }

  /** Take part in a call as a supervisor, in another way than now, or no longer. */
  monitor(call: string, mode: MonitorMode | "stop"): Promise<void> {
    return this.doing("monitor", () =>
      ask("POST", `/api/v1/floor/calls/${encodeURIComponent(call)}/monitor`, { mode }),
    );
  }

  /** Ask for something. Gives why it was not done, "" if it was, and null for a second click. */
  async tryTo(name: string, path: string, body: object = {}): Promise<string | null> {
    if (this.busy) return null;
    let problem = "";
    await this.doing(name, async () => {
      try {
        await ask("POST", `${API}/${path}`, body);
      } catch (error) {
        problem = error instanceof Error ? error.message : t("Something went wrong.");
      }
    });
    return problem;
  }

  /** Ask for something that concerns one party of the present call. */
  async party(what: "mute" | "drop", leg: string, more: object = {}): Promise<void> {
    const call = this.agent?.call;
    if (!call) return;
    const problem = await this.tryTo("party", `calls/${encodeURIComponent(call)}/${what}`, { leg, ...more });
    if (problem) this.complain(problem);
  }

  /** The agent's own reason for not being ready; "" if it was the system's, such as a missed call. */
  chosenReason(): string {
    return this.pauseReasons.some((one) => one.key === this.pauseReason) ? this.pauseReason : "";
  }

  takeOverPhone(): void {
    this.lock.takeOver();
  }

  /** Show an error, and go on. */
  complain(sentence: string): void {
    this.problem = sentence;
    this.tell();
  }

  private hear(): void {
    const { state, line } = this.live;
    const { stale } = this.moment();
    // "Cannot be reached" is no longer true once it is back.
    if (this.wasStale && !stale) this.problem = "";
    this.wasStale = stale;
    if (line === "open" && state.boot) {
      const agent = state.agents.get(String(this.me)) ?? null;
      if (agent) this.take(agent, agent.call ? (state.calls.get(agent.call) ?? null) : null);
      else this.agent = null;
      this.modeClock.hear(this.agent, this.call);
    }
    this.turn();
  }

  private take(agent: AgentValue, call: CallValue | null): void {
    // The user has just become an agent: the choices are not known yet.
    if (!this.seated && !this.reading) void this.read();
    this.seated = true;
    if (agent.state !== this.agent?.state) this.problem = "";
    tellWhoAnswered(this.agent, agent);
    if (agent.presence !== "paused") this.pauseReason = "";
    else this.pauseReason = agent.reason || agent.rest || this.pauseReason;
    this.agent = agent;
    this.call = call ?? (this.call?.id === agent.call ? this.call : null);
  }

  private async read(): Promise<void> {
    this.reading = true;
    try {
      const answer = await ask<DeskAnswer>("GET", API, undefined, BY_ITSELF);
      this.pauseReasons = answer.pause_reasons;
      learnPauseReasons(answer.pause_reasons);
      this.declineReasons = answer.decline_reasons ?? [];
      learnQueueNames(answer.queue_names);
      this.settings.learn(answer.phone.auto_answer, answer.phone.ring_volume, answer.phone.call_notice);
      this.settings.remember(answer.phone.kind, answer.phone.number);
      this.popWhen = answer.phone.screen_pop;
      this.seated = true;
      if (answer.agent && !this.live.state.boot) this.take(answer.agent, answer.call);
    } catch (error) {
      const status = error instanceof Problem ? error.status : 0;
      // Not an agent: 403 or 404. Any other error may pass: try again.
      if (status === 0 || status >= 500) window.setTimeout(() => void this.read(), 3000);
      if (status === 403 || status === 404) this.seated = this.agent !== null;
    } finally {
      this.reading = false;
    }
    this.turn();
  }

  /** Make the phone agree with the live state of this agent. */
  private turn(): void {
    const agent = this.agent;
    const wanted = agent !== null && agent.state !== "signed out" && agent.phone === "browser";
    if (wanted) this.lock.acquire();
    else if (agent && this.phone.state.line !== "off" && !this.phone.state.talk) {
      this.lock.letGo();
      this.phone.disconnect();
    }
    const ringing = ringingTalk(this.phone.state)?.call ?? null;
    const automatic = this.settings.autoAnswer && agent?.state === "offered";
    const spoken = speaksIn(agent);
    if (spoken && this.phone.state.aside.some((one) => one.call === spoken)) this.phone.turnTo(spoken);
    if (askedToAnswer(agent, this.phone.state) || (ringing && (automatic || ringing === this.answered))) {
      this.answered = "";
      void this.phone.answer();
    }
    this.watchForNothing();
    if (this.phone.state.line === "refused") this.credentialsAgain();
    this.tell();
  }

  /** End a talk that the live state does not have, but only if no sound comes any more: an
   * engine that has just started may not have found the talk yet, and must not end it. */
  private watchForNothing(): void {
    if (this.watching || !talksIntoNothing(this.moment())) return;
    this.watching = true;
    void this.phone.packetsHeard().then((before) => {
      window.setTimeout(() => {
        void this.phone.packetsHeard().then((after) => {
          this.watching = false;
          if (!talksIntoNothing(this.moment())) return;
          if (after === before) this.phone.hangup();
          else this.watchForNothing();
        });
      }, NOTHING_MS);
    });
  }

  private async connectPhone(): Promise<void> {
    try {
      const answer = await ask<{ sip?: Credentials } & Credentials>(
        "POST",
        `${API}/phone`,
        {},
        BY_ITSELF,
      );
      const { ice_servers } = answer;
      this.phone.connect({ ...(answer.sip ?? answer), ice_servers, register: true });
    } catch (error) {
      if (error instanceof Problem && error.status === 409) return;
      this.credentialsAgain();
    }
  }

  private credentialsAgain(): void {
    if (this.credentialsTimer || this.phone.state.talk) return;
    this.credentialsTimer = window.setTimeout(() => {
      this.credentialsTimer = 0;
      if (this.agent && this.agent.state !== "signed out") void this.connectPhone();
    }, CREDENTIALS_AGAIN_MS);
  }

  /** One action at a time: a second click during the first one does nothing. */
  private doing(name: string, work: () => Promise<unknown>): Promise<void> {
    if (this.busy) return Promise.resolve();
    this.pending = this.do(name, work);
    return this.pending;
  }

  private async do(name: string, work: () => Promise<unknown>): Promise<void> {
    this.busy = name;
    this.problem = "";
    this.tell();
    try {
      await work();
    } catch (error) {
      // A banner already tells that the session has ended.
      const said = error instanceof Problem && error.status === 401;
      if (!said) this.problem = error instanceof Error ? error.message : t("Something went wrong.");
    } finally {
      this.busy = "";
      this.turn();
    }
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}


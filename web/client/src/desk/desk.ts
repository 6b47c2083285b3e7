// The agent's desk in this tab: connects live state, telephone and API. No drawing here.
import { ask, BY_ITSELF, Problem } from "../kit/api";
import { toast } from "../kit/banners";
import { askedToAnswer, talksIntoNothing, type DeskMoment } from "./desk_view";
import { flushDrafts, forget as forgetDraft } from "../kit/drafts";
import { t } from "../kit/i18n";
import type { LiveSocket } from "../live/live_socket";
import { rehearseMicrophone } from "./microphone";
import { PhoneLock } from "./phone_lock";
import type { PhoneSettings } from "./phone_settings";
import { learnQueueNames } from "../live/queue_names";
import type { Softphone } from "./softphone";
import type { Choice, Credentials, DeskBoot } from "../kit/types";
import type { AgentValue, CallValue, Phone } from "../live/types";

export type PopWhen = "answer" | "ring" | "never";

const API = "/api/v1/desk";
const NOTHING_MS = 4000;
const CREDENTIALS_AGAIN_MS = 2000;

interface DeskAnswer {
  agent: AgentValue | null;
  call: CallValue | null;
  outcomes: Choice[];
  pause_reasons: Choice[];
  queue_names?: Record<string, string>;
  phone: { auto_answer: boolean; ring_volume: number; screen_pop: PopWhen };
}

export class Desk {
  agent: AgentValue | null = null;
  call: CallValue | null = null;
  pauseReasons: Choice[] = [];
  /** False for a user who is no agent: there is no dock then. */
  seated = false;
  problem = "";
  /** When the workspace opens by itself on other pages. */
  popWhen: PopWhen = "answer";
  busy = "";
  private lock: PhoneLock;
  private listeners = new Set<() => void>();
  private watching = false;
  private credentialsTimer = 0;
  private answered = "";
  private wasStale = true;
  private reading = false;

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

  subscribe(listener: () => void): void {
    this.listeners.add(listener);
  }

  moment(): DeskMoment {
    const stale = this.live.line !== "open" || this.live.state.away;
    return { agent: this.agent, call: this.call, calls: this.live.state.calls, phone: this.phone.state, stale };
  }

  async signIn(kind: Phone): Promise<void> {
    await this.doing("sign in", async () => {
      if (kind === "browser") await rehearseMicrophone();
      const answer = await ask<{ desk?: DeskAnswer }>("POST", `${API}/signin`, { phone: kind });
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
  finish(state: "ready" | "paused", reason = ""): Promise<void> {
    const call = this.agent?.state === "wrap-up" ? this.agent.call : null;
    if (!call) return this.setState(state, reason);
    return this.doing(state === "ready" ? "ready" : "pause", async () => {
      await flushDrafts();
      const answer = await ask<{ saved: boolean; problem: string }>(
        "POST",
        `${API}/calls/${encodeURIComponent(call)}/finish`,
        null,
      );
      await ask("POST", `${API}/state`, { state, reason });
      if (answer.saved) forgetDraft(`/calls/${encodeURIComponent(call)}/finish`);
      else toast(t("No disposition yet: the call is kept under “To finish”."));
      document.dispatchEvent(new CustomEvent("call-finished", { detail: call }));
    });
  }

  /** Let the wrap-up last longer, once. */
  moreTime(): Promise<void> {
    return this.doing("more time", async () => {
      const call = this.agent?.call;
      if (call) await ask("POST", `${API}/calls/${encodeURIComponent(call)}/more-time`);
    });
  }

  setState(state: "ready" | "paused", reason = ""): Promise<void> {
    return this.doing(state === "ready" ? "ready" : "pause", () =>
      ask("POST", `${API}/state`, { state, reason }),
    );
  }

  async answer(): Promise<void> {
    if (this.phone.state.talk?.phase === "ringing") {
      await this.phone.answer();
      return;
    }
    if (this.phone.state.line === "elsewhere" && this.agent?.call) {
      // Another tab has the phone: it is asked to pick up.
      const call = encodeURIComponent(this.agent.call);
      await this.doing("answer", () => ask("POST", `${API}/calls/${call}/answer`));
      return;
    }
    // The offer is shown but the INVITE has not come yet: answer it when it comes.
    this.answered = this.agent?.call ?? "";
    this.turn();
  }

  act(what: "hold" | "resume" | "hangup" | "decline"): Promise<void> {
    const call = this.agent?.call;
    if (!call) {
      this.phone.hangup();
      return Promise.resolve();
    }
    const name = what === "hangup" ? "hang up" : what;
    return this.doing(name, async () => {
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
    }
    this.turn();
  }

  private take(agent: AgentValue, call: CallValue | null): void {
    // The user has just become an agent: the choices are not known yet.
    if (!this.seated && !this.reading) void this.read();
    this.seated = true;
    if (agent.state !== this.agent?.state) this.problem = "";
    this.agent = agent;
    this.call = call ?? (this.call?.id === agent.call ? this.call : null);
  }

  private async read(): Promise<void> {
    this.reading = true;
    try {
      const answer = await ask<DeskAnswer>("GET", API, undefined, BY_ITSELF);
      this.pauseReasons = answer.pause_reasons;
      learnQueueNames(answer.queue_names);
      this.settings.learn(answer.phone.auto_answer, answer.phone.ring_volume);
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
    const ringing = this.phone.state.talk?.phase === "ringing" ? this.phone.state.talk.call : null;
    const automatic = this.settings.autoAnswer && agent?.state === "offered";
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
  private async doing(name: string, work: () => Promise<unknown>): Promise<void> {
    if (this.busy) return;
    this.busy = name;
    this.problem = "";
    this.tell();
    try {
      await work();
    } catch (error) {
      // A banner already tells that the session has ended.
      const said = error instanceof Problem && error.status === 401;
      if (!said) this.problem = error instanceof Error ? error.message : t("That did not work.");
    } finally {
      this.busy = "";
      this.turn();
    }
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}


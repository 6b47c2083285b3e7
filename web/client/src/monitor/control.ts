// Carries out what a supervisor chooses from a menu: at once, or by a small form.
import { newDialog } from "../kit/dialogs";
import { html, render } from "lit-html";

import { isolated, t } from "../kit/i18n";
import type { Choice, FloorBoot } from "../kit/types";
import type { Desk } from "../desk/desk";
import { toast } from "../kit/banners";
import { monitoredCall, type MonitorMode } from "../live/monitoring";
import { queueName } from "../live/queue_names";
import { callerName } from "../live/tasks";
import type { LiveState } from "../live/live_state";
import type { AgentValue, CallValue } from "../live/types";
import { NOTHING_ALLOWED, agentActions, callActions, mayControl, reaches, type Action, type Forced, type May } from "./actions";
import type { Group } from "./filters";
import { learnReasons, openForm, type ForcedForm } from "./forced_form";
import { openMenu } from "./menu";
import { showWait } from "./why_waiting";

const FLOOR = "/api/v1/floor";
const CONNECT_MS = 15_000;

/** What the pages of the monitor may do; it reads the live state when it is asked. */
export class Control {
  readonly may: May;
  readonly groups: readonly Group[];
  private queues: Choice[];

  constructor(
    boot: FloorBoot | undefined,
    private me: number,
    private desk: Desk,
    private state: () => LiveState,
  ) {
    this.may = boot?.may ?? NOTHING_ALLOWED;
    this.groups = boot?.groups ?? [];
    this.queues = boot?.queues ?? [];
    learnReasons(boot?.reasons);
  }

  get mayWrite(): boolean {
    return mayControl(this.may);
  }

  actionsOfCall(call: CallValue): Action[] {
    return callActions(call, this.may, this.me, monitoredCall(this.desk.agent), this.state().agents.values());
  }

  actionsOfAgent(agent: AgentValue): Action[] {
    const call = agent.call ? this.state().calls.get(agent.call) : undefined;
    return agentActions(agent, call, this.may, this.me, monitoredCall(this.desk.agent));
  }

  /** Open the menu of a button that names an agent or a call. */
  open(button: HTMLElement): void {
    const { agents, calls } = this.state();
    const agent = agents.get(button.dataset.agentMenu ?? "");
    const call = calls.get(button.dataset.callMenu ?? "");
    const actions = agent ? this.actionsOfAgent(agent) : call ? this.actionsOfCall(call) : [];
    if (!actions.length) return toast(t("There is nothing to do here any more."), "danger");
    const theirs = call ?? (agent?.call ? calls.get(agent.call) : undefined);
    openMenu(button, button.getAttribute("aria-label") ?? "", actions, (action) => this.do(action, agent, theirs));
  }

  /** Write to the agents who are shown, or to a group. */
  message(shown: readonly AgentValue[]): void {
    const mine = shown.filter((one) => reaches(this.may.control, one.id));
    const all = t("All agents shown ({count})", { count: mine.length });
    const options = [{ key: "", name: all }, ...this.groups.map((one) => ({ key: String(one.id), name: one.name }))];
    openForm({
      ...messageForm(t("Send a message")),
      one: { label: t("To"), options },
      send: (text, group) => ({
        path: `${FLOOR}/messages`,
        body: group ? { group: Number(group), text } : { agents: mine.map((one) => one.id), text },
      }),
    });
  }

  private do(action: Action, agent: AgentValue | undefined, call: CallValue | undefined): void {
    if (action.kind === "monitor") {
      void takePart(this.desk, action.call, action.mode);
      return;
    }
    if (action.kind === "why") {
      void showWait(action.call, isolated(call ? callerName(call) : ""));
      return;
    }
    const form = agent ? this.ofAgent(action.what, agent, call) : call ? this.ofCall(action.what, call) : null;
    if (form) openForm(form);
  }

  private ofAgent(what: Forced, agent: AgentValue, call: CallValue | undefined): ForcedForm | null {
    const name = isolated(agent.name);
    const state = (state: string) => (reason: string) => ({
      path: `${FLOOR}/agents/${agent.id}/state`,
      body: { state, reason },
    });
    const asks = { name: "forced", typed: "reason", done: t("Done.") } as const;
    const talks = agent.state === "talking";
    switch (what) {
      case "ready":
        return { ...asks, title: t("Set {name} ready", { name }), submit: t("Set ready"), send: state("ready") };
      case "not ready": {
        const title = t("Set {name} not ready", { name });
        const later = talks ? { warning: t("It takes effect after the present call.") } : {};
        return { ...asks, ...later, title, submit: t("Set not ready"), send: state("paused") };
      }
      case "sign out": {
        const warning = talks ? t("Their call goes on until it ends. No more calls come.") : t("No more calls come to them.");
        const title = t("Sign {name} out", { name });
        return { ...asks, title, warning, submit: t("Sign out"), danger: true, send: state("signed out") };
      }
      case "queues":
        return {
          ...asks,
          title: t("Queues of {name} for today", { name }),
          warning: t("Until midnight; then the usual queues are back."),
          submit: t("Save"),
          several: { label: t("Queues"), options: this.queues, chosen: agent.queues },
          send: (reason, _, queues) => ({ path: `${FLOOR}/agents/${agent.id}/queues`, body: { queues, reason } }),
        };
      case "message":
        return {
          ...messageForm(t("Message to {name}", { name })),
          send: (text) => ({ path: `${FLOOR}/messages`, body: { agents: [agent.id], text } }),
        };
      default:
        return call ? this.ofCall(what, call) : null;
    }
  }

  private ofCall(what: Forced, call: CallValue): ForcedForm | null {
    const path = `${FLOOR}/calls/${encodeURIComponent(call.id)}`;
    const name = isolated(callerName(call));
    const move = (to: string, reason: string) => ({ path: `${path}/move`, body: { to, reason } });
    const asks = { name: "forced", typed: "reason", done: t("Done.") } as const;
    switch (what) {
      case "end call":
        return {
          ...asks,
          title: t("End the call with {name}", { name }),
          warning: t("The customer is cut off."),
          submit: t("End the call"),
          danger: true,
          send: (reason) => ({ path: `${path}/hangup`, body: { reason } }),
        };
      case "front":
        return { ...asks, title: t("{name} to the front", { name }), submit: t("To the front"), send: (reason) => move("", reason) };
      case "to agent":
        return {
          ...asks,
          title: t("Send {name} to an agent", { name }),
          submit: t("Send"),
          one: { label: t("Agent"), options: this.agentChoices() },
          send: (reason, agent) => move(`agent:${agent}`, reason),
        };
      case "to queue":
        return {
          ...asks,
          title: t("Send {name} to another queue", { name }),
          submit: t("Send"),
          one: { label: t("Queue"), options: this.queues.filter((one) => one.key !== call.queue) },
          send: (reason, queue) => move(`queue:${queue}`, reason),
        };
      default:
        return null;
    }
  }

  /** Those who are ready first: their phone rings at once. */
  private agentChoices(): Choice[] {
    const there = [...this.state().agents.values()].filter((one) => one.state !== "signed out");
    const ready = (one: AgentValue) => one.state === "ready" && one.reachable;
    there.sort((a, b) => Number(ready(b)) - Number(ready(a)) || a.name.localeCompare(b.name));
    return there.map((one) => ({
      key: String(one.id),
      name: ready(one) ? t("{name} · ready", { name: one.name }) : one.name,
    }));
  }
}

function messageForm(title: string) {
  return { name: "message", title, submit: t("Send"), typed: "text", done: t("Sent.") } as const;
}

/** Take part in a call; without a phone a dialog offers to connect one, and then goes on. */
export async function takePart(desk: Desk, call: string, mode: MonitorMode | "stop"): Promise<void> {
  if (mode !== "stop" && !(await connected(desk))) return;
  await desk.monitor(call, mode);
  if (desk.problem) toast(desk.problem, "danger");
}

async function connected(desk: Desk): Promise<boolean> {
  if (!desk.agent) {
    toast(t("Your account isn't set up for calls."), "danger");
    return false;
  }
  if (desk.agent.state !== "signed out" && desk.agent.reachable) return true;
  if (!(await wantsPhone())) return false;
  if (desk.agent.state === "signed out") await desk.signIn("browser");
  if (desk.problem) toast(desk.problem, "danger");
  return desk.problem ? false : isReachable(desk);
}

function isReachable(desk: Desk): Promise<boolean> {
  const there = () => desk.agent !== null && desk.agent.state !== "signed out" && desk.agent.reachable;
  if (there()) return Promise.resolve(true);
  return new Promise((tell) => {
    const late = window.setTimeout(() => {
      stop();
      toast(t("Your phone could not be connected."), "danger");
      tell(false);
    }, CONNECT_MS);
    const stop = desk.subscribe(() => {
      if (!there()) return;
      window.clearTimeout(late);
      stop();
      tell(true);
    });
  });
}

function wantsPhone(): Promise<boolean> {
  const dialog = newDialog("connect-phone");
  dialog.setAttribute("aria-labelledby", "connect-title");
  render(
    html`<div class="dialog-body">
        <h2 id="connect-title">${t("Connect a phone first.")}</h2>
        <p>${t("You hear the call with your own phone. The softphone of this page needs the microphone.")}</p>
      </div>
      <div class="dialog-foot">
        <button type="button" class="btn" data-testid="connect-no" @click=${() => dialog.close("no")}>${t("Cancel")}</button>
        <button type="button" class="btn btn-primary" data-testid="connect-yes" @click=${() => dialog.close("yes")}>
          ${t("Connect phone")}
        </button>
      </div>`,
    dialog,
  );
  return new Promise((tell) => {
    dialog.addEventListener("close", () => tell(dialog.returnValue === "yes"));
    dialog.showModal();
  });
}

export function queueOptions(state: LiveState): Choice[] {
  return [...state.queues.values()].map((one) => ({ key: one.key, name: queueName(one.key, one.name) }));
}

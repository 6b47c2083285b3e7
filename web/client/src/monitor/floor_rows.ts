// An agent's tile and a call's row of the live floor.
import { html, nothing, type TemplateResult } from "lit-html";

import { now } from "../kit/clock";
import { duration, readable, secondsLeft, secondsSince } from "../kit/format";
import { isolated, t } from "../kit/i18n";
import { agentStateName, stageName } from "../live/names";
import { customerHears, partiesOf, type Party } from "../live/parties";
import { queueName } from "../live/queue_names";
import { reasonName } from "../live/reason_names";
import { taskLine, tasksInOrder, type TaskLine } from "../live/tasks";
import type { AgentValue, CallValue } from "../live/types";
import { waitsSince } from "./floor_view";

/** A tile's or row's position in the whole list, of which only a part is drawn. */
export interface Place {
  at: number;
  of: number;
}

/** The calls of an agent's tasks, in the order of the tile. */
export function callsOf(agent: AgentValue, calls: ReadonlyMap<string, CallValue>): (CallValue | undefined)[] {
  return tasksInOrder(agent).map((task) => (task.call ? calls.get(task.call) : undefined));
}

/** `calls` are those of `callsOf`. */
export function agentTile(agent: AgentValue, calls: readonly (CallValue | undefined)[], place: Place): TemplateResult {
  const [first, ...others] = tasksInOrder(agent).map((task, at) => taskLine(task, calls[at], now()));
  const offline = agent.state !== "signed out" && !agent.reachable;
  const doing = first ? taskText(first) : stateText(agent, offline);
  const told = [offline ? t("Phone offline") : "", doing].filter(Boolean).join(" · ");
  return html`<li
    class="agent-tile"
    data-state=${agent.state}
    data-testid="agent-tile"
    data-agent=${agent.id}
    aria-posinset=${place.at}
    aria-setsize=${place.of}
  >
    <span class="state-dot" aria-hidden="true"></span>
    <span class="dock-text">
      <span class="text-truncate" title="${agent.name} ${agent.extension}"
        ><strong>${agent.name}</strong> <span class="text-secondary">${agent.extension}</span></span
      >
      <span class="text-secondary text-truncate" title=${told}>
        ${offline ? html`<span class="text-danger">${t("Phone offline")}</span>` : nothing}${offline && doing
          ? " · "
          : nothing}${first ? html`<span data-testid="task">${doing}</span>` : doing}
      </span>
      ${others.length
        ? html`<span class="task-others text-truncate" data-testid="other-tasks" title=${others.map(timedText).join(" · ")}
            >${others.map(
              (one) => html`<span class="task" data-state=${one.state} data-testid="task">${timedText(one)}</span>`,
            )}</span
          >`
        : nothing}
    </span>
    ${tileTimer(agent, first)}
  </li>`;
}

/** The state, with the reason why an agent is not ready; short beside “Phone offline”. */
function stateText(agent: AgentValue, offline: boolean): string {
  const state = agentStateName(agent.state);
  const reason = agent.state === "paused" && agent.reason ? reasonName(agent.reason) : "";
  // An agent who is ready with a phone that cannot be rung gets no calls: the phone is the state.
  if (offline) return agent.state === "ready" ? "" : reason || state;
  return reason ? `${state} · ${reason}` : state;
}

function tileTimer(agent: AgentValue, first: TaskLine | undefined): TemplateResult | typeof nothing {
  const left = agent.state === "wrap-up";
  const seconds =
    first?.seconds ?? (left ? secondsLeft(agent.until, now()) : secondsSince(agent.since, now()));
  if (agent.state === "signed out" || seconds === null) return nothing;
  const countsDown = first ? first.countsDown : left;
  return html`<span class="timer">${countsDown ? "−" : ""}${duration(seconds)}</span>`;
}

function taskText(task: TaskLine): string {
  return task.who && task.state !== "wrap-up" ? `${task.word} · ${isolated(task.who)}` : task.word;
}

function timedText(task: TaskLine): string {
  if (task.seconds === null) return taskText(task);
  return `${taskText(task)} ${task.countsDown ? "−" : ""}${duration(task.seconds)}`;
}

export function callRow(call: CallValue, row: number): TemplateResult {
  const number = readable(call.caller) || t("Withheld");
  const name = call.customer?.name ?? "";
  const queue = queueName(call.queue, call.queue_name) || "–";
  const hears = customerHears(call);
  return html`<tr role="row" aria-rowindex=${row} data-testid="live-call" data-call=${call.id} data-state=${call.state}>
    <td role="cell" title=${name || number}>
      <span class="one-line">${number}</span>
      ${name ? html`<span class="one-line text-secondary">${name}</span>` : nothing}
    </td>
    <td role="cell" title=${hears || nothing}>
      <span class="badge" data-state=${call.state} data-testid="call-stage">${stageName(call.state)}</span>
      ${hears ? html`<span class="one-line text-secondary" data-testid="customer-hears">${hears}</span>` : nothing}
    </td>
    <td role="cell" title=${queue}><span class="one-line">${queue}</span></td>
    ${partiesCell(call)}
    ${timeCell(call)}
  </tr>`;
}

/** A caller's wait counts from the queue's beginning; the title tells the time in the state. */
function timeCell(call: CallValue): TemplateResult {
  const inState = duration(secondsSince(call.since, now()) ?? 0);
  const waits = waitsSince(call);
  if (waits === null) return html`<td role="cell" class="text-end numeric">${inState}</td>`;
  const title = `${stageName(call.state)} ${inState}`;
  return html`<td role="cell" class="text-end numeric" title=${title}>
    ${duration(secondsSince(waits, now()) ?? 0)}
  </td>`;
}

/** The parties except the customer: the first on its own line, the others together. */
function partiesCell(call: CallValue): TemplateResult {
  const parties = partiesOf(call).filter((one) => one.role !== "customer");
  const all = parties.map(partyText).join(", ");
  const [first, second, ...others] = parties;
  if (!first) {
    const name = call.agent_name || "–";
    return html`<td role="cell" title=${name}><span class="one-line">${name}</span></td>`;
  }
  return html`<td role="cell" title=${all} data-testid="call-parties">
    <span class="one-line">${first.name}</span>
    <span class="one-line">${doing(first)}${second
      ? html`<span class="text-secondary"> · ${partyText(second)}${others.length ? ` +${others.length}` : ""}</span>`
      : nothing}</span>
  </td>`;
}

function doing(one: Party): TemplateResult {
  return html`<span class="task" data-state=${one.state}>${one.doing}</span>`;
}

function partyText(one: Party): string {
  return `${isolated(one.name)}: ${one.doing}`;
}

// An agent's tile and a call's row of the live floor.
import { html, nothing, type TemplateResult } from "lit-html";

import { now } from "../kit/clock";
import { duration, readable, secondsLeft, secondsSince } from "../kit/format";
import { isolated, t } from "../kit/i18n";
import { icon } from "../kit/icon";
import { agentStateName, stageName } from "../live/names";
import { customerHears, partiesOf, type Party } from "../live/parties";
import { backWords } from "../live/planned_end";
import { levelName } from "../live/level_names";
import { queueName } from "../live/queue_names";
import { reasonName } from "../live/reason_names";
import { callTroubles } from "../live/sound";
import { taskLine, tasksInOrder, type TaskLine } from "../live/tasks";
import type { AgentValue, CallValue } from "../live/types";
import { waitsSince } from "./floor_view";
import { agentLink, callLink, limitLink } from "./links";
import { agentLevel, levelOf, type Thresholds } from "./thresholds";

/** A tile's or row's position in the whole list, of which only a part is drawn. */
export interface Place {
  at: number;
  of: number;
}

/** How a tile or row is drawn: its colours, and whether it has a menu. */
export interface Look {
  thresholds: Thresholds;
  menu: boolean;
  /** On the agent's own page the tile does not lead there. */
  linked?: boolean;
}

/** The calls of an agent's tasks, in the order of the tile. */
export function callsOf(agent: AgentValue, calls: ReadonlyMap<string, CallValue>): (CallValue | undefined)[] {
  return tasksInOrder(agent).map((task) => (task.call ? calls.get(task.call) : undefined));
}

/** `calls` are those of `callsOf`. */
export function agentTile(
  agent: AgentValue,
  calls: readonly (CallValue | undefined)[],
  place: Place,
  look: Look,
): TemplateResult {
  const [first, ...others] = tasksInOrder(agent).map((task, at) => taskLine(task, calls[at], now()));
  const offline = agent.state !== "signed out" && !agent.reachable;
  const doing = first ? taskText(first) : stateText(agent, offline);
  const told = [offline ? t("Phone offline") : "", doing].filter(Boolean).join(" · ");
  return html`<li
    class="agent-tile"
    data-state=${agent.state}
    data-testid="agent-tile"
    data-agent=${agent.id}
    data-level=${agentLevel(look.thresholds, agent, now()) || nothing}
    aria-posinset=${place.at}
    aria-setsize=${place.of}
  >
    <span class="state-dot" aria-hidden="true"></span>
    <span class="dock-text">
      <span class="text-truncate" title="${agent.name} ${agent.extension}"
        ><strong>${linked(look.linked === false ? "" : agentLink(agent.id), agent.name)}</strong> <span class="text-secondary">${agent.extension}</span> ${soundSign(calls[0])}</span
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
    ${tileTimer(agent, first)}${limit(agent)}${look.menu
      ? menuButton(t("Actions: {name}", { name: agent.name }), "agent-menu", agent.id, nothing)
      : nothing}
  </li>`;
}

/** The button that opens the menu of an agent or a call. */
function menuButton(
  label: string,
  name: string,
  agent: number | typeof nothing,
  call: string | typeof nothing,
): TemplateResult {
  return html`<button
    type="button"
    class="tile-tool row-menu"
    title=${label}
    aria-label=${label}
    aria-haspopup="menu"
    data-testid=${name}
    data-agent-menu=${agent}
    data-call-menu=${call}
  >
    ${icon("dots")}
  </button>`;
}

/** A link to the page that limits the agent's calls out. */
function limit(agent: AgentValue): TemplateResult | typeof nothing {
  const url = limitLink(agent.id);
  if (!url) return nothing;
  const label = t("Limit outbound calls: {name}", { name: agent.name });
  return html`<a class="tile-tool" href=${url} title=${label} aria-label=${label} data-testid="limit">${icon("phone-outgoing")}</a>`;
}

/** The text as a link; as text alone where the reader may not follow it. */
function linked(url: string, text: string): TemplateResult | string {
  return url ? html`<a class="row-link" href=${url}>${text}</a>` : text;
}

/** The state, with the reason why an agent is not ready; short beside “Phone offline”. */
function stateText(agent: AgentValue, offline: boolean): string {
  const state = agentStateName(agent.state);
  const reason = agent.state === "paused" && agent.reason ? reasonName(agent.reason) : "";
  // An agent who is ready with a phone that cannot be rung gets no calls: the phone is the state.
  if (offline) return agent.state === "ready" ? "" : reason || state;
  const back = agent.state === "paused" ? backWords(agent.back_at, now()) : "";
  return [state, reason, back].filter(Boolean).join(" · ");
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

export function callRow(call: CallValue, row: number, look: Look): TemplateResult {
  const number = readable(call.caller) || t("Withheld");
  const name = call.customer?.name ?? "";
  const queue = queueName(call.queue, call.queue_name) || "–";
  const hears = customerHears(call);
  return html`<tr role="row" aria-rowindex=${row} data-testid="live-call" data-call=${call.id} data-state=${call.state}>
    <td role="cell" title=${name || number}>
      <span class="one-line">${linked(callLink(call.id), number)}</span>
      ${name || call.level
        ? html`<span class="one-line text-secondary">${levelBadge(call)}${name}</span>`
        : nothing}
    </td>
    <td role="cell" title=${hears || nothing}>
      <span class="badge" data-state=${call.state} data-testid="call-stage">${stageName(call.state)}</span>${soundSign(call)}
      ${hears ? html`<span class="one-line text-secondary" data-testid="customer-hears">${hears}</span>` : nothing}
    </td>
    <td role="cell" title=${queue}><span class="one-line">${queue}</span></td>
    ${partiesCell(call)}
    ${timeCell(call, look)}
  </tr>`;
}

/** The customer's level of service; the title tells what it adds. */
function levelBadge(call: CallValue): TemplateResult | typeof nothing {
  if (!call.level) return nothing;
  const name = levelName(call.level);
  const told = t("Customer level {name}", { name });
  const points = call.level.priority ? ` · ${t("priority +{points}", { points: call.level.priority })}` : "";
  return html`<span class="badge level-badge" title="${told}${points}" data-testid="call-level">${name}</span> `;
}

/** A caller's wait counts from the queue's beginning; the title tells the time in the state. */
function timeCell(call: CallValue, look: Look): TemplateResult {
  const inState = secondsSince(call.since, now()) ?? 0;
  const waits = waitsSince(call);
  const seconds = waits === null ? inState : (secondsSince(waits, now()) ?? 0);
  const title = waits === null ? nothing : `${stageName(call.state)} ${duration(inState)}`;
  const figure = waits !== null ? "wait" : call.state === "talking" ? "talk" : null;
  const level = figure ? levelOf(look.thresholds, figure, seconds) : "";
  const label = t("Actions: {name}", { name: call.customer?.name || readable(call.caller) || t("Withheld") });
  return html`<td role="cell" class="text-end numeric time-cell ${level}" title=${title}>
    ${duration(seconds)}${look.menu ? menuButton(label, "call-menu", nothing, call.id) : nothing}
  </td>`;
}

/** That someone in the call is heard badly; the title tells who. */
function soundSign(call: CallValue | undefined): TemplateResult | typeof nothing {
  const troubles = call ? callTroubles(call) : [];
  if (!troubles.length) return nothing;
  const told = troubles.map(isolated).join(", ");
  return html`<span class="sound-sign text-danger" title="${t("Bad sound")} · ${told}" data-testid="sound-sign"
    >${icon("activity")}<span class="visually-hidden">${t("Bad sound")}</span></span
  >`;
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

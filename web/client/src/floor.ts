// The live floor: queues, agents and calls as they are now.
import { html, nothing, render, type TemplateResult } from "lit-html";
import { guard } from "lit-html/directives/guard.js";
import { repeat } from "lit-html/directives/repeat.js";

import { readBoot } from "./boot";
import { everySecond, now } from "./clock";
import { agentsInOrder, callsInOrder, floorSums, queuesInOrder } from "./floor_view";
import { duration, readable, secondsLeft, secondsSince } from "./format";
import { frames } from "./frame";
import { t } from "./i18n";
import { icon } from "./icon";
import type { Mount } from "./islands";
import { hear, NOTHING_KNOWN, type LiveState } from "./live_state";
import type { LiveSocket } from "./live_socket";
import { agentStateName, callStateName } from "./names";
import { learnQueueNames, queueName } from "./queue_names";
import type { AgentValue, CallValue, QueueValue } from "./types";
import { fillsScreen, wall } from "./wall";

const LONG_WAIT_SECONDS = 60;

export function floor(live: LiveSocket): Mount {
  return (place) => {
    const first = readBoot().floor;
    learnQueueNames(first?.queue_names);
    const drawn = first?.items.length
      ? hear(NOTHING_KNOWN, {
          snapshot: { boot: first.boot, number: first.number, now: "", items: first.items },
        })
      : NOTHING_KNOWN;
    place.replaceChildren();
    // Until the floor comes over the line, what the page was drawn with is shown.
    const draw = () => render(content(live.state.topic === "floor" ? live.state : drawn), place);
    const drawing = frames(draw);
    const stop = live.subscribe(drawing.soon);
    live.watch("floor");
    const stopClock = everySecond(() => {
      drawing.soon();
      // A room looks at it: that is use, although nobody touches it.
      if (fillsScreen()) live.noteUse();
    });
    const offWall = wall(document.querySelector<HTMLElement>("[data-action=wall]"));
    draw();
    return () => {
      stop();
      stopClock();
      offWall();
      drawing.stop();
      live.watch("desk");
    };
  };
}

function content(state: LiveState): TemplateResult {
  const sums = floorSums(state);
  const oldest = since(sums.oldest);
  return html`
    <div class="tiles" data-testid="floor-tiles">
      ${tile("waiting", t("Waiting callers"), String(sums.waiting), sums.waiting > 0 ? "warn" : "")}
      ${tile("longest", t("Longest wait"), oldest === null ? "–" : duration(oldest), long(oldest))}
      ${tile("ready", t("Ready agents"), String(sums.ready), sums.ready === 0 && sums.waiting > 0 ? "alarm" : "good")}
      ${tile("talking", t("Talking agents"), String(sums.talking), "")}
    </div>
    <div class="card">
      <div class="card-header"><h2 class="card-title">${t("Queues")}</h2></div>
      ${state.queues.size ? queueTable(queuesInOrder(state)) : empty(t("There is no queue yet."))}
    </div>
    <div class="floor-two">
      <div class="card">
        <div class="card-header"><h2 class="card-title">${t("Agents")}</h2></div>
        ${agentGrid(state)}
      </div>
      <div class="card">
        <div class="card-header"><h2 class="card-title">${t("Calls in progress")}</h2></div>
        ${callTable(callsInOrder(state))}
      </div>
    </div>
    ${nodes(state)}
  `;
}

function tile(name: string, label: string, figure: string, look: string): TemplateResult {
  return html`<div class="card tile ${look}" data-testid="tile-${name}">
    <div class="tile-label">${label}</div>
    <div class="tile-figure">${figure}</div>
  </div>`;
}

function queueTable(queues: QueueValue[]): TemplateResult {
  return html`<div class="table-responsive">
    <table class="table table-vcenter card-table" data-testid="queue-table">
      <thead>
        <tr>
          <th scope="col">${t("Queue")}</th>
          <th scope="col" class="text-end">${t("Waiting")}</th>
          <th scope="col" class="text-end">${t("Longest wait")}</th>
          <th scope="col" class="text-end">${t("Ready")}</th>
          <th scope="col" class="text-end">${t("Talking")}</th>
        </tr>
      </thead>
      <tbody>
        ${repeat(queues, (queue) => queue.key, (queue) => {
          const oldest = since(queue.oldest_since);
          return html`<tr data-testid="queue-row" data-key=${queue.key}>
            <th scope="row" class="name-cell" title=${queueName(queue.key, queue.name)}>
              ${queueName(queue.key, queue.name)}
            </th>
            <td class="text-end numeric">${queue.waiting}</td>
            <td class="text-end numeric ${long(oldest)}">${oldest === null ? "–" : duration(oldest)}</td>
            <td class="text-end numeric">${queue.ready}</td>
            <td class="text-end numeric">${queue.talking}</td>
          </tr>`;
        })}
      </tbody>
    </table>
  </div>`;
}

function agentGrid(state: LiveState): TemplateResult {
  if (!state.agents.size) return empty(t("No agents yet."));
  return html`<ul class="agent-grid" data-testid="agent-grid">
    ${repeat(agentsInOrder(state), (agent) => agent.id, (agent) => {
      const call = agent.call ? state.calls.get(agent.call) : undefined;
      // Of hundreds of tiles a few change at a time; the others are looked at once a second.
      return guard([agent, call, Math.floor(now() / 1000)], () => agentTile(agent, call));
    })}
  </ul>`;
}

function agentTile(agent: AgentValue, call: CallValue | undefined): TemplateResult {
  const held = agent.state === "talking" && call?.state === "held";
  const seconds =
    agent.state === "wrap-up" ? secondsLeft(agent.until, now()) : secondsSince(agent.since, now());
  const doing = held ? t("On hold") : agentStateName(agent.state);
  const unreachable = agent.state !== "signed out" && !agent.reachable;
  return html`<li class="agent-tile" data-state=${agent.state} data-testid="agent-tile" data-agent=${agent.id}>
    <span class="state-dot" aria-hidden="true"></span>
    <span class="dock-text">
      <strong class="text-truncate" title=${agent.name}>${agent.name}</strong>
      <span class="text-secondary text-truncate">
        ${agent.extension} · ${doing}${call && agent.state !== "wrap-up"
          ? html` · ${call.customer?.name || readable(call.caller) || t("Number withheld")}`
          : nothing}
      </span>
      ${unreachable ? html`<span class="text-danger">${t("Phone not connected")}</span>` : nothing}
    </span>
    ${agent.state === "signed out" || seconds === null
      ? nothing
      : html`<span class="timer">${agent.state === "wrap-up" ? "−" : ""}${duration(seconds)}</span>`}
  </li>`;
}

function callTable(calls: CallValue[]): TemplateResult {
  if (!calls.length) return empty(t("No calls just now."));
  // Its rows are boxes of their own (see .live-calls), so what they are is said once more.
  return html`<div class="table-responsive">
    <table class="table table-vcenter card-table stack live-calls" role="table" data-testid="live-calls">
      <thead role="rowgroup">
        <tr role="row">
          <th scope="col" role="columnheader">${t("Caller")}</th>
          <th scope="col" role="columnheader">${t("State")}</th>
          <th scope="col" role="columnheader">${t("Queue")}</th>
          <th scope="col" role="columnheader">${t("Agent")}</th>
          <th scope="col" role="columnheader" class="text-end">${t("Time")}</th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${repeat(calls, (call) => call.id, (call) =>
          guard([call, Math.floor(now() / 1000)], () => callRow(call)),
        )}
      </tbody>
    </table>
  </div>`;
}

function callRow(call: CallValue): TemplateResult {
  const number = readable(call.caller) || t("Number withheld");
  const name = call.customer?.name ?? "";
  return html`<tr role="row" data-testid="live-call" data-call=${call.id} data-state=${call.state}>
    <td role="cell" class="name-cell" title=${name || number}>
      <span class="text-nowrap">${number}</span>
      ${name ? html`<br /><span class="text-secondary">${name}</span>` : nothing}
    </td>
    <td role="cell"><span class="badge" data-state=${call.state}>${callStateName(call.state)}</span></td>
    <td role="cell">${queueName(call.queue, call.queue_name) || "–"}</td>
    <td role="cell">${call.agent_name || "–"}</td>
    <td role="cell" class="text-end numeric">${duration(since(call.since) ?? 0)}</td>
  </tr>`;
}

/** Said only when something is wrong: a supervisor has other things to look at. */
function nodes(state: LiveState): TemplateResult | typeof nothing {
  const broken = [...state.nodes.values()].filter((node) => !node.ari);
  const database = state.engine?.database === false;
  const missed = state.engine?.recordings_missed ?? 0;
  if (!broken.length && !database && !missed) return nothing;
  return html`<div class="alert alert-danger" role="alert" data-testid="floor-alarm">
    ${icon("alert-triangle")}
    <ul class="plain-list">
      ${broken.map((node) => html`<li>${t("The telephone switch {name} is not connected.", { name: node.name })}</li>`)}
      ${database ? html`<li>${t("The database is away. Calls go on and are written down later.")}</li>` : nothing}
      ${missed ? html`<li>${t("Talks that were not recorded: {count}", { count: missed })}</li>` : nothing}
    </ul>
  </div>`;
}

function empty(sentence: string): TemplateResult {
  return html`<div class="empty-note">${sentence}</div>`;
}

function since(instant: string | null): number | null {
  return secondsSince(instant, now());
}

function long(seconds: number | null): string {
  return seconds !== null && seconds >= LONG_WAIT_SECONDS ? "alarm" : "";
}

// The live floor: queues, agents and calls of this moment.
import { html, nothing, render, type TemplateResult } from "lit-html";
import { guard } from "lit-html/directives/guard.js";
import { repeat } from "lit-html/directives/repeat.js";

import { readBoot } from "../kit/boot";
import { everySecond, now } from "../kit/clock";
import { Control } from "./control";
import { filterBar } from "./filter_bar";
import { agentsShown, callsShown, filterWords, queuesShown, readFilter, type FloorFilter } from "./filters";
import { floorSums, needThirdLine } from "./floor_view";
import { duration, secondsSince } from "../kit/format";
import { frames } from "../kit/frame";
import { t } from "../kit/i18n";
import { icon } from "../kit/icon";
import type { Desk } from "../desk/desk";
import type { FloorBoot } from "../kit/types";
import type { Mount } from "../kit/islands";
import { hear, NOTHING_KNOWN, type LiveState } from "../live/live_state";
import type { LiveSocket } from "../live/live_socket";
import { agentTile, callRow, callsOf } from "./floor_rows";
import { learnLinks } from "./links";
import { learnQueueNames, queueName } from "../live/queue_names";
import { learnReasonNames } from "../live/reason_names";
import type { AgentValue, CallValue, QueueValue } from "../live/types";
import { trunkLamps } from "./trunk_lamps";
import { fillsScreen, wall } from "./wall";
import { levelOf, type Thresholds } from "./thresholds";
import { callbacksOf } from "./waiting_callbacks";
import { Windowed, type Slice } from "./windowed";

/** Learn the names of the page, and give the floor that the page itself has brought. */
export function beginFloor(first: FloorBoot | undefined): LiveState {
  learnQueueNames(first?.queue_names);
  learnReasonNames(first?.reason_names);
  learnLinks(first?.links);
  if (!first?.items.length) return NOTHING_KNOWN;
  return hear(NOTHING_KNOWN, {
    snapshot: { boot: first.boot, number: first.number, now: "", items: first.items },
  });
}

export function floor(live: LiveSocket, desk: Desk): Mount {
  return (place) => {
    const boot = readBoot();
    const drawn = beginFloor(boot.floor);
    const seenState = () => (live.state.topic === "floor" ? live.state : drawn);
    const control = new Control(boot.floor, boot.user?.id ?? 0, desk, seenState);
    const thresholds = boot.floor?.thresholds ?? {};
    let filter = readFilter(location.search);
    const choose = (changed: Partial<FloorFilter>) => {
      filter = { ...filter, ...changed };
      history.replaceState(history.state, "", `${location.pathname}${filterWords(filter)}`);
      remeasure();
    };
    place.replaceChildren();
    // Until the live connection delivers the floor, the data of the page itself is shown.
    const agents = new Windowed(place, "[data-testid=agent-grid]");
    const calls = new Windowed(place, "[data-testid=live-calls] tbody");
    let tall = false;
    const draw = () => {
      const state = seenState();
      const wasTall = tall;
      tall = needThirdLine(state.agents.values());
      const seen = {
        agents: part(agents, agentsShown(state, filter, control.groups)),
        calls: part(calls, callsShown(state, filter, control.groups)),
        filter,
        thresholds,
        control,
        choose,
      };
      render(content(state, seen), place);
      agents.settle(seen.agents.slice);
      calls.settle(seen.calls.slice);
      // The tiles' height has changed; it can be measured only after drawing.
      if (tall !== wasTall) remeasure();
    };
    const drawing = frames(draw);
    const remeasure = () => {
      agents.remeasure();
      calls.remeasure();
      drawing.soon();
    };
    const open = (event: Event) => {
      const button = (event.target as Element).closest<HTMLElement>("[data-agent-menu], [data-call-menu]");
      if (button) control.open(button);
    };
    place.addEventListener("click", open);
    const stopDesk = desk.subscribe(drawing.soon);
    addEventListener("scroll", drawing.soon, { passive: true });
    const resized = new ResizeObserver(remeasure);
    resized.observe(place);
    const stop = live.subscribe(drawing.soon);
    live.watch("floor");
    const stopClock = everySecond(() => {
      drawing.soon();
      // A wall display is watched by a room: that counts as activity.
      if (fillsScreen()) live.noteUse();
    });
    const offWall = wall(document.querySelector<HTMLElement>("[data-action=wall]"));
    draw();
    return () => {
      stop();
      stopDesk();
      place.removeEventListener("click", open);
      stopClock();
      offWall();
      removeEventListener("scroll", drawing.soon);
      resized.disconnect();
      drawing.stop();
      live.watch("desk");
    };
  };
}

/** The part of a sorted list that is drawn. */
interface Part<V> {
  all: V[];
  slice: Slice;
}

function part<V>(window: Windowed, all: V[]): Part<V> {
  return { all, slice: window.slice(all.length) };
}

function drawnOf<V>({ all, slice }: Part<V>): V[] {
  return all.slice(slice.first, slice.last);
}

interface Seen {
  agents: Part<AgentValue>;
  calls: Part<CallValue>;
  filter: FloorFilter;
  thresholds: Thresholds;
  control: Control;
  choose: (changed: Partial<FloorFilter>) => void;
}

function content(state: LiveState, seen: Seen): TemplateResult {
  const { thresholds } = seen;
  const sums = floorSums(state);
  const oldest = since(sums.oldest);
  // The tiles sum up all queues; the threshold is that of one.
  const most = Math.max(0, ...[...state.queues.values()].map((queue) => queue.waiting));
  const waiting = levelOf(thresholds, "waiting", most) || (sums.waiting > 0 ? "warn" : "");
  return html`
    ${filterBar(state, seen.filter, seen.control.groups, seen.choose, seen.control.mayWrite ? () => seen.control.message(seen.agents.all) : null)}
    <div class="tiles" data-testid="floor-tiles">
      ${tile("waiting", t("In queue"), String(sums.waiting), waiting, "", () => seen.choose({ sort: "time" }))}
      ${tile("longest", t("Longest wait"), oldest === null ? "–" : duration(oldest), levelOf(thresholds, "wait", oldest), "", () =>
        seen.choose({ sort: "time" }),
      )}
      ${tile(
        "ready",
        t("Available"),
        String(sums.available),
        sums.available === 0 && sums.waiting > 0 ? "alarm" : "good",
        sums.unreachable ? t("{count} unreachable", { count: sums.unreachable }) : "",
        () => seen.choose({ state: seen.filter.state === "ready" ? "" : "ready" }),
      )}
      ${tile("talking", t("On call"), String(sums.talking), "", "", () =>
        seen.choose({ state: seen.filter.state === "talking" ? "" : "talking" }),
      )}
    </div>
    ${trunkLamps([...state.trunks.values()])}
    <div class="card">
      <div class="card-header"><h2 class="card-title">${t("Queues")}</h2></div>
      ${state.queues.size ? queueTable(queuesShown(state, seen.filter), seen) : empty(t("No queues"))}
    </div>
    <div class="floor-two">
      <div class="card">
        <div class="card-header"><h2 class="card-title">${t("Agents")}</h2></div>
        ${agentGrid(state, seen.agents, seen)}
      </div>
      <div class="card">
        <div class="card-header"><h2 class="card-title">${t("Active calls")}</h2></div>
        ${callTable(seen.calls, seen)}
      </div>
    </div>
    ${nodes(state)}
  `;
}

/** A figure; its label is a button that shows the agents or calls behind it. */
function tile(
  name: string,
  label: string,
  figure: string,
  look: string,
  warning: string,
  lead: () => void,
): TemplateResult {
  return html`<div class="card tile ${look}" data-testid="tile-${name}">
    <button type="button" class="tile-label tile-lead" data-testid="lead-${name}" @click=${lead}>${label}</button>
    <div class="tile-figure">${figure}</div>
    ${warning ? html`<div class="text-danger" data-testid="tile-warning">${warning}</div>` : nothing}
  </div>`;
}

function queueTable(queues: QueueValue[], { thresholds, filter, choose }: Seen): TemplateResult {
  return html`<div class="table-responsive">
    <table class="table table-vcenter card-table" data-testid="queue-table">
      <thead>
        <tr>
          <th scope="col">${t("Queue")}</th>
          <th scope="col" class="text-end">${t("Waiting")}</th>
          <th scope="col" class="text-end">${t("Longest wait")}</th>
          <th scope="col" class="text-end">${t("Available")}</th>
          <th scope="col" class="text-end">${t("On call")}</th>
        </tr>
      </thead>
      <tbody>
        ${repeat(queues, (queue) => queue.key, (queue) => {
          const oldest = since(queue.oldest_since);
          return html`<tr data-testid="queue-row" data-key=${queue.key}>
            <th scope="row" class="name-cell" title=${queueName(queue.key, queue.name)}>
              <button
                type="button"
                class="btn-link row-link"
                aria-pressed=${filter.queue === queue.key ? "true" : "false"}
                data-testid="queue-filter"
                @click=${() => choose({ queue: filter.queue === queue.key ? "" : queue.key })}
              >
                ${queueName(queue.key, queue.name)}
              </button>
              ${callbacksOf(queue)}
            </th>
            <td class="text-end numeric ${levelOf(thresholds, "waiting", queue.waiting)}">${queue.waiting}</td>
            <td class="text-end numeric ${levelOf(thresholds, "wait", oldest)}">${oldest === null ? "–" : duration(oldest)}</td>
            <td class="text-end numeric">${queue.ready}</td>
            <td class="text-end numeric">${queue.talking}</td>
          </tr>`;
        })}
      </tbody>
    </table>
  </div>`;
}

function agentGrid(state: LiveState, part: Part<AgentValue>, seen: Seen): TemplateResult {
  const { all, slice } = part;
  if (!all.length) return empty(state.agents.size ? t("No agent matches the filter.") : t("No agents"));
  return html`<ul class="agent-grid" data-testid="agent-grid" ?data-three-lines=${needThirdLine(all)}>
    ${repeat(drawnOf(part), (agent) => agent.id, (agent, at) => {
      const calls = callsOf(agent, state.calls);
      const place = { at: slice.first + at + 1, of: all.length };
      // Of many tiles a few change at a time; the others are updated once a second.
      const menu = seen.control.actionsOfAgent(agent).length > 0;
      return guard([agent, ...calls, place.at, place.of, menu, Math.floor(now() / 1000)], () =>
        agentTile(agent, calls, place, { thresholds: seen.thresholds, menu }),
      );
    })}
  </ul>`;
}

function callTable(part: Part<CallValue>, seen: Seen): TemplateResult {
  const { all, slice } = part;
  if (!all.length) return empty(t("No active calls"));
  // Its rows are boxes of their own (see .live-calls), so their roles are set explicitly.
  return html`<div class="table-responsive">
    <table
      class="table table-vcenter card-table stack live-calls"
      role="table"
      data-testid="live-calls"
      aria-rowcount=${all.length + 1}
    >
      ${callHead()}
      <tbody role="rowgroup">
        ${repeat(drawnOf(part), (call) => call.id, (call, at) => {
          const row = slice.first + at + 2;
          const menu = seen.control.actionsOfCall(call).length > 0;
          return guard([call, row, menu, Math.floor(now() / 1000)], () =>
            callRow(call, row, { thresholds: seen.thresholds, menu }),
          );
        })}
      </tbody>
    </table>
  </div>`;
}

/** The headings of the table of calls. */
export function callHead(): TemplateResult {
  return html`<thead role="rowgroup">
    <tr role="row" aria-rowindex="1">
      <th scope="col" role="columnheader">${t("Caller")}</th>
      <th scope="col" role="columnheader">${t("State")}</th>
      <th scope="col" role="columnheader">${t("Queue")}</th>
      <th scope="col" role="columnheader">${t("Parties")}</th>
      <th scope="col" role="columnheader" class="text-end">${t("Duration")}</th>
    </tr>
  </thead>`;
}

/** Shown only if something is wrong. */
function nodes(state: LiveState): TemplateResult | typeof nothing {
  const broken = [...state.nodes.values()].filter((node) => !node.ari);
  const database = state.engine?.database === false;
  const missed = state.engine?.recordings_missed ?? 0;
  const full = state.engine?.recordings_full ?? false;
  if (!broken.length && !database && !missed && !full) return nothing;
  return html`<div class="alert alert-danger" role="alert" data-testid="floor-alarm">
    ${icon("alert-triangle")}
    <ul class="plain-list">
      ${broken.map((node) => html`<li>${t("Phone server {name} is not connected.", { name: node.name })}</li>`)}
      ${database ? html`<li>${t("The database is not responding. Calls continue; records are saved later.")}</li>` : nothing}
      ${full ? html`<li>${t("The recording disk is full: calls are not recorded. Free some space.")}</li>` : nothing}
      ${missed ? html`<li>${t("Calls not recorded, or only in part: {count}", { count: missed })}</li>` : nothing}
    </ul>
  </div>`;
}

function empty(sentence: string): TemplateResult {
  return html`<div class="empty-note">${sentence}</div>`;
}

function since(instant: string | null): number | null {
  return secondsSince(instant, now());
}

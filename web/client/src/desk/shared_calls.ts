// The lists of parked calls and of calls that ring at colleagues, each call with its button.
import { html, nothing, render, type TemplateResult } from "lit-html";

import { everySecond, now } from "../kit/clock";
import { duration, secondsSince } from "../kit/format";
import { t } from "../kit/i18n";
import { icon } from "../kit/icon";
import type { Mount } from "../kit/islands";
import type { LiveSocket } from "../live/live_socket";
import type { RingingCall } from "../live/live_state";
import { queueName } from "../live/queue_names";
import type { Desk } from "./desk";
import type { Pickups } from "./pickups";
import { parkedLines, ringingCaller, type ParkedLine } from "./shared_view";

/** The island at the side of the workspace; it is hidden while there is nothing in it. */
export function sharedCallsIsland(desk: Desk, live: LiveSocket, pickups: Pickups): Mount {
  return (place) => {
    const draw = () => {
      render(sharedCalls(desk, live, pickups, "card"), place);
      place.hidden = place.childElementCount === 0;
    };
    const stops: (() => void)[] = [everySecond(draw), desk.subscribe(draw)];
    draw();
    return () => {
      for (const stop of stops) stop();
    };
  };
}

export function sharedCalls(desk: Desk, live: LiveSocket, pickups: Pickups, look = ""): TemplateResult {
  const parked = parkedLines(live.state.calls, now());
  const off = desk.busy !== "" || !pickups.canTake;
  return html`${parked.length
    ? html`<section class="shared-calls ${look}" data-testid="parked">
        <h2 class="h3">${t("Parked")}</h2>
        <ul>
          ${parked.map((one) => parkedLine(desk, one, off))}
        </ul>
      </section>`
    : nothing}
  ${pickups.ringing.length
    ? html`<section class="shared-calls ${look}" data-testid="ringing-elsewhere">
        <h2 class="h3">${t("Ringing at colleagues")} <kbd>p</kbd></h2>
        <ul>
          ${pickups.ringing.map((one) => ringingLine(pickups, one, off))}
        </ul>
      </section>`
    : nothing}`;
}

function parkedLine(desk: Desk, one: ParkedLine, off: boolean): TemplateResult {
  const label = t("Retrieve {caller} from slot {slot}", { caller: one.caller, slot: one.slot });
  return html`<li data-testid="parked-call" data-slot=${one.slot}>
    <strong class="slot-number" title=${t("Slot {slot}", { slot: one.slot })}>${one.slot}</strong>
    <span class="shared-who">
      <bdi class="text-truncate">${one.caller}</bdi>
      <span class="text-secondary"
        ><span class="numeric">${one.seconds === null ? "" : duration(one.seconds)}</span>
        ${one.by ? t("parked by {name}", { name: one.by }) : nothing}</span
      >
    </span>
    <button
      type="button"
      class="btn"
      aria-label=${label}
      title=${label}
      data-testid="retrieve"
      ?disabled=${off}
      @click=${() => void retrieve(desk, one.slot)}
    >
      ${icon("phone")}<span class="btn-label">${t("Retrieve")}</span>
    </button>
  </li>`;
}

function ringingLine(pickups: Pickups, one: RingingCall, off: boolean): TemplateResult {
  const caller = ringingCaller(one);
  const seconds = secondsSince(one.since, now());
  const label = t("Pick up {caller}", { caller });
  return html`<li data-testid="ringing-call" data-call=${one.call}>
    ${icon("phone-calling")}
    <span class="shared-who">
      <bdi class="text-truncate">${caller}</bdi>
      <span class="text-secondary text-truncate"
        ><span class="numeric">${seconds === null ? "" : duration(seconds)}</span>
        ${[queueName(one.queue, one.queue_name), one.agents.join(", ")].filter(Boolean).join(" · ")}</span
      >
    </span>
    <button
      type="button"
      class="btn"
      aria-label=${label}
      title=${label}
      data-testid="pick-up"
      ?disabled=${off}
      @click=${() => void pickups.take(one.call)}
    >
      ${icon("phone-incoming")}<span class="btn-label">${t("Pick up")}</span>
    </button>
  </li>`;
}

async function retrieve(desk: Desk, slot: number): Promise<void> {
  const problem = await desk.tryTo("retrieve", "retrieve", { slot });
  if (problem) desk.complain(problem);
}

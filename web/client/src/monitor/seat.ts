// The live part of an agent's seat: the tile, the calls, and what can be done.
import { html, nothing, render } from "lit-html";

import type { Desk } from "../desk/desk";
import { readBoot } from "../kit/boot";
import { everySecond } from "../kit/clock";
import { frames } from "../kit/frame";
import { t } from "../kit/i18n";
import type { Mount } from "../kit/islands";
import { icon } from "../kit/icon";
import type { LiveSocket } from "../live/live_socket";
import { Control } from "./control";
import { agentTile, callRow, callsOf } from "./floor_rows";
import { beginFloor, callHead } from "./floor";

export function seat(live: LiveSocket, desk: Desk): Mount {
  return (place) => {
    const id = place.dataset.agent ?? "";
    const boot = readBoot();
    const drawn = beginFloor(boot.floor);
    const seen = () => (live.state.topic === "floor" ? live.state : drawn);
    const control = new Control(boot.floor, boot.user?.id ?? 0, desk, seen);
    const thresholds = boot.floor?.thresholds ?? {};
    place.replaceChildren();
    const draw = () => {
      const agent = seen().agents.get(id);
      if (!agent) {
        render(html`<div class="card"><div class="empty-note">${t("The live state is not known now.")}</div></div>`, place);
        return;
      }
      const calls = callsOf(agent, seen().calls).filter((one) => one !== undefined);
      const shown = new Map(calls.map((one) => [one.id, one]));
      const may = control.actionsOfAgent(agent).length > 0;
      const tile = agentTile(agent, callsOf(agent, seen().calls), { at: 1, of: 1 }, { thresholds, menu: false, linked: false });
      render(
        html`<div class="seat-now">
            <ul class="agent-grid" ?data-three-lines=${agent.tasks.length > 1}>${tile}</ul>
            ${may
              ? html`<button type="button" class="btn" data-agent-menu=${agent.id} aria-haspopup="menu" aria-expanded="false" data-testid="seat-menu">
                  <span class="btn-label">${t("Actions")}</span>${icon("chevron-down")}
                </button>`
              : nothing}
          </div>
          ${shown.size
            ? html`<div class="card">
                <table class="table table-vcenter card-table stack live-calls" role="table" data-testid="live-calls">
                  ${callHead()}
                  <tbody role="rowgroup">
                    ${[...shown.values()].map((call, at) =>
                      callRow(call, at + 2, { thresholds, menu: control.actionsOfCall(call).length > 0 }),
                    )}
                  </tbody>
                </table>
              </div>`
            : nothing}`,
        place,
      );
    };
    const drawing = frames(draw);
    const open = (event: Event) => {
      const button = (event.target as Element).closest<HTMLElement>("[data-agent-menu], [data-call-menu]");
      if (button) control.open(button);
    };
    place.addEventListener("click", open);
    const stops = [live.subscribe(drawing.soon), desk.subscribe(drawing.soon), everySecond(drawing.soon)];
    live.watch("floor");
    draw();
    return () => {
      for (const stop of stops) stop();
      place.removeEventListener("click", open);
      drawing.stop();
      live.watch("desk");
    };
  };
}

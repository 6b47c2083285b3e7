// Every state of the live screens, drawn as on the live floor, for the page of components.
import { html, render, type TemplateResult } from "lit-html";

import { everySecond } from "../kit/clock";
import type { Mount } from "../kit/islands";
import {
  agentStateName,
  legRoleName,
  legStateName,
  mediumName,
  placementName,
  purposeName,
  stageName,
  taskStateName,
} from "../live/names";
import * as types from "../live/types";
import { agentTile, callRow, callsOf, type Look } from "../monitor/floor_rows";

interface Examples {
  agents: types.AgentValue[];
  calls: types.CallValue[];
}

export const liveStates: Mount = (place) => {
  const told = place.querySelector("script[type='application/json']")?.textContent;
  if (!told) return () => undefined;
  const examples = JSON.parse(told) as Examples;
  const stage = document.createElement("div");
  place.append(stage);
  const draw = () => render(content(examples), stage);
  draw();
  const stop = everySecond(draw);
  return () => {
    stop();
    stage.remove();
  };
};

function content({ agents, calls }: Examples): TemplateResult {
  const known = new Map(calls.map((call) => [call.id, call]));
  return html`
    ${badges(types.AGENT_STATES, agentStateName)} ${badges(types.STAGES, stageName)}
    ${badges(types.TASK_STATES, (state) => taskStateName(state, "voice"))}
    ${badges(types.LEG_STATES, legStateName)} ${badges(types.PLACEMENT_KINDS, placementName)}
    ${badges(types.PURPOSES, purposeName)} ${badges(types.LEG_ROLES, legRoleName)}
    ${badges(types.MEDIUMS, mediumName)}
    <ul class="agent-grid" data-three-lines>
      ${agents.map((agent, at) => agentTile(agent, callsOf(agent, known), { at: at + 1, of: agents.length }, PLAIN))}
    </ul>
    <div class="table-responsive">
      <table class="table table-vcenter card-table stack live-calls" role="table" aria-rowcount=${calls.length}>
        <tbody role="rowgroup">
          ${calls.map((call, at) => callRow(call, at + 1, PLAIN))}
        </tbody>
      </table>
    </div>
  `;
}

const PLAIN: Look = { thresholds: {}, menu: false };

function badges<Word extends string>(words: readonly Word[], name: (word: Word) => string): TemplateResult {
  return html`<p>
    ${words.map((word) => html`<span class="badge" data-state=${word} data-testid="state-badge">${name(word)}</span> `)}
  </p>`;
}

// The filters above the monitor: queue, group, state and order, and a message to those shown.
import { html, nothing, type TemplateResult } from "lit-html";

import { t } from "../kit/i18n";
import { icon } from "../kit/icon";
import { agentStateName } from "../live/names";
import type { LiveState } from "../live/live_state";
import { AGENT_STATES } from "../live/types";
import { queueOptions } from "./control";
import type { FloorFilter, Group, Sort } from "./filters";

type Choose = (changed: Partial<FloorFilter>) => void;

const SORT_NAMES: Readonly<Record<Sort, () => string>> = {
  state: () => t("By state"),
  name: () => t("By name"),
  time: () => t("Longest first"),
};

export function filterBar(
  state: LiveState,
  filter: FloorFilter,
  groups: readonly Group[],
  choose: Choose,
  message: (() => void) | null,
): TemplateResult {
  const queues = queueOptions(state);
  const states = AGENT_STATES.map((one) => ({ key: one, name: agentStateName(one) }));
  const sorts = (Object.keys(SORT_NAMES) as Sort[]).map((one) => ({ key: one, name: SORT_NAMES[one]() }));
  return html`<div class="floor-filters not-on-wall" role="search" data-testid="floor-filters">
    ${select("queue", t("Queue"), t("All queues"), queues, filter.queue, (queue) => choose({ queue }))}
    ${groups.length
      ? select(
          "group",
          t("Group"),
          t("All groups"),
          groups.map((one) => ({ key: String(one.id), name: one.name })),
          filter.group === null ? "" : String(filter.group),
          (group) => choose({ group: Number(group) || null }),
        )
      : nothing}
    ${select("state", t("State"), t("All states"), states, filter.state, (one) =>
      choose({ state: one as FloorFilter["state"] }),
    )}
    ${select("sort", t("Order"), "", sorts, filter.sort, (sort) => choose({ sort: sort as Sort }))}
    ${message
      ? html`<button type="button" class="btn" data-testid="floor-message" @click=${message}>
          ${icon("message")}${t("Send a message")}
        </button>`
      : nothing}
  </div>`;
}

function select(
  name: string,
  label: string,
  all: string,
  options: readonly { key: string; name: string }[],
  value: string,
  choose: (value: string) => void,
): TemplateResult {
  return html`<select
    class="form-select"
    aria-label=${label}
    title=${label}
    data-testid="filter-${name}"
    @change=${(event: Event) => choose((event.target as HTMLSelectElement).value)}
  >
    ${all ? html`<option value="" ?selected=${value === ""}>${all}</option>` : nothing}
    ${options.map((one) => html`<option value=${one.key} ?selected=${one.key === value}>${one.name}</option>`)}
  </select>`;
}

// The own queues as lamps: how many wait, and the longest wait, in the colours of the thresholds.
import { html, nothing, type TemplateResult } from "lit-html";

import { readBoot } from "../kit/boot";
import { now } from "../kit/clock";
import { duration, secondsSince } from "../kit/format";
import { t } from "../kit/i18n";
import type { LiveState } from "../live/live_state";
import { queueName } from "../live/queue_names";
import type { AgentValue } from "../live/types";
import { levelOf, worse, type Level, type Thresholds } from "../monitor/thresholds";

let known: { boot: Element | null; thresholds: Thresholds } = { boot: null, thresholds: {} };

/** The thresholds of the page, read once for each page that comes. */
function thresholds(): Thresholds {
  const boot = [...document.querySelectorAll("script#boot")].at(-1) ?? null;
  if (boot !== known.boot) known = { boot, thresholds: readBoot().desk?.thresholds ?? {} };
  return known.thresholds;
}

export const waitingLevel = (count: number): Level => levelOf(thresholds(), "waiting", count);
export const waitLevel = (seconds: number | null): Level => levelOf(thresholds(), "wait", seconds);

export function queueLamps(agent: AgentValue | null, state: LiveState): TemplateResult | typeof nothing {
  const mine = [...state.queues.values()].filter((one) => agent?.queues.includes(one.key));
  if (!mine.length) return nothing;
  return html`<ul class="queue-lamps" data-testid="queue-lamps" aria-label=${t("My queues")}>
    ${mine.map((one) => {
      const waited = secondsSince(one.oldest_since, now());
      const level = worse(waitingLevel(one.waiting), waitLevel(waited));
      return html`<li data-level=${level || nothing} data-testid="queue-lamp" data-key=${one.key}>
        <bdi class="text-truncate">${queueName(one.key, one.name)}</bdi>
        <strong class="numeric" title=${t("In queue")}>${one.waiting}</strong>
        ${waited === null ? nothing : html`<span class="numeric" title=${t("Longest wait")}>${duration(waited)}</span>`}
      </li>`;
    })}
  </ul>`;
}

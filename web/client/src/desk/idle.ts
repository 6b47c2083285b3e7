// Without a call the workspace shows what to do next: a checklist, the agent's own queues, the keys.
import { html, nothing, render, type TemplateResult } from "lit-html";

import { everySecond, now } from "../kit/clock";
import type { Desk } from "./desk";
import { duration, secondsSince } from "../kit/format";
import { t } from "../kit/i18n";
import { icon } from "../kit/icon";
import type { Mount } from "../kit/islands";
import type { LiveSocket } from "../live/live_socket";
import { queueName } from "../live/queue_names";
import { waitingLevel, waitLevel } from "./queue_lamps";

/** Whether the agent is ready, or what is missing for that. */
export function idle(desk: Desk): Mount {
  return drawn(desk, () => ((desk.agent?.state ?? "signed out") === "ready" ? waiting() : checklist(desk)));
}

export function myQueues(desk: Desk, live: LiveSocket): Mount {
  return drawn(desk, () => queues(desk, live));
}

export function idleKeys(desk: Desk): Mount {
  return drawn(desk, keys);
}

function drawn(desk: Desk, content: () => TemplateResult): Mount {
  return (place) => {
    place.textContent = "";
    const draw = () => render(content(), place);
    const stops: (() => void)[] = [everySecond(draw), desk.subscribe(draw)];
    draw();
    return () => {
      for (const stop of stops) stop();
    };
  };
}

function waiting(): TemplateResult {
  return html`<p class="idle-head" data-testid="idle-ready">
    ${icon("headset")} <strong>${t("Ready for the next call")}</strong>
  </p>`;
}

function checklist(desk: Desk): TemplateResult {
  const { agent, phone } = desk;
  const signedIn = agent !== null && agent.state !== "signed out";
  const connected = signedIn && (agent.phone !== "browser" ? agent.reachable : phone.state.line === "registered");
  const steps: [boolean, string, string][] = [
    [signedIn && connected, t("Connect your phone"), t("Below, with “Connect phone”.")],
    [agent?.state === "ready", t("Go ready"), t("Calls come to you as soon as you are ready.")],
  ];
  return html`${signedOutByTime(desk)}<h2 class="h3">${t("Before your first call")}</h2>
    <ol class="checklist" data-testid="checklist">
      ${steps.map(
        ([done, name, help]) => html`<li data-done=${done ? "yes" : "no"}>
          ${icon(done ? "circle-check" : "clock")}
          <span><strong>${name}</strong> <span class="text-secondary">${help}</span></span>
        </li>`,
      )}
    </ol>
    <p><a href="/sound-check">${t("Check sound and microphone")}</a></p>`;
}

/** An agent who was not ready for too long is told so, and is back by one click. */
function signedOutByTime(desk: Desk): TemplateResult | typeof nothing {
  const { agent } = desk;
  if (agent?.state !== "signed out" || agent.reason !== "idle") return nothing;
  return html`<div class="alert alert-warning" role="status" data-testid="idle-signed-out">
    ${icon("clock")}
    <span>${t("Your phone was disconnected because you were not ready for too long.")}</span>
    <button
      type="button"
      class="btn btn-sm"
      data-testid="connect-again"
      ?disabled=${desk.busy !== ""}
      @click=${() => desk.signIn(agent.phone, desk.settings.number)}
    >
      ${t("Connect again")}
    </button>
  </div>`;
}

function queues(desk: Desk, live: LiveSocket): TemplateResult {
  const mine = [...live.state.queues.values()].filter((one) => desk.agent?.queues.includes(one.key));
  return html`<ul class="queue-lines" data-testid="my-queues">
      ${mine.map((one) => {
        const waited = secondsSince(one.oldest_since, now());
        return html`<li>
          <span class="text-truncate">${queueName(one.key, one.name)}</span>
          <span class=${waitingLevel(one.waiting)}>${t("In queue: {count}", { count: one.waiting })}${
            one.callbacks ? html` <small class="text-secondary">${t("Callbacks: {count}", { count: one.callbacks })}</small>` : nothing
          }</span>
          <span class="numeric ${waitLevel(waited)}">${waited === null ? "" : t("longest {time}", { time: duration(waited) })}</span>
        </li>`;
      })}
      ${mine.length ? "" : html`<li class="text-secondary">${t("You are in no queue yet.")}</li>`}
    </ul>`;
}

function keys(): TemplateResult {
  const list: [string, string][] = [
    ["F2", t("Answer")],
    ["F4", t("Hold")],
    ["F6", t("Ready")],
    ["d", t("Call")],
    ["t", t("Transfer")],
    ["k", t("Park")],
    ["F8", t("Mute")],
    ["F9", t("Hang up")],
    ["1–9", t("Disposition")],
    ["Ctrl ↵", t("Save")],
  ];
  return html`<p class="text-secondary mb-0" data-testid="idle-keys">
    ${list.map(([key, name]) => html`<kbd>${key}</kbd> ${name} `)}
  </p>`;
}

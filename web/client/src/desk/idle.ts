// Without a call the workspace shows what to do next: a checklist, then the agent's own queues.
import { html, render, type TemplateResult } from "lit-html";

import { everySecond, now } from "../kit/clock";
import type { Desk } from "./desk";
import { duration, secondsSince } from "../kit/format";
import { t } from "../kit/i18n";
import { icon } from "../kit/icon";
import type { Mount } from "../kit/islands";
import type { LiveSocket } from "../live/live_socket";
import { queueName } from "../live/queue_names";

export function idle(desk: Desk, live: LiveSocket): Mount {
  return (place) => {
    let alive = true;
    place.textContent = "";
    const draw = () => {
      if (alive) render(content(desk, live), place);
    };
    desk.subscribe(draw);
    const stop = everySecond(draw);
    draw();
    return () => {
      alive = false;
      stop();
    };
  };
}

function content(desk: Desk, live: LiveSocket): TemplateResult {
  const state = desk.agent?.state ?? "signed out";
  return html`${state === "ready" ? waiting() : checklist(desk)} ${queues(desk, live)} ${keys()}`;
}

function waiting(): TemplateResult {
  return html`<p class="idle-head" data-testid="idle-ready">
    ${icon("headset")} <strong>${t("Ready for the next call")}</strong>
  </p>`;
}

function checklist(desk: Desk): TemplateResult {
  const { agent, phone } = desk;
  const signedIn = agent !== null && agent.state !== "signed out";
  const connected = signedIn && (agent.phone === "sip" ? agent.reachable : phone.state.line === "registered");
  const steps: [boolean, string, string][] = [
    [signedIn && connected, t("Connect your phone"), t("Below, with “Connect phone”.")],
    [agent?.state === "ready", t("Go ready"), t("Calls come to you as soon as you are ready.")],
  ];
  return html`<h2 class="h3">${t("Before your first call")}</h2>
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

function queues(desk: Desk, live: LiveSocket): TemplateResult {
  const mine = [...live.state.queues.values()].filter((one) => desk.agent?.queues.includes(one.key));
  return html`<h2 class="h3 mt-3">${t("My queues")}</h2>
    <ul class="queue-lines" data-testid="my-queues">
      ${mine.map((one) => {
        const waited = secondsSince(one.oldest_since, now());
        return html`<li>
          <span class="text-truncate">${queueName(one.key, one.name)}</span>
          <span>${t("In queue")}: <strong>${one.waiting}</strong></span>
          <span class="numeric">${waited === null ? "" : t("longest {time}", { time: duration(waited) })}</span>
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
    ["F8", t("Mute")],
    ["F9", t("Hang up")],
    ["1–9", t("Disposition")],
    ["Ctrl ↵", t("Save")],
  ];
  return html`<p class="text-secondary d-none d-md-block mt-3 mb-0" data-testid="idle-keys">
    ${list.map(([key, name]) => html`<kbd>${key}</kbd> ${name} `)}
  </p>`;
}

// The lamps of the trunks: state and channels in use; a click tells since when, and the last error.
import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";

import { now } from "../kit/clock";
import { duration, secondsSince } from "../kit/format";
import { t } from "../kit/i18n";
import { byName } from "../kit/name_order";
import { trunkLampName, trunkTroubleName } from "../live/names";
import type { TrunkLamp, TrunkValue } from "../live/types";
import { trunkLink } from "./links";

const TONES: Readonly<Record<TrunkLamp, string>> = {
  off: "out",
  unknown: "out",
  available: "ready",
  registered: "ready",
  registering: "paused",
  unreachable: "danger",
  rejected: "danger",
  invalid: "danger",
  busy: "paused",
};

export function trunkLamps(trunks: TrunkValue[]): TemplateResult | typeof nothing {
  if (!trunks.length) return nothing;
  const sorted = [...trunks].sort((a, b) => byName(a.name, b.name));
  return html`<ul class="trunk-lamps" data-testid="trunk-lamps" aria-label=${t("Trunks")}>
    ${repeat(sorted, (trunk) => trunk.id, lamp)}
  </ul>`;
}

function lamp(trunk: TrunkValue): TemplateResult {
  const link = trunkLink(trunk.id);
  return html`<li>
    <details class="card trunk-lamp" data-testid="trunk-lamp" data-trunk=${trunk.id} data-state=${trunk.state}>
      <summary>
        <span class="badge tone-badge" data-tone=${toneOf(trunk.state)}>${trunkLampName(trunk.state)}</span>
        <strong class="text-truncate" title=${trunk.name}>${trunk.name}</strong>
        <span class="numeric" title=${t("Channels in use")}>${channels(trunk)}</span>
      </summary>
      <dl class="facts">
        <div><dt>${t("Since")}</dt><dd>${ago(trunk.since)}</dd></div>
        <div><dt>${t("Last error")}</dt><dd>${error(trunk)}</dd></div>
        ${trunk.error_at ? html`<div><dt>${t("Time of the error")}</dt><dd>${ago(trunk.error_at)}</dd></div>` : nothing}
      </dl>
      ${link ? html`<a href=${link}>${t("View")}</a>` : nothing}
    </details>
  </li>`;
}

function ago(instant: string): string {
  const seconds = secondsSince(instant, now());
  return seconds === null ? "–" : t("{duration} ago", { duration: duration(seconds) });
}

function toneOf(state: TrunkLamp): string {
  return Object.hasOwn(TONES, state) ? TONES[state] : "out";
}

function channels(trunk: TrunkValue): string {
  return trunk.max_channels ? `${trunk.channels} / ${trunk.max_channels}` : String(trunk.channels);
}

function error(trunk: TrunkValue): string {
  const said = trunkTroubleName(trunk.error);
  return trunk.error && trunk.error_detail ? `${said} ${trunk.error_detail}` : said;
}

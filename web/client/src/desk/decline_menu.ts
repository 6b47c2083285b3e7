// The button Decline, and beside it a small menu of reasons.
import { html, type TemplateResult } from "lit-html";

import { t } from "../kit/i18n";
import { icon } from "../kit/icon";
import type { Desk } from "./desk";
import { offeredCall } from "./desk_view";

/** `button` declines without a reason; a site without reasons has only that. */
export function declineMenu(desk: Desk, button: TemplateResult): TemplateResult {
  if (!desk.declineReasons.length) return button;
  const label = t("Decline with a reason");
  return html`<div class="decline-group">
    ${button}
    <details class="menu" data-testid="decline-menu">
      <summary class="btn btn-outline-danger btn-icon" title=${label} aria-label=${label}>${icon("chevron-down")}</summary>
      <div class="menu-list menu-up" role="group" aria-label=${label}>
        ${desk.declineReasons.map(
          (reason) => html`<button
            type="button"
            class="dropdown-item"
            data-testid="decline-reason"
            data-key=${reason.key}
            ?disabled=${desk.busy !== ""}
            @click=${(event: Event) => {
              (event.target as Element).closest("details")?.removeAttribute("open");
              void decline(desk, reason.key);
            }}
          >
            ${reason.name}
          </button>`,
        )}
      </div>
    </details>
  </div>`;
}

async function decline(desk: Desk, reason: string): Promise<void> {
  const call = offeredCall(desk.agent);
  if (!call) return;
  const problem = await desk.tryTo("decline", `calls/${encodeURIComponent(call)}/decline`, { reason });
  if (problem) desk.complain(problem);
}

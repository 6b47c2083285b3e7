// Why a caller still waits: the engine's answer in a dialog.
import { html, nothing, render } from "lit-html";

import { ask } from "../kit/api";
import { toast } from "../kit/banners";
import { newDialog } from "../kit/dialogs";
import { t } from "../kit/i18n";

export interface Wait {
  text: string;
  queue_name: string;
  considered: { agent: { name: string }; extension: string; verdict: string; verdict_name: string }[];
  signed_out: number;
}

/** Ask why the caller waits, and show it. */
export async function showWait(call: string, name: string): Promise<void> {
  try {
    draw(name, await ask<Wait>("GET", `/api/v1/floor/calls/${encodeURIComponent(call)}/wait`));
  } catch (error) {
    toast(error instanceof Error ? error.message : t("Something went wrong. Try again."), "danger");
  }
}

function draw(name: string, wait: Wait): void {
  const dialog = newDialog("wait");
  dialog.setAttribute("aria-labelledby", "wait-title");
  render(
    html`<div class="dialog-body">
        <h2 id="wait-title">${t("Why does {name} still wait?", { name })}</h2>
        <p data-testid="wait-text"><strong>${wait.text}</strong></p>
        <p class="text-secondary">${t("Queue: {name}", { name: wait.queue_name })}</p>
        ${wait.considered.length
          ? html`<div class="table-responsive"><table class="table table-sm">
              <thead><tr><th scope="col">${t("Agent")}</th><th scope="col">${t("Result")}</th></tr></thead>
              <tbody>
                ${wait.considered.map(
                  (one) => html`<tr data-verdict=${one.verdict}>
                    <td>${one.agent.name} <span class="text-secondary">${one.extension}</span></td>
                    <td>${one.verdict_name}</td>
                  </tr>`,
                )}
              </tbody>
            </table></div>`
          : nothing}
        ${wait.signed_out
          ? html`<p class="text-secondary">${t("Agents of this queue who are not signed in: {count}.", { count: wait.signed_out })}</p>`
          : nothing}
      </div>
      <div class="dialog-foot">
        <button type="button" class="btn" data-testid="wait-close" @click=${() => dialog.close()}>${t("Close")}</button>
      </div>`,
    dialog,
  );
  dialog.showModal();
}

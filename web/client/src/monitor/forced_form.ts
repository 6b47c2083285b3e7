// The small form of a forced operation: the action, its agent or call, and the reason.
import { html, nothing, render, type TemplateResult } from "lit-html";

import { ask, Problem } from "../kit/api";
import { toast } from "../kit/banners";
import { newDialog } from "../kit/dialogs";
import { t } from "../kit/i18n";
import type { Choice } from "../kit/types";

const MOST_REASONS = 6;
let reasons: string[] = [];

export function learnReasons(told: readonly string[] | undefined): void {
  if (told) reasons = [...told];
}

/** What a form asks for and sends. */
export interface ForcedForm {
  name: string;
  title: string;
  /** What is lost by it, if anything. */
  warning?: string;
  submit: string;
  danger?: boolean;
  /** One of these has to be chosen. */
  one?: { label: string; options: Choice[] };
  /** Any of these can be chosen. */
  several?: { label: string; options: Choice[]; chosen: readonly string[] };
  /** What is typed: a reason, or the text of a message. */
  typed: "reason" | "text";
  done: string;
  send: (typed: string, one: string, several: string[]) => { path: string; body: object };
}

export function openForm(form: ForcedForm): void {
  const dialog = newDialog(form.name);
  dialog.setAttribute("aria-labelledby", "forced-title");
  let problem = "";
  let busy = false;
  const draw = () => render(content(form, { problem, busy, close: () => dialog.close() }, send), dialog);
  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    if (busy) return;
    const sent = new FormData(event.target as HTMLFormElement);
    const typed = String(sent.get("typed") ?? "").trim();
    const { path, body } = form.send(typed, String(sent.get("one") ?? ""), sent.getAll("several").map(String));
    busy = true;
    problem = "";
    draw();
    try {
      await ask("POST", path, body);
      if (form.typed === "reason") reasons = [typed, ...reasons.filter((one) => one !== typed)].slice(0, MOST_REASONS);
      dialog.close();
      toast(form.done);
    } catch (error) {
      problem = error instanceof Problem ? error.message : t("Something went wrong.");
      busy = false;
      draw();
    }
  };
  draw();
  dialog.showModal();
  dialog.querySelector<HTMLElement>("select, input[type=checkbox], [name=typed]")?.focus();
}

interface Moment {
  problem: string;
  busy: boolean;
  close: () => void;
}

function content(form: ForcedForm, now: Moment, send: (event: SubmitEvent) => void): TemplateResult {
  return html`<form class="dialog-body forced-form" data-testid="forced-form" @submit=${send}>
    <h2 id="forced-title">${form.title}</h2>
    ${form.warning ? html`<p class="text-secondary" data-testid="warning">${form.warning}</p>` : nothing}
    ${now.problem
      ? html`<div class="alert alert-danger" role="alert" data-testid="forced-problem">${now.problem}</div>`
      : nothing}
    ${form.one ? choice(form.one.label, form.one.options) : nothing}
    ${form.several ? boxes(form.several.label, form.several.options, form.several.chosen) : nothing}
    ${form.typed === "reason" ? reasonField() : textField()}
    <div class="dialog-foot">
      <button type="button" class="btn" data-testid="forced-cancel" @click=${now.close}>${t("Cancel")}</button>
      <button class="btn ${form.danger ? "btn-danger" : "btn-primary"}" data-testid="forced-send" ?disabled=${now.busy}>
        ${form.submit}
      </button>
    </div>
  </form>`;
}

function choice(label: string, options: Choice[]): TemplateResult {
  return html`<label class="form-label" for="forced-one">${label}</label>
    <select class="form-select mb-3" id="forced-one" name="one" required data-testid="forced-one">
      ${options.map((one) => html`<option value=${one.key}>${one.name}</option>`)}
    </select>`;
}

function boxes(label: string, options: Choice[], chosen: readonly string[]): TemplateResult {
  return html`<fieldset class="mb-3 forced-boxes">
    <legend class="form-label">${label}</legend>
    ${options.map(
      (one) => html`<label class="form-check">
        <input class="form-check-input" type="checkbox" name="several" value=${one.key} ?checked=${chosen.includes(one.key)} />
        <span class="form-check-label">${one.name}</span>
      </label>`,
    )}
  </fieldset>`;
}

function reasonField(): TemplateResult {
  return html`<label class="form-label" for="forced-typed">${t("Reason")}</label>
    <input
      class="form-control"
      id="forced-typed"
      name="typed"
      required
      maxlength="200"
      autocomplete="off"
      pattern=".*\\S.*"
      data-testid="forced-reason"
    />
    <p class="text-secondary forced-hint">${t("The agent is told, and it is in the audit log.")}</p>
    ${reasons.length
      ? html`<div class="forced-reasons" role="group" aria-label=${t("Last reasons")}>
          ${reasons.map(
            (one) => html`<button type="button" class="btn btn-sm" data-testid="last-reason" @click=${fill}>${one}</button>`,
          )}
        </div>`
      : nothing}`;
}

function fill(event: Event): void {
  const button = event.currentTarget as HTMLElement;
  const field = button.closest("form")?.querySelector<HTMLInputElement>("[name=typed]");
  if (!field) return;
  field.value = button.textContent?.trim() ?? "";
  field.focus();
}

function textField(): TemplateResult {
  return html`<label class="form-label" for="forced-typed">${t("Message")}</label>
    <textarea class="form-control mb-3" id="forced-typed" name="typed" required maxlength="400" rows="3" data-testid="forced-text"></textarea>`;
}

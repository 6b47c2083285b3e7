// The twelve keys of a telephone.
import { html, type TemplateResult } from "lit-html";

import { t } from "./i18n";

const KEYS: readonly (readonly [string, string])[] = [
  ["1", ""],
  ["2", "ABC"],
  ["3", "DEF"],
  ["4", "GHI"],
  ["5", "JKL"],
  ["6", "MNO"],
  ["7", "PQRS"],
  ["8", "TUV"],
  ["9", "WXYZ"],
  ["*", ""],
  ["0", "+"],
  ["#", ""],
];

export function keypad(press: (tone: string) => void, disabled = false): TemplateResult {
  return html`<div class="keypad" role="group" aria-label=${t("Keypad")} data-testid="keypad">
    ${KEYS.map(
      ([key, letters]) => html`<button
        type="button"
        class="btn keypad-key"
        data-testid="key"
        data-key=${key}
        ?disabled=${disabled}
        @click=${() => press(key)}
      >
        <span>${key}</span><small aria-hidden="true">${letters}</small>
      </button>`,
    )}
  </div>`;
}

/** The tone of a pressed key, or null: it is no telephone key, or typed into a field. */
export function toneOf(event: KeyboardEvent): string | null {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return null;
  if (!/^[0-9*#]$/.test(event.key) || isTyping(event.target)) return null;
  return event.key;
}

/** Whether the focused element takes letters. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches("input, textarea, select"))
  );
}

// Buttons that copy a secret which is shown only once.
import { t } from "./i18n";

const SAYS_COPIED_MS = 2500;

/** A button with data-copy copies that text and says so. */
export function copyButtons(): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLButtonElement>("button[data-copy]");
    if (button) void copy(button);
  });
}

async function copy(button: HTMLButtonElement): Promise<void> {
  const text = button.dataset.copy ?? "";
  const done = (await copyByClipboard(text)) || copyBySelection(text, button);
  const label = button.querySelector<HTMLElement>("[data-copy-label]");
  if (!label) return;
  const before = (label.dataset.before ??= label.textContent ?? "");
  label.textContent = done ? t("Copied") : t("Press Ctrl+C to copy");
  if (!done) select(button);
  window.setTimeout(() => (label.textContent = before), SAYS_COPIED_MS);
}

/** Browsers offer the clipboard only to pages served by https or from this machine. */
async function copyByClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

function copyBySelection(text: string, button: HTMLButtonElement): boolean {
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "visually-hidden";
  button.after(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  button.focus();
  return done;
}

/** Select the secret, so that the keyboard can copy it. */
function select(button: HTMLButtonElement): void {
  const secret = button.parentElement?.querySelector("[data-copy-text]");
  if (secret) getSelection()?.selectAllChildren(secret);
}

// Dialogs: those of a page, and the question before an action that cannot be undone.
import { html, render } from "lit-html";

import { t } from "./i18n";

/** Open and close `<dialog>`s by buttons: data-dialog="ID" opens, data-close closes. */
export function dialogs(): void {
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    const opener = target.closest<HTMLElement>("[data-dialog]");
    if (opener) {
      const found = document.getElementById(opener.dataset.dialog ?? "");
      if (found instanceof HTMLDialogElement && !found.open) found.showModal();
    }
    if (target.closest("[data-close]")) target.closest("dialog")?.close();
    // A click beside the dialog closes it, as Escape does; but not if it has typed input.
    if (target instanceof HTMLDialogElement && !target.querySelector("form")) target.close();
  });
  confirmFirst();
}

/** Make a dialog that is removed when it closes. */
export function newDialog(name: string): HTMLDialogElement {
  const made = document.createElement("dialog");
  made.className = "hotline-dialog";
  made.dataset.testid = `dialog-${name}`;
  made.addEventListener("close", () => made.remove());
  document.body.append(made);
  return made;
}

/** Buttons with data-confirm send their form only after the user confirms the sentence. */
function confirmFirst(): void {
  const agreed = new WeakSet<HTMLElement>();
  document.addEventListener(
    "submit",
    (event) => {
      const button = event.submitter;
      const sentence = button?.dataset.confirm;
      if (!button || !sentence) return;
      if (agreed.delete(button)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      void confirmed(sentence, button).then((yes) => {
        if (!yes || !button.isConnected) return;
        agreed.add(button);
        button.click();
      });
    },
    { capture: true },
  );
}

function confirmed(sentence: string, button: HTMLElement): Promise<boolean> {
  const dialog = newDialog("confirm");
  const look = "danger" in button.dataset ? "btn-danger" : "btn-primary";
  dialog.setAttribute("role", "alertdialog");
  dialog.setAttribute("aria-labelledby", "confirm-sentence");
  render(
    html`<div class="dialog-body"><p id="confirm-sentence">${sentence}</p></div>
      <div class="dialog-foot">
        <button type="button" class="btn" data-testid="confirm-no" @click=${() => dialog.close("no")}>
          ${t("Cancel")}
        </button>
        <button type="button" class="btn ${look}" data-testid="confirm-yes" @click=${() => dialog.close("yes")}>
          ${button.textContent?.trim() || t("Yes")}
        </button>
      </div>`,
    dialog,
  );
  return new Promise((tell) => {
    dialog.addEventListener("close", () => {
      button.focus();
      tell(dialog.returnValue === "yes");
    });
    dialog.showModal();
  });
}

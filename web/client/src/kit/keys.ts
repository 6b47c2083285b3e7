// Keyboard shortcuts for navigation: /, ?, and g with a letter. Not while the user types.
import { html, render } from "lit-html";

import { newDialog } from "./dialogs";
import { GoKeys } from "./go_keys";
import { t } from "./i18n";
import { isTyping } from "./keypad";

export function pageKeys(): void {
  const going = new GoKeys();
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
    const place = going.press(event.key, event.timeStamp);
    if (place) {
      event.preventDefault(); // its letter has another meaning alone
      go(place);
    } else if (event.key === "?") cheatSheet();
    else if (event.key === "/") {
      const box = document.getElementById("search");
      if (!box) return;
      event.preventDefault();
      box.focus();
    }
  });
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest("[data-action=cheat-sheet]");
    if (!button) return;
    button.closest("details")?.removeAttribute("open");
    cheatSheet();
  });
}

/** Follow the link to a page; only users who may open the page have it. */
function go(place: string): void {
  document.querySelector<HTMLAnchorElement>(`#menu a[href="${place}"], .topbar a[href="${place}"]`)?.click();
}

function cheatSheet(): void {
  const dialog = newDialog("keys");
  dialog.setAttribute("aria-labelledby", "keys-title");
  const parts: [string, [string[], string][]][] = [
    [
      t("During a call"),
      [
        [["F2"], t("Answer")],
        [["F4"], t("Hold / Resume")],
        [["F8"], t("Mute / Unmute")],
        [["F9"], t("Hang up")],
        [["t"], t("Transfer or consult")],
        [["k"], t("Park")],
        [["w"], t("Switch between customer and consulted party")],
        [["c"], t("Complete the transfer")],
        [["f"], t("Conference")],
        [["b"], t("Back to the customer")],
        [["a"], t("Add to the call")],
      ],
    ],
    [
      t("Everywhere"),
      [
        [["/"], t("Search")],
        [["d"], t("Call a number")],
        [["p"], t("Pick up a call that rings at a colleague")],
        [["l"], t("Colleagues in the workspace")],
        [["F6"], t("Ready")],
        [["Shift", "F6"], t("Not ready")],
        [["?"], t("Keyboard shortcuts")],
        [["Esc"], t("Close")],
      ],
    ],
    [
      t("Go to"),
      [
        [["g", "d"], t("Workspace")],
        [["g", "f"], t("Live monitor")],
        [["g", "c"], t("Calls")],
        [["g", "u"], t("Customers")],
        [["g", "a"], t("My account")],
      ],
    ],
  ];
  render(
    html`<div class="dialog-head">
        <h2 id="keys-title">${t("Keyboard shortcuts")}</h2>
        <button type="button" class="btn" data-close>${t("Close")}</button>
      </div>
      <div class="dialog-body keys-list">
        ${parts.map(
          ([heading, lines]) => html`<section>
            <h3>${heading}</h3>
            <dl>
              ${lines.map(
                ([keys, says]) => html`<div>
                  <dt>${keys.map((key) => html`<kbd>${key}</kbd>`)}</dt>
                  <dd>${says}</dd>
                </div>`,
              )}
            </dl>
          </section>`,
        )}
      </div>`,
    dialog,
  );
  dialog.showModal();
}

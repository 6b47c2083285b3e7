// A drawer at the right edge: another call's form beside the page, never in its place.
import htmx from "htmx.org";

import { icon } from "../kit/icon";
import { t } from "../kit/i18n";
import { html, render } from "lit-html";

let opener: HTMLElement | null = null;

/** Open the drawer with a part of a page, when a button with `data-drawer` is pressed. */
export function drawers(): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-drawer]");
    if (button?.dataset.drawer) void open(button.dataset.drawer, button);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && (event.target as Element).closest?.("#drawer")) close();
  });
}

async function open(address: string, by: HTMLElement): Promise<void> {
  opener = by;
  const drawer = made();
  drawer.hidden = false;
  await htmx.ajax("get", address, { target: "#drawer-body", swap: "innerHTML" });
  drawer.querySelector<HTMLElement>("input, textarea, button:not([data-close])")?.focus();
}

function close(): void {
  const drawer = document.getElementById("drawer");
  if (!drawer) return;
  drawer.hidden = true;
  const body = drawer.querySelector("#drawer-body");
  if (body) body.textContent = "";
  if (opener?.isConnected) opener.focus();
}

function made(): HTMLElement {
  const there = document.getElementById("drawer");
  if (there) return there;
  const drawer = document.createElement("aside");
  drawer.id = "drawer";
  drawer.className = "drawer";
  drawer.setAttribute("aria-label", t("Previous call"));
  drawer.dataset.testid = "drawer";
  render(
    html`<div class="drawer-head">
        <strong>${t("Previous call")}</strong>
        <button type="button" class="btn btn-icon ms-auto" data-close aria-label=${t("Close")} @click=${close}>
          ${icon("x")}
        </button>
      </div>
      <div id="drawer-body"></div>`,
    drawer,
  );
  document.body.append(drawer);
  return drawer;
}

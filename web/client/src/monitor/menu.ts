// The menu of actions of a tile or row: above everything, closed by Escape or a click beside it.
import { html, render } from "lit-html";

import type { Action } from "./actions";

/** Open the menu below a button; `choose` gets the action that is chosen. */
export function openMenu(button: HTMLElement, title: string, actions: Action[], choose: (action: Action) => void): void {
  document.getElementById("floor-menu")?.remove();
  const menu = document.createElement("div");
  menu.id = "floor-menu";
  menu.className = "menu-list floor-menu";
  menu.popover = "auto";
  menu.dataset.testid = "floor-menu";
  menu.setAttribute("role", "menu");
  menu.setAttribute("aria-label", title);
  render(
    actions.map(
      (action) => html`<button
        type="button"
        role="menuitem"
        class="dropdown-item ${action.kind === "forced" && action.danger ? "text-danger" : ""}"
        data-testid="do"
        data-do=${action.kind === "monitor" ? action.mode : action.kind === "why" ? "why" : action.what}
        @click=${() => {
          menu.hidePopover();
          choose(action);
        }}
      >
        ${action.label}
      </button>`,
    ),
    menu,
  );
  menu.addEventListener("keydown", (event) => step(menu, event));
  menu.addEventListener("toggle", (event) => {
    if ((event as ToggleEvent).newState !== "closed") return;
    menu.remove();
    button.setAttribute("aria-expanded", "false");
  });
  document.body.append(menu);
  menu.showPopover();
  button.setAttribute("aria-expanded", "true");
  place(menu, button);
  menu.querySelector<HTMLElement>("[role=menuitem]")?.focus();
}

function place(menu: HTMLElement, button: HTMLElement): void {
  const at = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const below = at.bottom + 4 + height <= innerHeight;
  menu.style.left = `${Math.max(8, Math.min(at.right - width, innerWidth - width - 8))}px`;
  menu.style.top = `${below ? at.bottom + 4 : Math.max(8, at.top - 4 - height)}px`;
}

function step(menu: HTMLElement, event: KeyboardEvent): void {
  const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (!by) return;
  event.preventDefault();
  const items = [...menu.querySelectorAll<HTMLElement>("[role=menuitem]")];
  const here = items.indexOf(document.activeElement as HTMLElement);
  items[(here + by + items.length) % items.length]?.focus();
}

// Every number that a page marks gets a button that calls it, for an agent with a connected phone.
import { html, render } from "lit-html";

import { t } from "../kit/i18n";
import { icon } from "../kit/icon";
import type { Desk } from "./desk";

const MARKED = "#main [data-phone]:not([data-ours], [data-callable])";
const CALLABLE = /^\+?[0-9*#]/; // not the made-up name of a trial caller

/** `call` gets a number, how the page shows it, and the customer's id if the page knows it. */
export function clickToDial(
  desk: Desk,
  call: (number: string, shown: string, customer: number | null) => void,
): void {
  let on = false;
  let focused: HTMLElement | null = null;
  const decorate = () => {
    if (!on) return;
    for (const mark of document.querySelectorAll<HTMLElement>(MARKED)) addButton(mark);
    focused = restoreFocus(focused);
  };
  desk.subscribe(() => {
    const before = on;
    on = desk.agent !== null && desk.agent.state !== "signed out";
    if (on === before) return;
    document.body.classList.toggle("can-dial", on);
    decorate();
  });
  new MutationObserver(decorate).observe(document.body, { childList: true, subtree: true });
  document.addEventListener("focusin", ({ target }) => {
    focused = target instanceof HTMLElement && target.matches(".btn-call") ? target : null;
  });
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-dial]");
    const number = button?.dataset.dial;
    if (!button || !number) return;
    event.preventDefault();
    const customer = button.closest<HTMLElement>("[data-customer]")?.dataset.customer;
    call(number, button.dataset.shown || number, Number(customer) || null);
  });
}

function addButton(mark: HTMLElement): void {
  mark.dataset.callable = "";
  const number = mark.dataset.phone ?? "";
  if (!CALLABLE.test(number)) return;
  const shown = mark.textContent?.trim() ?? number;
  const label = t("Call {number}", { number: shown });
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn-call";
  button.title = label;
  button.setAttribute("aria-label", label);
  Object.assign(button.dataset, { dial: number, shown, testid: "call-number" });
  if (mark.dataset.customer) button.dataset.customer = mark.dataset.customer;
  render(html`${icon("phone")}`, button);
  // A button must not stand within a link.
  (mark.closest("a") ?? mark).after(button);
}

/** A list that draws its rows anew takes the focused button away: its successor gets the focus. */
function restoreFocus(last: HTMLElement | null): HTMLElement | null {
  if (!last || last.isConnected) return last;
  if (document.activeElement !== document.body) return null;
  const next = document.querySelector<HTMLElement>(`.btn-call[data-dial="${CSS.escape(last.dataset.dial ?? "")}"]`);
  next?.focus({ preventScroll: true });
  return next;
}

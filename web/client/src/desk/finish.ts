// The form that finishes a call, wherever it is on a page: keys, and what follows a save.
import htmx from "htmx.org";

import type { Desk } from "./desk";
import { isDirty } from "../kit/drafts";
import { SETTLE_MS } from "./call_panel";

/** Ctrl-Enter saves; the digits choose a disposition while nothing is being typed. */
export function finishForms(desk: Desk): void {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.repeat) save(event, desk);
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;
    if (plain && /^[1-9]$/.test(event.key) && !takesText(event.target)) choose(event);
  });
  document.addEventListener("htmx:afterSwap", () => {
    const saved = document.querySelector<HTMLElement>(".finish[data-saved]:not([data-told])");
    if (!saved) return;
    saved.dataset.told = "";
    document.dispatchEvent(new CustomEvent("call-finished", { detail: saved.dataset.finish }));
  });
  document.addEventListener("call-finished", (event) => {
    const call = String((event as CustomEvent).detail ?? "");
    window.setTimeout(() => drawAnew(call), SETTLE_MS);
  });
}

/** Show what was saved in place of a form that was saved from the dock. */
function drawAnew(call: string): void {
  for (const place of document.querySelectorAll<HTMLElement>(".finish:not([data-saved])")) {
    const form = place.querySelector<HTMLFormElement>("form");
    if (place.dataset.finish !== call || !form || isDirty(form)) continue;
    void htmx.ajax("get", form.action, { target: place, swap: "outerHTML" });
  }
}

/** A radio button or a check box that has the focus takes no text. */
function takesText(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches("textarea, select, input:not([type=radio], [type=checkbox]), [contenteditable]");
}

function save(event: KeyboardEvent, desk: Desk): void {
  const target = event.target as Element;
  const own = target.closest<HTMLFormElement>(".finish form");
  const drawer = target.closest("#drawer");
  if (desk.agent?.state === "wrap-up" && !drawer) {
    event.preventDefault();
    void desk.finish("ready");
  } else if (own) {
    event.preventDefault();
    htmx.trigger(own, "submit", {});
  }
}

function choose(event: KeyboardEvent): void {
  // The key pad sends digits to the caller while it is open.
  if (document.querySelector(".keypad")) return;
  const inDrawer = (event.target as Element).closest("#drawer");
  const place = inDrawer ?? document.querySelector("#main");
  const label = place?.querySelector<HTMLElement>(`.finish label[data-digit="${event.key}"]`);
  if (!label) return;
  event.preventDefault();
  label.click();
}

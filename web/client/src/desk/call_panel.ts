// The desk page's main column: the caller's card as soon as it rings, and the forms of the call.
import htmx from "htmx.org";

import { BY_ITSELF, heed } from "../kit/api";
import type { Desk } from "./desk";
import { isDirty, restoreDrafts } from "../kit/drafts";
import { toast } from "../kit/banners";
import { t } from "../kit/i18n";
import { settleIslands, type Mount } from "../kit/islands";

const MOST_FORMS = 6;
const AGAIN_MS = 1500;
const PATIENCE_MS = 10_000;

/** The island of the desk page; `data-call` is the call that the server has drawn. */
export function callPanel(desk: Desk): Mount {
  return (place) => {
    let shown = place.dataset.call ?? "";
    let alive = true;
    const follow = () => {
      if (!alive) return;
      // Not `data-state`: the whole card would inherit its colour and be styled again.
      place.dataset.desk = desk.agent?.state ?? "signed out";
      const call = desk.agent?.call ?? "";
      // After the wrap-up the card stays until the next call: some input may not be saved yet.
      if (!call || call === shown) return;
      warnOfUnsaved(place, shown);
      shown = call;
      void show(call).then((drawn) => {
        // The server may be away for a moment, and the caller is waiting: ask again.
        if (!drawn && shown === call) window.setTimeout(forget, AGAIN_MS);
      });
    };
    const forget = () => {
      shown = "";
      follow();
    };
    desk.subscribe(follow);
    follow();
    const click = (event: Event) => void pressed(event, desk, place);
    place.addEventListener("click", click);
    return () => {
      alive = false;
      place.removeEventListener("click", click);
    };
  };
}

/** Draw the card of a call; false if the server did not send it. */
async function show(call: string): Promise<boolean> {
  // Not through htmx: it marks the body during a request, and the whole page is styled again.
  const drawn = await cardOf(call);
  const card = document.querySelector("#card");
  if (!drawn || !card) return false;
  card.replaceWith(drawn);
  htmx.process(drawn);
  restoreDrafts();
  settleIslands();
  return drawn.dataset.call === call;
}

async function cardOf(call: string): Promise<HTMLElement | null> {
  const page = document.createElement("template");
  try {
    const answer = await fetch(`/desk/card?call=${encodeURIComponent(call)}`, {
      headers: { "HX-Request": "true", ...BY_ITSELF },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    heed(answer);
    if (!answer.ok) return null;
    page.innerHTML = await answer.text();
  } catch {
    return null; // not reached at all
  }
  return page.content.querySelector<HTMLElement>("#card");
}

function warnOfUnsaved(place: HTMLElement, call: string): void {
  const back = place.querySelector<HTMLElement>("[data-unsaved]");
  if (!back) return;
  const unsaved = dirtyForms(place).length > 0 && call !== "";
  if (!unsaved) return;
  back.hidden = false;
  back.dataset.call = call;
}

function dirtyForms(place: HTMLElement): HTMLFormElement[] {
  return [...place.querySelectorAll<HTMLFormElement>("form[data-draft]")].filter(isDirty);
}

async function pressed(event: Event, desk: Desk, place: HTMLElement): Promise<void> {
  const button = (event.target as Element).closest<HTMLButtonElement>("button[data-action]");
  if (!button) return;
  if (/^save/.test(button.dataset.action ?? "")) await saveAll(button, desk, place);
  if (button.dataset.action === "show-unsaved") {
    const notice = button.closest<HTMLElement>("[data-unsaved]");
    const call = notice?.dataset.call;
    if (notice) notice.hidden = true;
    if (call) await show(call);
  }
}

/** Send every form with unsaved input; then be ready for the next caller, if requested. */
async function saveAll(button: HTMLButtonElement, desk: Desk, place: HTMLElement): Promise<void> {
  if (button.disabled) return;
  button.disabled = true;
  button.classList.add("btn-loading");
  try {
    // Each answer may redraw the other forms, so they are looked up again after each one.
    for (let tries = 0; tries < MOST_FORMS; tries += 1) {
      const form = dirtyForms(place)[0];
      if (!form) break;
      if (!form.reportValidity()) return;
      if (!(await send(form))) {
        toast(t("Not saved. Please look at the form."), "danger");
        return;
      }
    }
    // Saving alone does not end the wrap-up: ready is requested when everything is saved.
    if (button.dataset.action === "save-ready") await desk.setState("ready");
  } finally {
    button.disabled = false;
    button.classList.remove("btn-loading");
  }
}

function send(form: HTMLFormElement): Promise<boolean> {
  return new Promise((resolve) => {
    // The answer replaces the form, so htmx reports it on the body when the form is gone.
    const done = (event: Event) => {
      const detail = (event as CustomEvent<{ requestConfig: { elt: Element }; xhr: XMLHttpRequest }>)
        .detail;
      if (detail.requestConfig.elt !== form) return;
      document.removeEventListener("htmx:afterRequest", done);
      resolve(detail.xhr.status >= 200 && detail.xhr.status < 300);
    };
    document.addEventListener("htmx:afterRequest", done);
    htmx.trigger(form, "submit", {});
  });
}

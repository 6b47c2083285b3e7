// The desk page's main column: the caller's card as soon as it rings, and the forms of the call.
import htmx from "htmx.org";

import type { Desk } from "./desk";
import { isDirty, restoreDrafts } from "./drafts";
import { toast } from "./banners";
import { t } from "./i18n";
import { settleIslands, type Mount } from "./islands";

const MOST_FORMS = 6;

/** The island of the desk page; `data-call` is the call that the server drew. */
export function callPanel(desk: Desk): Mount {
  return (place) => {
    let shown = place.dataset.call ?? "";
    let alive = true;
    const follow = () => {
      if (!alive) return;
      place.dataset.state = desk.agent?.state ?? "signed out";
      const call = desk.agent?.call ?? "";
      // After the wrap-up the card stays until the next call: something may not be saved yet.
      if (!call || call === shown) return;
      warnOfUnsaved(place, shown);
      shown = call;
      void show(call);
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

async function show(call: string): Promise<void> {
  await htmx.ajax("get", `/desk/card?call=${encodeURIComponent(call)}`, {
    target: "#card",
    swap: "outerHTML",
  });
  restoreDrafts();
  settleIslands();
}

function warnOfUnsaved(place: HTMLElement, call: string): void {
  const back = place.querySelector<HTMLElement>("[data-unsaved]");
  if (!back) return;
  const unsaved = dirtyForms(place).length > 0 && call !== "";
  if (!unsaved) return;
  back.hidden = false;
  back.dataset.call = call;
}

/** The outcome goes last: it ends the wrap-up, and the next call may ring at once. */
function nextToSend(forms: HTMLFormElement[]): HTMLFormElement | undefined {
  return forms.find((form) => !form.closest("#outcome")) ?? forms[0];
}

function dirtyForms(place: HTMLElement): HTMLFormElement[] {
  return [...place.querySelectorAll<HTMLFormElement>("form[data-draft]")].filter(isDirty);
}

async function pressed(event: Event, desk: Desk, place: HTMLElement): Promise<void> {
  const button = (event.target as Element).closest<HTMLButtonElement>("button[data-action]");
  if (!button) return;
  if (button.dataset.action === "save-ready") await saveAndGoReady(button, desk, place);
  if (button.dataset.action === "show-unsaved") {
    const notice = button.closest<HTMLElement>("[data-unsaved]");
    const call = notice?.dataset.call;
    if (notice) notice.hidden = true;
    if (call) await show(call);
  }
}

/** Send every form that holds something new; when all are taken, be ready for the next caller. */
async function saveAndGoReady(button: HTMLButtonElement, desk: Desk, place: HTMLElement): Promise<void> {
  if (button.disabled) return;
  button.disabled = true;
  button.classList.add("btn-loading");
  try {
    // Each answer may draw the other forms anew, so they are looked up again after every one.
    for (let tries = 0; tries < MOST_FORMS; tries += 1) {
      const form = nextToSend(dirtyForms(place));
      if (!form) break;
      if (!form.reportValidity()) return;
      if (!(await send(form))) {
        toast(t("Not saved. Please look at the form."), "danger");
        return;
      }
    }
    await desk.setState("ready");
  } finally {
    button.disabled = false;
    button.classList.remove("btn-loading");
  }
}

function send(form: HTMLFormElement): Promise<boolean> {
  return new Promise((resolve) => {
    // The answer replaces the form, so htmx tells of it on the body when the form is gone.
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

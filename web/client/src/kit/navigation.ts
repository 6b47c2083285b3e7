// Page changes without a reload, so that the dock and its telephone stay.
import htmx from "htmx.org";

import { BY_ITSELF, noteBuild } from "./api";
import { toast, toastOfPage } from "./banners";
import { csrf } from "./boot";
import { restoreDrafts } from "./drafts";
import { t } from "./i18n";
import { settleIslands } from "./islands";
import { settleParts } from "./optional_parts";
import { countAll } from "./tables";

// Links of these places are drawn by scripts.
const DRAWN = ["#main", "#dock", "#ticker", "#toasts"].map((place) => `${place} a[href^="/"]`).join(", ");

interface Swap extends Event {
  detail: {
    xhr: XMLHttpRequest;
    target?: Element;
    shouldSwap: boolean;
    isError: boolean;
    requestConfig: { elt: Element; verb: string };
  };
}

type Configured = CustomEvent<{ headers: Record<string, string>; triggeringEvent?: Event }>;

export function followPages(): void {
  htmx.config.historyCacheSize = 0;
  htmx.config.allowEval = false;
  htmx.config.includeIndicatorStyles = false;
  // It would copy `style` (of a resized text area) as an attribute, which the page's
  // policy forbids.
  htmx.config.attributesToSettle = ["class", "width", "height"];
  htmx.config.refreshOnHistoryMiss = false;
  // It would scroll the top of #main under the bar; `arrive` scrolls to the top of the page.
  htmx.config.scrollIntoViewOnBoost = false;
  const { body } = document;
  // Links that a script draws are unknown to htmx until they are used: without this, following one
  // would load a whole page and end the dock's call.
  document.addEventListener(
    "click",
    (event) => {
      const link = (event.target as Element).closest(DRAWN);
      if (link) htmx.process(link);
    },
    { capture: true },
  );
  body.addEventListener("htmx:configRequest", (event) => {
    const { headers, triggeringEvent } = (event as Configured).detail;
    headers["X-CSRF-Token"] = csrf();
    // A list that reloads itself again and again is no action of the user.
    if (!triggeringEvent) Object.assign(headers, BY_ITSELF);
  });
  // A form that comes back to its own page leaves the reader where they are.
  let stays = false;
  body.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, requestConfig } = (event as Swap).detail;
    takeErrorsToo(event as Swap);
    const back = xhr.responseURL ? new URL(xhr.responseURL).pathname === location.pathname : false;
    stays = requestConfig.verb !== "get" && xhr.status < 400 && back;
  });
  body.addEventListener("htmx:afterRequest", (event) => {
    const { xhr } = (event as Swap).detail;
    noteBuild({ headers: { get: (name) => xhr.getResponseHeader(name) } });
  });
  body.addEventListener("htmx:sendError", () => {
    toast(t("The server cannot be reached. Please try again in a moment."), "danger");
  });
  body.addEventListener("htmx:afterSwap", () => restoreDrafts());
  body.addEventListener("htmx:afterSettle", (event) => {
    restoreDrafts();
    settleIslands();
    settleParts();
    countAll();
    // Parts that a page brings for elsewhere, such as its bars, settle too.
    const there = (event.target as Element).id;
    if ((event as Swap).detail.target?.id !== "main" || there !== "main") {
      markHere();
      return;
    }
    arrive(stays);
    toastOfPage();
  });
  // Back and forward: the page is requested again, never taken from the browser's cache.
  body.addEventListener("htmx:historyRestore", () => {
    settleIslands();
    settleParts();
    arrive();
  });
  markCurrent();
}

/** 422 is a form with its mistakes marked, 4xx and 5xx a page with an error: show them. */
function takeErrorsToo(event: Swap): void {
  const { xhr, target } = event.detail;
  if (xhr.status === 401) document.dispatchEvent(new CustomEvent("session-over", { detail: { asked: true } }));
  if (xhr.status < 400 || xhr.status === 401) return;
  const isPage = (xhr.getResponseHeader("Content-Type") ?? "").includes("text/html");
  if (isPage && (xhr.status === 422 || target?.id === "main")) {
    const form = event.detail.requestConfig.elt;
    const place = document.querySelector(form.getAttribute("data-error-target") ?? "#none");
    if (xhr.status === 422 && place) event.detail.target = place;
    event.detail.shouldSwap = true;
    event.detail.isError = false;
    return;
  }
  toast(problemSentence(xhr), "danger");
}

function problemSentence(xhr: XMLHttpRequest): string {
  if (xhr.status === 413) return t("The request is too large.");
  try {
    const problem = JSON.parse(xhr.responseText) as { detail?: string; title?: string };
    if (problem.detail || problem.title) return problem.detail || problem.title || "";
  } catch {
    // Not a problem document.
  }
  return t("Something went wrong (error {status}). Try again.", { status: xhr.status });
}

/** Scroll to the top of the new page, unless it stays, or to the mistakes in the sent form. */
function arrive(stays = false): void {
  const main = document.getElementById("main");
  const wrong = main?.querySelector<HTMLElement>("[aria-invalid=true]");
  if (!stays) window.scrollTo(0, 0);
  // A page that comes after a button on it names the button, e.g. to move a thing once more.
  const again = main?.querySelector<HTMLElement>("[data-focus]");
  if (wrong) wrong.focus();
  else if (again) again.focus();
  else main?.focus({ preventScroll: true });
  markCurrent();
}

function markCurrent(): void {
  const links = [...document.querySelectorAll<HTMLAnchorElement>("#menu a[href]")];
  const shown = links.filter((link) => leadsHere(link, location));
  // A link to a part of a page is nearer than the link to the whole page.
  const nearest = shown.some((link) => link.search) ? shown.filter((link) => link.search) : shown;
  for (const link of links) {
    const here = nearest.includes(link);
    link.classList.toggle("active", here);
    if (here) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  markHere();
}

/** Forms that come back to the page they are on. */
function markHere(): void {
  for (const field of document.querySelectorAll<HTMLInputElement>("input[data-here]")) {
    field.value = location.pathname + location.search;
  }
}

/** Whether a link of the menu leads to the page that is shown, or to one above it. */
function leadsHere(link: HTMLAnchorElement, here: Location): boolean {
  if (!link.search) return here.pathname === link.pathname || here.pathname.startsWith(`${link.pathname}/`);
  const asked = new URLSearchParams(here.search);
  const wanted = [...new URLSearchParams(link.search)];
  return here.pathname === link.pathname && wanted.every(([name, value]) => asked.get(name) === value);
}

/** Menus made of `<details>` close when something else is clicked, and by Escape. */
export function closeMenus(): void {
  const close = (except: Element | null) => {
    for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
      if (menu !== except) menu.open = false;
    }
  };
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    // A dialog over the page leaves the page as it is.
    if (target.closest("dialog")) return;
    // The menu has served its purpose when a link in it is clicked.
    close(target.closest("a[href]") ? null : target.closest("details.menu"));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = (event.target as Element).closest<HTMLDetailsElement>("details.menu[open]");
    close(null);
    menu?.querySelector("summary")?.focus();
  });
}

/** A plain form cannot be sent twice: its button is disabled until the next page. */
export function busyForms(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (event.defaultPrevented || form.hasAttribute("hx-post") || form.hasAttribute("hx-get")) return;
    const button = event.submitter;
    if (!(button instanceof HTMLButtonElement)) return;
    button.classList.add("btn-loading");
    window.setTimeout(() => (button.disabled = true));
  });
  // The back button may show the page as the user left it.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const button of document.querySelectorAll<HTMLButtonElement>("button.btn-loading")) {
      button.disabled = false;
      button.classList.remove("btn-loading");
    }
  });
}

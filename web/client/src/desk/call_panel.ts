// The workspace's main column: the caller's card as soon as it rings, and the call's form.
import htmx from "htmx.org";

import { BY_ITSELF, heed } from "../kit/api";
import type { Desk } from "./desk";
import { flushDrafts, restoreDrafts } from "../kit/drafts";
import { isTyping } from "../kit/keypad";
import { settleIslands, type Mount } from "../kit/islands";

const AGAIN_MS = 1500;
const PATIENCE_MS = 10_000;
/** A saved disposition is in the lists when the facts are in the database. */
export const SETTLE_MS = 1500;

/** The island of the workspace; `data-call` is the call that the server drew. */
export function callPanel(desk: Desk): Mount {
  return (place) => {
    let shown = place.dataset.call ?? "";
    let state = desk.agent?.state ?? "signed out";
    let alive = true;
    const follow = () => {
      if (!alive) return;
      // Not `data-state`, whose colour all of the card would inherit: it would be styled anew.
      const now = desk.agent?.state ?? "signed out";
      place.dataset.desk = now;
      if (now !== state) {
        state = now;
        // A call that comes again was handed over: the card names the agent who did it.
        if (now === "offered") shown = "";
        refreshSide();
      }
      const call = desk.agent?.call ?? "";
      // After the wrap-up the card stays until the next call.
      if (!call || call === shown) return;
      shown = call;
      void show(call).then((drawn) => {
        // The server may be away for a moment, and the caller is here: ask again.
        if (!drawn && shown === call) window.setTimeout(forget, AGAIN_MS);
      });
    };
    const forget = () => {
      shown = "";
      follow();
    };
    const saved = () => refreshSide();
    desk.subscribe(follow);
    document.addEventListener("call-finished", saved);
    follow();
    return () => {
      alive = false;
      document.removeEventListener("call-finished", saved);
    };
  };
}

/** Draw the calls to finish and the figures of the day anew. */
export function refreshSide(): void {
  window.setTimeout(() => document.dispatchEvent(new Event("refresh-side")), SETTLE_MS);
}

/** Draw the card of a call; false when the server did not give it. */
async function show(call: string): Promise<boolean> {
  // What was typed about the last call is on the server before its form goes.
  await flushDrafts();
  // Not through htmx: it marks the body while it asks, and the whole page is styled anew for that.
  const drawn = await cardOf(call);
  const card = document.querySelector("#card");
  if (!drawn || !card) return false;
  card.replaceWith(drawn);
  htmx.process(drawn);
  restoreDrafts();
  settleIslands();
  window.scrollTo(0, 0);
  // Not out of the drawer, where another call is being finished.
  if (!isTyping(document.activeElement)) {
    drawn.querySelector<HTMLElement>("[data-testid=card-name]")?.focus({ preventScroll: true });
  }
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

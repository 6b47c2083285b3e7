// What was typed and not yet saved: kept in this page's memory, so that a fragment that comes anew
// does not wipe it out, and sent to the server, so that no tab, crash or next call loses it. Never in
// the browser's own storage: it speaks of customers.
import { ask, Problem } from "./api";
import { csrf } from "./boot";
import { t } from "./i18n";

type Values = Record<string, string>;

const ADDRESS = "/api/v1/drafts";
const SEND_AFTER_MS = 600;
const AGAIN_MS = 5000;

const drafts = new Map<string, Values>();
const sent = new Map<string, string>();
const waiting = new Map<string, number>();

function read(form: HTMLFormElement): Values {
  const values: Values = {};
  for (const [name, value] of new FormData(form)) {
    if (name !== "csrf" && typeof value === "string") values[name] = value;
  }
  return values;
}

function keyOf(target: EventTarget | null): [string, HTMLFormElement] | null {
  const form = target instanceof Element ? target.closest<HTMLFormElement>("form[data-draft]") : null;
  const key = form?.dataset.draft;
  return form && key ? [key, form] : null;
}

/** Whether this form holds something that was typed and not saved. */
export function isDirty(form: HTMLFormElement): boolean {
  return drafts.has(form.dataset.draft ?? "");
}

/** Put drafts back into forms that came anew. */
export function restoreDrafts(root: ParentNode = document): void {
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-draft]")) {
    const values = drafts.get(form.dataset.draft ?? "");
    if (!values) continue;
    for (const [name, value] of Object.entries(values)) {
      const field = form.elements.namedItem(name);
      if (field instanceof RadioNodeList) field.value = value;
      else if (field instanceof HTMLInputElement && field.type === "radio") {
        field.checked = field.value === value;
      } else if (
        field instanceof HTMLInputElement ||
        field instanceof HTMLTextAreaElement ||
        field instanceof HTMLSelectElement
      ) {
        field.value = value;
      }
    }
  }
}

/** Send every draft that waits to be sent; one that cannot be sent now is tried again later. */
export async function flushDrafts(): Promise<void> {
  await Promise.all([...waiting.keys()].map((key) => send(key)));
}

async function send(key: string): Promise<void> {
  window.clearTimeout(waiting.get(key));
  const values = drafts.get(key);
  if (!values) {
    waiting.delete(key);
    return;
  }
  waiting.set(key, 0);
  try {
    await ask("PUT", ADDRESS, { form: key, values });
    if (drafts.get(key) === values) waiting.delete(key);
    tell(key, t("Draft saved"));
  } catch (error) {
    tell(key, t("Not saved yet: no connection"));
    // A draft that is refused (too long) would be refused again.
    const refused = error instanceof Problem && error.status >= 400 && error.status < 500 && error.status !== 401;
    if (refused) waiting.delete(key);
    else waiting.set(key, window.setTimeout(() => void send(key), AGAIN_MS));
  }
}

function tell(key: string, sentence: string): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-draft]")) {
    if (form.dataset.draft !== key) continue;
    const place = form.closest("section")?.querySelector("[data-draft-state]");
    if (place && place.textContent !== sentence) place.textContent = sentence;
  }
}

export function keepDrafts(): void {
  const note = (event: Event) => {
    const found = keyOf(event.target);
    if (!found) return;
    const [key, form] = found;
    drafts.set(key, read(form));
    tell(key, t("Saving…"));
    window.clearTimeout(waiting.get(key));
    waiting.set(key, window.setTimeout(() => void send(key), SEND_AFTER_MS));
  };
  document.addEventListener("input", note);
  document.addEventListener("change", note);
  document.addEventListener("htmx:beforeRequest", (event) => {
    const found = keyOf(event.target);
    if (found) sent.set(found[0], JSON.stringify(read(found[1])));
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const detail = (event as CustomEvent<{ xhr: XMLHttpRequest; requestConfig: { elt: Element } }>)
      .detail;
    const found = keyOf(detail.requestConfig.elt);
    if (!found || detail.xhr.status >= 300) return;
    // What was typed while the answer was on its way stays.
    if (JSON.stringify(drafts.get(found[0]) ?? {}) === sent.get(found[0])) forget(found[0]);
  });
  // The page is left, or the tab is hidden and may be dropped: send what waits, without an answer.
  const leave = () => {
    for (const key of waiting.keys()) {
      const values = drafts.get(key);
      if (!values) continue;
      void fetch(ADDRESS, {
        method: "PUT",
        keepalive: true,
        headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf() },
        body: JSON.stringify({ form: key, values }),
      }).catch(() => undefined);
    }
  };
  window.addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") leave();
  });
}

/** Forget the draft of a form that was saved in another way than by being sent. */
export function forget(key: string): void {
  drafts.delete(key);
  window.clearTimeout(waiting.get(key));
  waiting.delete(key);
}

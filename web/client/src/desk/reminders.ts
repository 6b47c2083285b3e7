// Reminders of appointments: a note at the minute, in one of the browser's tabs, with what can be done.
import { html, nothing, render } from "lit-html";

import { ask } from "../kit/api";
import { toast } from "../kit/banners";
import { everySecond, now } from "../kit/clock";
import { t } from "../kit/i18n";
import { icon } from "../kit/icon";
import type { TodoStore } from "./todo";
import { dueReminders, LATE_MS, type Reminder } from "./todo_view";

const TOLD = "hotline-reminded"; // in the browser's storage: what was shown, and when
const BOOSTED = [
  ["hx-boost", "true"],
  ["hx-target", "#main"],
  ["hx-swap", "innerHTML"],
] as const;
const ANOTHER_TAB_MS = 1500;
const POSTPONE: readonly [string, () => string][] = [
  ["15 minutes", () => t("15 minutes")],
  ["1 hour", () => t("1 hour")],
  ["tomorrow", () => t("Tomorrow 9:00")],
];

export function remind(store: TodoStore): void {
  const shown = new Map<string, { note: HTMLElement; at: string }>();
  const waiting = new Set<string>();
  const look = () => {
    for (const reminder of dueReminders(store.items, now(), (key) => waiting.has(key) || isTold(key))) {
      waiting.add(reminder.key);
      // The tab in front comes first: what nobody sees in it must not be shown in a hidden one.
      const front = !document.hidden && document.hasFocus();
      window.setTimeout(() => show(reminder), front ? 0 : ANOTHER_TAB_MS * (1 + Math.random()));
    }
  };
  const show = (reminder: Reminder) => {
    waiting.delete(reminder.key);
    if (isTold(reminder.key)) return;
    tell(reminder.key);
    shown.get(reminder.entry.id)?.note.remove();
    const note = noteOf(reminder, store);
    if (note) shown.set(reminder.entry.id, { note, at: reminder.entry.at });
  };
  // What was done or postponed, here or elsewhere, is not reminded of any more.
  store.subscribe(() => {
    for (const [id, { note, at }] of shown) {
      if (store.items.some((one) => one.kind === "appointment" && one.id === id && one.at === at)) continue;
      note.remove();
      shown.delete(id);
    }
    look();
  });
  everySecond(look);
}

function noteOf({ entry, overdue }: Reminder, store: TodoStore): HTMLElement | null {
  const place = document.getElementById("toasts");
  if (!place) return null;
  const note = document.createElement("div");
  note.className = "alert toast-note reminder";
  note.setAttribute("role", "status");
  Object.assign(note.dataset, { testid: "reminder", id: entry.id });
  // Its link must not load a whole page, which would end a talk.
  for (const [name, value] of BOOSTED) note.setAttribute(name, value);
  let busy = false;
  const act = async (does: () => Promise<unknown>, said: string) => {
    if (busy) return;
    busy = true;
    try {
      await does();
      note.remove();
      toast(said);
    } catch (error) {
      toast(error instanceof Error ? error.message : t("Something went wrong."), "danger");
    } finally {
      busy = false;
      store.changed();
    }
  };
  const url = `/api/v1/appointments/${entry.id}`;
  const postpone = (by: string) =>
    act(() => ask("POST", `${url}/postpone`, { by }), t("Appointment postponed."));
  const done = () => act(() => ask("PATCH", url, { state: "done" }), t("Appointment done."));
  const who = entry.who ? html` · <bdi>${entry.who}</bdi>` : nothing;
  render(
    html`<div class="reminder-head">
        ${icon("bell")}
        <span><strong><a href=${entry.url}>${entry.what}</a></strong>${who}
          <span class="text-secondary d-block">${overdue ? t("Due now") : t("Due at {time}", { time: entry.at_name })}</span></span>
        <button type="button" class="btn btn-icon btn-sm btn-quiet" data-testid="reminder-close" title=${t("Close")}
          aria-label=${t("Close")} @click=${() => note.remove()}>${icon("x")}</button>
      </div>
      <div class="reminder-buttons">
        ${entry.number
          ? html`<button type="button" class="btn btn-sm btn-primary needs-phone" data-dial=${entry.number} data-shown=${entry.who || entry.number}
              data-customer=${entry.customer ?? nothing} data-testid="reminder-call">${icon("phone")}${t("Call")}</button>`
          : nothing}
        ${POSTPONE.map(([by, name]) => html`<button type="button" class="btn btn-sm" data-testid="reminder-postpone" data-by=${by}
          aria-label=${t("Postpone: {time}", { time: name() })} @click=${() => void postpone(by)}>${icon("clock")}${name()}</button>`)}
        <button type="button" class="btn btn-sm" data-testid="reminder-done" @click=${() => void done()}>${icon("check")}${t("Done")}</button>
      </div>`,
    note,
  );
  place.append(note);
  return note;
}

function told(): Record<string, number> {
  try {
    return JSON.parse(localStorage.getItem(TOLD) ?? "{}") as Record<string, number>;
  } catch {
    return {};
  }
}

function isTold(key: string): boolean {
  return key in told();
}

function tell(key: string): void {
  const fresh = Object.entries(told()).filter(([, at]) => Date.now() - at < 2 * LATE_MS);
  localStorage.setItem(TOLD, JSON.stringify(Object.fromEntries([...fresh, [key, Date.now()]])));
}

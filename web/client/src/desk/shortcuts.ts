// Keyboard shortcuts for calls; the keys F2 … F9 work in fields too.
import type { Desk } from "./desk";
import { deskView, type Button } from "./desk_view";
import type { TalkAction } from "./talk_view";
import { now } from "../kit/clock";
import { isTyping } from "../kit/keypad";

export type DockButton = Button | TalkAction | "switch-call";

export const SHORTCUTS: Partial<Record<DockButton, string>> = {
  answer: "F2",
  hold: "F4",
  resume: "F4",
  mute: "F8",
  unmute: "F8",
  "hang up": "F9",
  ready: "F6",
  pause: "Shift+F6",
  dial: "d",
  transfer: "t",
  park: "k",
  switch: "w",
  complete: "c",
  conference: "f",
  back: "b",
  cancel: "b",
  add: "a",
  "switch-call": "x",
};

/** Listen for the keys while the page is open. */
export function listenForShortcuts(desk: Desk): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.defaultPrevented) return;
    if (event.shiftKey && event.key !== "F6") return;
    const view = deskView(desk.moment(), now());
    const aside = view.otherTasks.some((one) => one.call !== null && one.state === "held");
    const more: DockButton[] = aside ? ["switch-call"] : [];
    const button = buttonFor(event, [...view.buttons, ...(view.talk?.actions ?? []), ...more]);
    if (!button) return;
    event.preventDefault();
    press(desk, button);
  });
}

/** A letter is a key of the page only while nothing else takes letters. */
export function isTaken(event: KeyboardEvent): boolean {
  return event.key.length === 1 && (isTyping(event.target) || document.querySelector("dialog[open]") !== null);
}

function buttonFor(event: KeyboardEvent, buttons: DockButton[]): DockButton | undefined {
  if (isTaken(event)) return undefined;
  const key = event.shiftKey ? `Shift+${event.key}` : event.key;
  const found = buttons.find((button) => SHORTCUTS[button] === key);
  if (found) return found;
  // While it rings, Enter or Space answers, unless it would press or type something else.
  const free = event.target === document.body || event.target === document.documentElement;
  const plain = event.key === "Enter" || event.key === " ";
  return plain && free && !isTyping(event.target) && buttons.includes("answer") ? "answer" : undefined;
}

function press(desk: Desk, button: DockButton): void {
  switch (button) {
    case "answer":
      return void desk.answer();
    case "hold":
      return void desk.act("hold");
    case "resume":
      return void desk.act("resume");
    case "mute":
      return desk.phone.mute(true);
    case "unmute":
      return desk.phone.mute(false);
    case "hang up":
      return void desk.act("hangup");
    case "ready":
      return void desk.finish("ready");
    case "pause": {
      const menu = document.querySelector<HTMLDetailsElement>("#dock [data-testid=pause]");
      if (menu) menu.open = true;
      menu?.querySelector<HTMLElement>("[data-testid=pause-reason]")?.focus();
      return;
    }
    case "end for all":
      return; // only by its own button
    default:
      document.querySelector<HTMLElement>(`#dock [data-testid="${button}"]`)?.click();
  }
}

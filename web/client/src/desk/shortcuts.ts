// Keyboard shortcuts for calls; they work in fields too.
import type { Desk } from "./desk";
import { deskView, type Button } from "./desk_view";
import { now } from "../kit/clock";
import { isTyping } from "../kit/keypad";

export const SHORTCUTS: Partial<Record<Button, string>> = {
  answer: "F2",
  hold: "F4",
  resume: "F4",
  mute: "F8",
  unmute: "F8",
  "hang up": "F9",
  ready: "F6",
  pause: "Shift+F6",
};

/** Listen for the keys while the page is open. */
export function listenForShortcuts(desk: Desk): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.shiftKey && event.key !== "F6") return;
    const button = buttonFor(event, deskView(desk.moment(), now()).buttons);
    if (!button) return;
    event.preventDefault();
    press(desk, button);
  });
}

function buttonFor(event: KeyboardEvent, buttons: Button[]): Button | undefined {
  const key = event.shiftKey ? `Shift+${event.key}` : event.key;
  const found = buttons.find((button) => SHORTCUTS[button] === key);
  if (found) return found;
  // While it rings, Enter or Space answers, unless it would press or type something else.
  const free = event.target === document.body || event.target === document.documentElement;
  const plain = event.key === "Enter" || event.key === " ";
  return plain && free && !isTyping(event.target) && buttons.includes("answer") ? "answer" : undefined;
}

function press(desk: Desk, button: Button): void {
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
      const menu = document.querySelector<HTMLDetailsElement>("#dock details.menu");
      if (menu) menu.open = true;
      menu?.querySelector<HTMLElement>("[data-testid=pause-reason]")?.focus();
      return;
    }
    default:
  }
}

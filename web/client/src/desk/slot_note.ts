// After a call was parked its slot is shown large, as soon as the live state tells the number.
import { t } from "../kit/i18n";
import type { Desk } from "./desk";

const SHOWN_MS = 12_000;
const PATIENCE_MS = 5000;

/** Show the slot of a call that is being parked, and tell it to `told`. */
export function showSlot(desk: Desk, call: string, told: (sentence: string) => void): void {
  const look = () => {
    const slot = desk.moment().calls.get(call)?.slot;
    if (!slot) return;
    stop();
    note(slot);
    told(t("Parked in slot {slot}", { slot }));
  };
  const stop = desk.subscribe(look);
  window.setTimeout(stop, PATIENCE_MS);
  look();
}

function note(slot: number): void {
  const box = document.createElement("div");
  box.className = "alert alert-success toast-note slot-note";
  box.dataset.testid = "slot-note";
  box.setAttribute("role", "status");
  const words = document.createElement("span");
  words.textContent = t("Parked in slot");
  const number = document.createElement("strong");
  number.className = "slot-number";
  number.textContent = String(slot);
  box.append(words, number);
  document.getElementById("toasts")?.append(box);
  window.setTimeout(() => box.remove(), SHOWN_MS);
}

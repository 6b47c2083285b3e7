// “Call back” in the list of lost calls: the number is dialled, and the reader becomes its owner.
import { ask, Problem } from "../kit/api";
import { toast } from "../kit/banners";
import { t } from "../kit/i18n";
import type { Desk } from "../desk/desk";

/** The click itself dials, as that of every button with a number (`click_to_dial.ts`). */
export function callLost(desk: Desk): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-lost]");
    if (!button || !desk.agent || desk.agent.state === "signed out") return;
    void take(button.dataset.lost ?? "");
  });
}

async function take(call: string): Promise<void> {
  try {
    await ask("POST", `/api/v1/lost-calls/${encodeURIComponent(call)}/take`);
    toast(t("The lost call is yours now."));
  } catch (error) {
    toast(error instanceof Problem ? error.message : t("Something went wrong."), "danger");
  }
}

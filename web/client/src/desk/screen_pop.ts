// The caller's card comes up on every page: the workspace is opened when a call is answered or rings.
import type { Desk } from "./desk";
import { toast } from "../kit/banners";
import { t } from "../kit/i18n";
import { monitoredCall } from "../live/monitoring";

/** Open the workspace for each new call, unless a form on the present page would be lost. */
export function screenPop(desk: Desk): void {
  let popped = "";
  desk.subscribe(() => {
    const { agent, popWhen: when } = desk;
    const call = agent?.call ?? "";
    // A supervisor who listens stays on the monitor; a call that they take over pops up.
    if (!call || call === popped || monitoredCall(agent) === call) return;
    const wanted = agent?.state === "talking" || (when === "ring" && agent?.state === "offered");
    if (when === "never" || !wanted) return;
    popped = call;
    if (location.pathname === "/desk") return;
    if (unsaved()) toast(t("You are on a call. This page has unsaved changes, so it stays open."));
    else document.querySelector<HTMLElement>('#menu a[href="/desk"]')?.click();
  });
}

/** Whether a form of the page holds something else than the server drew. */
function unsaved(): boolean {
  return [...document.querySelectorAll<HTMLFormElement>("#main form[method=post]")].some((form) =>
    [...form.elements].some((field) => {
      if (field instanceof HTMLInputElement && /^(checkbox|radio)$/.test(field.type)) {
        return field.checked !== field.defaultChecked;
      }
      if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) {
        return field.type !== "hidden" && field.value !== field.defaultValue;
      }
      if (field instanceof HTMLSelectElement) {
        return [...field.options].some((one) => one.selected !== one.defaultSelected) &&
          [...field.options].some((one) => one.defaultSelected);
      }
      return false;
    }),
  );
}

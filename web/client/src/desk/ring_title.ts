// Who is calling, for the tab's title and the notification of the browser.
import { readable } from "../kit/format";
import { t } from "../kit/i18n";
import type { CallValue } from "../live/types";

/** The caller's name, else the number, else that there is none. */
export function ringingName(call: Pick<CallValue, "customer" | "caller"> | null): string {
  return call?.customer?.name || readable(call?.caller ?? "") || t("a withheld number");
}

/** The title of the tab while a call rings. */
export function ringTitle(call: Pick<CallValue, "customer" | "caller"> | null): string {
  return `☎ ${t("Incoming call from {caller}", { caller: ringingName(call) })}`;
}

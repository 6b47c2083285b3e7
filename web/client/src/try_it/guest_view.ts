// The content of the Try it telephone, and the numbers that it dials.
import { t } from "../kit/i18n";

export interface GuestMoment {
  phase: "idle" | "calling" | "talking" | "ended";
}

export function guestStatus(phase: GuestMoment["phase"]): string {
  switch (phase) {
    case "idle":
      return t("Ready to call");
    case "calling":
      return t("Calling…");
    case "talking":
      return t("Connected");
    case "ended":
      return t("Call ended");
  }
}

/** The chosen number as the switch expects it: one that the credentials allow. */
export function dialledNumber(chosen: string, allowed: readonly string[]): string {
  const plain = chosen.replace(/[^\d+]/g, "");
  return allowed.find((number) => plain.endsWith(number.replace(/\D/g, ""))) ?? plain;
}

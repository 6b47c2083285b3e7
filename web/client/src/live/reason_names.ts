// The not-ready reasons in the reader's language; live items have only their keys.
import { t } from "../kit/i18n";

let names: Readonly<Record<string, string>> = {};

/** The reasons that the system sets itself; a site may have no names for them. */
const SYSTEM: Readonly<Record<string, () => string>> = {
  "no answer": () => t("Missed call"),
  "signed in": () => t("Just connected"),
  "phone lost": () => t("Phone lost"),
};

export function learnReasonNames(told: Readonly<Record<string, string>> | undefined): void {
  names = { ...names, ...told };
}

/** A reason's name for the reader; an unknown key stays as it is. */
export function reasonName(key: string): string {
  return SYSTEM[key]?.() ?? names[key] ?? key;
}

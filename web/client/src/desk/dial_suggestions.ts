// What the dial box offers for a text: numbers dialled last, and entries of the address book. Pure.

/** An entry of the address book, as `/api/v1/address-book` gives it. */
export interface BookEntry {
  kind: "colleague" | "contact" | "customer";
  id: number;
  name: string;
  company: string;
  number: string;
  number_name: string;
  label: string;
  presence: string;
  presence_name: string;
}

/** A number that the agent dialled, as `/api/v1/desk/dialled` gives it. */
export interface DialledNumber {
  number: string;
  number_name: string;
  name: string;
  customer: number | null;
  at_name: string;
  result: string;
  result_name: string;
}

/** A line below the field: the person and number that a choice calls. */
export interface Suggestion {
  number: string;
  shown: string;
  name: string;
  note: string;
  customer: number | null;
  icon: string;
  /** Of a colleague: the state and its name. */
  presence: string;
  presenceName: string;
  /** A colleague who is not ready: their id, else null. */
  busy: number | null;
}

const MOST = 8;
const ICONS = { colleague: "headset", contact: "address-book", customer: "user" } as const;

/** The numbers that were dialled last come first, those of the address book follow; each once. */
export function suggestionsFor(
  typed: string,
  dialled: readonly DialledNumber[],
  found: readonly BookEntry[],
): Suggestion[] {
  const lines = [...dialled.filter((one) => isMeant(one, typed)).map(again), ...found.map(entry)];
  const seen = new Set<string>();
  return lines.filter((one) => !seen.has(one.number) && seen.add(one.number)).slice(0, MOST);
}

/** Whether a text can be a number: it has a digit, and no letter. */
export function isNumber(typed: string): boolean {
  return /\p{Nd}/u.test(typed) && !/\p{L}/u.test(typed);
}

function isMeant(one: DialledNumber, typed: string): boolean {
  // Wide digits and letters, as a Chinese keyboard writes them, are the narrow ones.
  const text = typed.normalize("NFKC").trim().toLowerCase();
  if (!text) return true;
  if (!isNumber(text)) return one.name.toLowerCase().includes(text);
  const digits = text.replace(/\D/g, "");
  return [one.number, one.number_name].some((number) => number.replace(/\D/g, "").includes(digits));
}

function again(one: DialledNumber): Suggestion {
  return {
    number: one.number,
    shown: one.number_name,
    name: one.name,
    note: `${one.at_name} · ${one.result_name}`,
    customer: one.customer,
    icon: "history",
    presence: "",
    presenceName: "",
    busy: null,
  };
}

function entry(one: BookEntry): Suggestion {
  return {
    number: one.number,
    shown: one.number_name,
    name: one.name,
    note: [one.company, one.label].filter(Boolean).join(" · "),
    customer: one.kind === "customer" ? one.id : null,
    icon: ICONS[one.kind],
    presence: one.presence,
    presenceName: one.presence_name,
    busy: one.kind === "colleague" && one.presence !== "" && one.presence !== "ready" ? one.id : null,
  };
}

// What the transfer panel offers for a text, and which line is marked. Pure.
import { duration, secondsSince } from "../kit/format";
import { t } from "../kit/i18n";
import { isNumber } from "./dial_suggestions";

/** A place that a call can be sent to, as `/api/v1/desk/targets` gives it. */
export interface TransferTarget {
  to: string;
  kind: string;
  kind_name: string;
  name: string;
  note: string;
  state: string;
  state_name: string;
  since: string | null;
  free: boolean;
  waiting: number | null;
  oldest_since: string | null;
  ready: number | null;
  spoken_to: boolean;
  /** An agent who is busy, for whom the customer can wait. */
  can_wait: boolean;
  /** A queue at whose front the customer may be put. */
  may_front: boolean;
}

export const KIND_ICONS: Readonly<Record<string, string>> = {
  agent: "headset",
  queue: "users",
  "ring-group": "phone-calling",
  flow: "sitemap",
  voicemail: "record-mail",
  custom: "webhook",
  fax: "printer",
  number: "phone-outgoing",
};

/** The lines for a text: a typed number is one too, the first unless it is an agent's extension. */
export function linesFor(typed: string, found: readonly TransferTarget[]): TransferTarget[] {
  const text = typed.normalize("NFKC").trim();
  if (!isNumber(text)) return [...found];
  const number: TransferTarget = {
    to: `number:${text}`,
    kind: "number",
    kind_name: t("Outside number"),
    name: text,
    note: "",
    state: "",
    state_name: "",
    since: null,
    free: true,
    waiting: null,
    oldest_since: null,
    ready: null,
    spoken_to: true,
    can_wait: false,
    may_front: false,
  };
  const extension = found.filter((one) => one.kind === "agent" && one.note === text.replace(/\D/g, ""));
  return [...extension, number, ...found.filter((one) => !extension.includes(one))];
}

/** The line that is `step` below the marked one; around the ends. */
export function nextMark(lines: readonly TransferTarget[], marked: string, step: 1 | -1): string {
  const at = lines.findIndex((one) => one.to === marked);
  const next = at < 0 ? (step > 0 ? 0 : lines.length - 1) : (at + step + lines.length) % lines.length;
  return lines[next]?.to ?? "";
}

/** How long callers wait in a queue; "" for a place that is no queue. */
export function waitOf(one: TransferTarget, now: number): string {
  if (one.waiting === null) return "";
  const waited = secondsSince(one.oldest_since, now);
  const waiting = t("In queue: {count}", { count: one.waiting });
  return waited === null ? waiting : `${waiting} · ${t("longest {time}", { time: duration(waited) })}`;
}

// What the ticker shows and what is reminded of, as pure functions of the list and the time.
import { t } from "../kit/i18n";

/** An entry of `GET /api/v1/desk/todo`. */
export interface TodoEntry {
  kind: "appointment" | "call to finish" | "missed call" | "lost call" | "voicemail";
  id: string;
  what: string;
  who: string;
  number: string;
  customer: number | null;
  at: string;
  at_name: string;
  overdue: boolean;
  soon: boolean;
  url: string;
  alerts: string[];
}

export interface TickerLine {
  id: string;
  text: string;
  url: string;
  overdue: boolean;
}

export interface Reminder {
  /** Appointment and moment: each is shown once. */
  key: string;
  entry: TodoEntry;
  overdue: boolean;
}

/** A reminder that could not be shown for so long is told by the ticker alone. */
export const LATE_MS = 10 * 60_000;

/** The appointments whose reminder has come, the overdue ones first. */
export function tickerLines(items: readonly TodoEntry[], now: number): TickerLine[] {
  return items
    .filter((one) => one.kind === "appointment")
    .map((one) => ({ one, overdue: Date.parse(one.at) <= now }))
    .filter(({ one, overdue }) => overdue || one.soon || one.alerts.some((at) => Date.parse(at) <= now))
    .sort((a, b) => Number(b.overdue) - Number(a.overdue) || a.one.at.localeCompare(b.one.at))
    .map(({ one, overdue }) => ({ id: one.id, text: sentence(one, overdue), url: one.url, overdue }));
}

function sentence(one: TodoEntry, overdue: boolean): string {
  const what = one.who ? `${one.what} · ${one.who}` : one.what;
  const values = { time: one.at_name, what };
  return overdue ? t("Overdue since {time}: {what}", values) : t("At {time}: {what}", values);
}

/** The next line of several; the present one may be gone. */
export function stepped(lines: readonly TickerLine[], id: string, step: number): TickerLine | null {
  if (!lines.length) return null;
  const at = lines.findIndex((one) => one.id === id);
  const next = at < 0 ? 0 : (at + step + lines.length) % lines.length;
  return lines[next] ?? null;
}

/** What must be reminded of now and was not told yet: of each appointment the latest moment. */
export function dueReminders(
  items: readonly TodoEntry[],
  now: number,
  isTold: (key: string) => boolean,
): Reminder[] {
  const found: Reminder[] = [];
  for (const entry of items) {
    const passed = entry.alerts.map((at) => Date.parse(at)).filter((at) => at <= now && now - at < LATE_MS);
    if (!passed.length) continue;
    const key = `${entry.id}@${Math.max(...passed)}`;
    if (!isTold(key)) found.push({ key, entry, overdue: Date.parse(entry.at) <= now });
  }
  return found;
}

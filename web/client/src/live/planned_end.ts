// The planned end of a pause, in words. Pure.
import { duration } from "../kit/format";
import { t } from "../kit/i18n";
import { timeOfDay } from "../kit/time_of_day";

export const PLANNED_MINUTES = [0, 5, 10, 15, 30, 45, 60] as const;
const MORE_MINUTES = 5;
const MOST_MINUTES = 24 * 60;

/** How long an agent is late; null if they are not, or have said nothing. */
export function overdueSeconds(backAt: string | null | undefined, now: number): number | null {
  const at = Date.parse(backAt ?? "");
  return Number.isNaN(at) || at > now ? null : (now - at) / 1000;
}

/** For the agent: how long until then, or how long they are late. */
export function ownBackWords(backAt: string | null | undefined, now: number): string {
  const at = Date.parse(backAt ?? "");
  if (Number.isNaN(at)) return "";
  const late = overdueSeconds(backAt, now);
  if (late !== null) return t("overdue {time}", { time: duration(late) });
  return t("back in {time}", { time: duration(Math.ceil((at - now) / 1000)) });
}

/** For others: the time of day, or how late the agent is. */
export function backWords(backAt: string | null | undefined, now: number): string {
  const late = overdueSeconds(backAt, now);
  if (late !== null) return t("overdue {time}", { time: duration(late) });
  return backAt ? t("back {time}", { time: timeOfDay(backAt) }) : "";
}

/** The minutes from now that make a pause five minutes longer. */
export function minutesForMore(backAt: string, now: number): number {
  const left = Math.max(0, Date.parse(backAt) - now);
  return Math.min(MOST_MINUTES, Math.ceil(left / 60_000 - 0.5) + MORE_MINUTES);
}

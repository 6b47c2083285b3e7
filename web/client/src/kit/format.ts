// Formats of durations and numbers.
import { t } from "./i18n";

/** Seconds as `0:05`, `12:34` or `1:02:03`; never negative. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const rest = String(whole % 60).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

/** Seconds from an ISO time until `now` (milliseconds); null without a time. */
export function secondsSince(instant: string | null | undefined, now: number): number | null {
  if (!instant) return null;
  const at = Date.parse(instant);
  return Number.isNaN(at) ? null : Math.max(0, (now - at) / 1000);
}

/** Whole seconds left until an ISO time, rounded up as in a countdown. */
export function secondsLeft(instant: string | null | undefined, now: number): number | null {
  if (!instant) return null;
  const at = Date.parse(instant);
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - now) / 1000));
}

/** An E.164 number for reading: Chinese mobiles and hotlines in their usual groups. */
export function readable(number: string): string {
  const guest = /^guest-?0*(\d+)$/.exec(number);
  if (guest) return t("Trial caller {number}", { number: guest[1] ?? "" });
  const mobile = /^\+86(1\d{2})(\d{4})(\d{4})$/.exec(number);
  if (mobile) return mobile.slice(1).join(" ");
  const hotline = /^\+86([48]00)(\d{3})(\d{4})$/.exec(number);
  if (hotline) return hotline.slice(1).join("-");
  return number;
}

// Dates as the pages show them: in the zone of the page.

let shown: Intl.DateTimeFormat | null = null;

/** An ISO time as `2026-11-30 14:05`. */
export function dateTime(instant: string | null): string {
  if (!instant) return "";
  const zone = document.documentElement.dataset.zone;
  shown ??= new Intl.DateTimeFormat("sv-SE", {
    dateStyle: "short",
    timeStyle: "short",
    ...(zone ? { timeZone: zone } : {}),
  });
  return shown.format(new Date(instant));
}

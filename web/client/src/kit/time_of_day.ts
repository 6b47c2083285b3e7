// The time of day in the reader's language, as `12:45`.

let shown: Intl.DateTimeFormat | null = null;

/** An instant's time of day; "" without one. */
export function timeOfDay(instant: string | null | undefined): string {
  const at = Date.parse(instant ?? "");
  if (Number.isNaN(at)) return "";
  // The reader's time zone as on the pages, which may differ from the browser's.
  const timeZone = (typeof document === "undefined" ? "UTC" : document.documentElement.dataset.zone) || undefined;
  shown ??= new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone });
  return shown.format(at);
}

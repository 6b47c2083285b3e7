// Converts a page's chart data into uPlot's. Pure.

export interface ChartSeries {
  label: string;
  at: string[];
  lines: { label: string; values: (number | null)[] }[];
  kind?: "line" | "bars";
  unit?: string;
}

export interface ChartData {
  /** Whether `at` are times; else they are words, drawn at equal distances. */
  time: boolean;
  columns: [number[], ...(number | null)[][]];
}

/** Columns of equal length: seconds of the epoch or positions, then the values of each line. */
export function chartData(series: ChartSeries): ChartData {
  const moments = series.at.map((at) => (/^\d{4}-\d\d-\d\d/.test(at) ? Date.parse(at) / 1000 : NaN));
  const time = moments.length > 0 && moments.every((at) => !Number.isNaN(at));
  const places = time ? moments : series.at.map((_, place) => place);
  const values = series.lines.map((line) => places.map((_, place) => line.values[place] ?? null));
  return { time, columns: [places, ...values] };
}

/** The label at a position of the axis, cut to its room; none between two positions or beyond. */
export function wordAt(words: readonly string[], place: number, letters = Infinity): string {
  const word = Number.isInteger(place) ? (words[place] ?? "") : "";
  return word.length > letters ? `${word.slice(0, Math.max(1, letters - 1))}…` : word;
}

const DAY = 86_400; // seconds

/** The format of times on an axis of a length in seconds: hours of a day, days of a month. */
export function momentWords(
  language: string,
  seconds: number,
  timeZone?: string,
): Intl.DateTimeFormat {
  const hours = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone } as const;
  const days = { month: "short", day: "numeric", timeZone } as const;
  return new Intl.DateTimeFormat(language, seconds > 3 * DAY ? days : hours);
}

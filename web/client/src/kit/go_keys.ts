// Two keys in a row that open a page: g d opens the desk. Pure.

const TOGETHER_MS = 1500;

export const PLACES: Readonly<Record<string, string>> = {
  d: "/desk",
  f: "/floor",
  c: "/calls",
  u: "/customers",
  a: "/account",
};

export class GoKeys {
  private began = -Infinity;

  /** Take a key and its time (milliseconds); the result is the page to open, if any. */
  press(key: string, at: number): string | null {
    const together = at - this.began <= TOGETHER_MS;
    this.began = key === "g" && !together ? at : -Infinity;
    return together ? (PLACES[key] ?? null) : null;
  }
}

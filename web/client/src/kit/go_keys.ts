// Two keys after one another that lead to a page: g d to the desk. Pure.

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

  /** Tell of a key at a moment (milliseconds); the answer is the page it leads to, if any. */
  press(key: string, at: number): string | null {
    const together = at - this.began <= TOGETHER_MS;
    this.began = key === "g" && !together ? at : -Infinity;
    return together ? (PLACES[key] ?? null) : null;
  }
}

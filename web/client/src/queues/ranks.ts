// The ranks and choices of the rows of a queue's form. Pure.

export const LEAST_RANK = 1;
export const MOST_RANK = 99;

export interface Ranked<Row> {
  row: Row;
  rank: number;
}

export interface Known {
  key: string;
  name: string;
}

/** A rank one higher or lower, within its bounds. */
export function movedRank(rank: number, way: number): number {
  return Math.min(MOST_RANK, Math.max(LEAST_RANK, Math.round(rank) + way));
}

/** The rows by their ranks; those of one rank stay in their order. */
export function afterAdding<Row>(rows: readonly Ranked<Row>[]): Ranked<Row>[] {
  return [...rows].sort((a, b) => a.rank - b.rank);
}

/** What a typed text means: one with exactly this name; if `part` is enough, the only one that has
 * it in its name or extension. */
export function matches(known: readonly Known[], typed: string, part: boolean): Known | null {
  const text = typed.trim().toLowerCase();
  if (!text) return null;
  const exact = known.find((one) => one.name.toLowerCase() === text);
  if (exact || !part) return exact ?? null;
  const found = known.filter((one) => one.name.toLowerCase().includes(text));
  return found.length === 1 ? (found[0] ?? null) : null;
}

// Moving through results with the arrows. Pure.

/** The next position of the mark in a ring of results; -1 is the box itself. */
export function nextPlace(at: number, count: number, step: 1 | -1): number {
  const ring = count + 1;
  return ((at + 1 + step + ring) % ring) - 1;
}

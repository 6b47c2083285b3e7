// Walking through results with the arrows. Pure.

/** Where the mark goes in a ring of places; -1 is the box itself. */
export function nextPlace(at: number, count: number, step: 1 | -1): number {
  const ring = count + 1;
  return ((at + 1 + step + ring) % ring) - 1;
}

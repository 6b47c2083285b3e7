// The levels of the skill matrix: what is typed, where a key leads, what is stored. Pure.

export const MOST_LEVEL = 10;

export interface Cell {
  row: number;
  column: number;
}

/** The level that a typed text means; null if it means none. */
export function levelOf(text: string): number | null {
  const typed = text.normalize("NFKC").trim();
  if (typed === "") return 0;
  if (!/^\d{1,2}$/.test(typed)) return null;
  const level = Number(typed);
  return level <= MOST_LEVEL ? level : null;
}

/** A level one higher or lower, from 0 (not at all) to 10. */
export function stepped(level: number, way: number): number {
  return Math.min(MOST_LEVEL, Math.max(0, level + way));
}

/** The cell that a key leads to; null for a key that leads nowhere. `shown` are the rows in view. */
export function movedTo(key: string, from: Cell, shown: readonly number[], columns: number): Cell | null {
  const at = shown.indexOf(from.row);
  const row = (place: number) => shown[Math.min(Math.max(place, 0), shown.length - 1)] ?? from.row;
  const column = (place: number) => Math.min(Math.max(place, 0), columns - 1);
  switch (key) {
    case "ArrowUp":
      return { row: row(at - 1), column: from.column };
    case "ArrowDown":
    case "Enter":
      return { row: row(at + 1), column: from.column };
    case "ArrowLeft":
      return { row: from.row, column: column(from.column - 1) };
    case "ArrowRight":
      return { row: from.row, column: column(from.column + 1) };
    case "Home":
      return { row: from.row, column: 0 };
    case "End":
      return { row: from.row, column: columns - 1 };
    case "PageUp":
      return { row: row(at - 10), column: from.column };
    case "PageDown":
      return { row: row(at + 10), column: from.column };
    default:
      return null;
  }
}

/** Whether an agent's row is shown under a filter. */
export function isShown(agent: { search: string; groups: string }, text: string, group: string): boolean {
  const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const has = words.every((word) => agent.search.includes(word));
  return has && (!group || agent.groups.split(" ").includes(group));
}

/** What is stored of an agent: all levels above 0, those of skills that are not shown as well. */
export function stored(
  skills: readonly string[],
  levels: readonly number[],
  others: Readonly<Record<string, number>>,
): Record<string, number> {
  const found: Record<string, number> = { ...others };
  skills.forEach((skill, at) => {
    const level = levels[at] ?? 0;
    if (level) found[skill] = level;
  });
  return found;
}

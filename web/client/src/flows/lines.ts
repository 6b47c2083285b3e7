// The line of a way: a curve to the height of its end beside the step that it leaves, then straight on.
import type { Place } from "./shapes";

export const BETWEEN_COLUMNS = 90;
export const LABEL = { right: 12, height: 18, width: 56 }; // a count beside an output; `picture.css` holds its greatest width

export function linePath(from: Place, to: Place): string {
  if (to.x < from.x + BETWEEN_COLUMNS) return curve(from, to, Math.max(40, Math.abs(to.x - from.x) / 2, Math.min(200, Math.abs(to.y - from.y) / 2)));
  const turn = { x: from.x + BETWEEN_COLUMNS, y: to.y };
  return `${curve(from, turn, BETWEEN_COLUMNS / 2)} L ${to.x},${to.y}`;
}

function curve(from: Place, to: Place, reach: number): string {
  return `M ${from.x},${from.y} C ${from.x + reach},${from.y} ${to.x - reach},${to.y} ${to.x},${to.y}`;
}

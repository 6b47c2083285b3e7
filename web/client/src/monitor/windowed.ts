// Draws only the visible part of a long list that changes many times a second.

/** Items `first` up to `last` are drawn; `before` and `after` are the heights left free. */
export interface Slice {
  first: number;
  last: number;
  before: number;
  after: number;
}

/** A list's layout in pixels: `step` is the distance of rows, `top` the first row's position. */
export interface Layout {
  columns: number;
  step: number;
  top: number;
}

const FIRST_GUESS: Layout = { columns: 1, step: 56, top: 0 }; // before the first drawing

/** The part of `count` items with rows between the heights `from` and `to`; never an empty one. */
export function sliceOf(count: number, { columns, step, top }: Layout, from: number, to: number): Slice {
  const rows = Math.ceil(count / columns);
  const begin = Math.max(0, Math.min(rows - 1, Math.floor((from - top) / step)));
  const end = Math.max(begin + 1, Math.min(rows, Math.ceil((to - top) / step)));
  return {
    first: begin * columns,
    last: Math.min(count, end * columns),
    before: begin * step,
    after: Math.max(0, rows - end) * step,
  };
}

/** A list with rows of equal height, drawn in part. */
export class Windowed {
  private list: HTMLElement | null = null;
  private layout = FIRST_GUESS;
  private before = 0;
  private after = 0;
  private stale = true;

  constructor(
    private place: HTMLElement,
    private selector: string,
  ) {}

  /** The window's or the letters' size has changed: rows are measured again. */
  remeasure(): void {
    this.stale = true;
  }

  /** The part of `count` items to draw, with half a window above and below for scrolling. */
  slice(count: number): Slice {
    this.look();
    const spare = innerHeight / 2;
    return sliceOf(count, this.layout, -spare, innerHeight + spare);
  }

  /** After drawing: leave room for the rows that were not drawn. */
  settle({ before, after }: Slice): void {
    const list = this.place.querySelector<HTMLElement>(this.selector);
    if (list !== this.list) {
      this.list = list;
      this.before = this.after = 0;
      this.stale = true;
    }
    if (!list) return;
    if (before !== this.before) list.style.paddingTop = `${before}px`;
    if (after !== this.after) list.style.paddingBottom = `${after}px`;
    this.before = before;
    this.after = after;
  }

  private look(): void {
    const item = this.list?.firstElementChild as HTMLElement | null | undefined;
    if (!this.list || !item) return;
    if (this.stale) {
      const { rowGap, gridTemplateColumns } = getComputedStyle(this.list);
      const columns = gridTemplateColumns === "none" ? 1 : gridTemplateColumns.split(" ").length;
      const step = item.offsetHeight + (parseFloat(rowGap) || 0);
      if (step > 0) this.layout = { ...this.layout, columns, step };
      this.stale = step === 0;
    }
    this.layout = { ...this.layout, top: item.getBoundingClientRect().top - this.before };
  }
}

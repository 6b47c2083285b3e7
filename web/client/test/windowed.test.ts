import { describe, expect, it } from "vitest";

import { sliceOf } from "../src/monitor/windowed";

const TWO_COLUMNS = { columns: 2, step: 50, top: 400 };

describe("what is drawn of a long list", () => {
  it("is what touches the window, in whole rows", () => {
    expect(sliceOf(101, TWO_COLUMNS, 0, 900)).toEqual({ first: 0, last: 20, before: 0, after: 2050 });
  });

  it("leaves room for the rows above and below, so that nothing moves", () => {
    const scrolled = sliceOf(101, { ...TWO_COLUMNS, top: -1000 }, 0, 875);
    expect(scrolled).toEqual({ first: 40, last: 76, before: 1000, after: 650 });
  });

  it("ends with the last item, though its row is not full", () => {
    const end = sliceOf(101, { ...TWO_COLUMNS, top: -2000 }, 0, 900);
    expect(end).toEqual({ first: 80, last: 101, before: 2000, after: 0 });
  });

  it("is one row at least, wherever the window is", () => {
    for (const top of [-100_000, 100_000]) {
      const { first, last, before, after } = sliceOf(101, { ...TWO_COLUMNS, top }, 0, 900);
      expect(last - first).toBeGreaterThan(0);
      expect(before + after).toBe(50 * 50);
    }
  });

  it("is nothing of nothing", () => {
    expect(sliceOf(0, TWO_COLUMNS, 0, 900)).toEqual({ first: 0, last: 0, before: 0, after: 0 });
  });
});

import { expect, test } from "vitest";

import { afterAdding, matches, movedRank } from "../src/queues/ranks";
import { isShown, levelOf, movedTo, stepped, stored } from "../src/skills/levels";

test("a level is a number from 0 to 10, an empty cell is none", () => {
  expect(["", " 7 ", "10", "0", "９"].map(levelOf)).toEqual([0, 7, 10, 0, 9]);
  expect(["11", "-1", "x", "1.5", "007"].map(levelOf)).toEqual([null, null, null, null, null]);
});

test("plus and minus stay within the levels", () => {
  expect([stepped(0, -1), stepped(9, 1), stepped(10, 1), stepped(5, -1)]).toEqual([0, 10, 10, 4]);
});

test("arrow keys move over the rows that are shown, and stop at the edges", () => {
  const shown = [0, 3, 4];
  expect(movedTo("ArrowDown", { row: 0, column: 1 }, shown, 3)).toEqual({ row: 3, column: 1 });
  expect(movedTo("Enter", { row: 4, column: 1 }, shown, 3)).toEqual({ row: 4, column: 1 });
  expect(movedTo("ArrowUp", { row: 3, column: 1 }, shown, 3)).toEqual({ row: 0, column: 1 });
  expect(movedTo("ArrowRight", { row: 3, column: 2 }, shown, 3)).toEqual({ row: 3, column: 2 });
  expect(movedTo("Home", { row: 3, column: 2 }, shown, 3)).toEqual({ row: 3, column: 0 });
  expect(movedTo("7", { row: 3, column: 2 }, shown, 3)).toBeNull();
});

test("agents are found by parts of their name and extension, and by their group", () => {
  const fang = { search: "wang fang 1002", groups: "s1 u5" };
  expect(isShown(fang, "1002 FANG", "")).toBe(true);
  expect(isShown(fang, "fang", "u5")).toBe(true);
  expect(isShown(fang, "fang", "u")).toBe(false);
  expect(isShown(fang, "li", "")).toBe(false);
});

test("what is stored keeps the levels in skills that are not shown", () => {
  expect(stored(["english", "mandarin"], [0, 5], { french: 3 })).toEqual({ french: 3, mandarin: 5 });
});

test("a member is added by a whole name, or by a part that only one has", () => {
  const known = [
    { key: "1", name: "Li Wei (1001)" },
    { key: "2", name: "Wang Wei (1002)" },
  ];
  expect(matches(known, "li wei (1001)", false)?.key).toBe("1");
  expect(matches(known, "1002", true)?.key).toBe("2");
  expect(matches(known, "1002", false)).toBeNull();
  expect(matches(known, "wei", true)).toBeNull();
  expect(matches(known, "  ", true)).toBeNull();
});

test("ranks stay between 1 and 99, and sort the rows", () => {
  expect([movedRank(1, -1), movedRank(2, -1), movedRank(99, 1)]).toEqual([1, 1, 99]);
  const sorted = afterAdding([
    { row: "a", rank: 2 },
    { row: "b", rank: 1 },
    { row: "c", rank: 2 },
  ]);
  expect(sorted.map((one) => one.row)).toEqual(["b", "a", "c"]);
});

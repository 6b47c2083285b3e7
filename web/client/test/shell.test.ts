import { expect, test } from "vitest";

import { chartData, momentWords, wordAt } from "../src/kit/chart_data";
import { GoKeys } from "../src/kit/go_keys";
import { nextPlace } from "../src/search/search_place";

test("g and then a letter lead to a page", () => {
  const keys = new GoKeys();

  expect(keys.press("g", 0)).toBeNull();
  expect(keys.press("c", 400)).toBe("/calls");
});

test("a letter alone leads nowhere, nor one that comes too late", () => {
  const keys = new GoKeys();
  expect(keys.press("c", 0)).toBeNull();

  keys.press("g", 1000);
  expect(keys.press("c", 9000)).toBeNull();
});

test("after a key that leads nowhere one begins anew", () => {
  const keys = new GoKeys();
  keys.press("g", 0);

  expect(keys.press("x", 100)).toBeNull();
  expect(keys.press("c", 200)).toBeNull();
});

test("the mark in the search goes round through the box itself", () => {
  expect(nextPlace(-1, 3, 1)).toBe(0);
  expect(nextPlace(2, 3, 1)).toBe(-1);
  expect(nextPlace(-1, 3, -1)).toBe(2);
});

test("moments become seconds and gaps stay gaps", () => {
  const found = chartData({
    label: "Calls",
    at: ["2026-11-22T00:00:00Z", "2026-11-22T01:00:00Z"],
    lines: [{ label: "A", values: [1, null] }, { label: "B", values: [4] }],
  });

  expect(found.time).toBe(true);
  expect(found.columns).toEqual([[1795305600, 1795309200], [1, null], [4, null]]);
});

test("words stand at equal distances", () => {
  const found = chartData({ label: "Teams", at: ["North", "South"], lines: [{ label: "A", values: [1, 2] }] });

  expect(found).toEqual({ time: false, columns: [[0, 1], [1, 2]] });
  expect(wordAt(["North", "South"], 1)).toBe("South");
  expect(wordAt(["North", "South"], 0.5)).toBe("");
  expect(wordAt(["Northern"], 0, 4)).toBe("Nor…");
});

test("a day is written in hours and a month in days", () => {
  const at = new Date(2026, 10, 22, 15, 5);

  expect(momentWords("en", 86_400).format(at)).toBe("15:05");
  expect(momentWords("en", 30 * 86_400).format(at)).toBe("Nov 22");
});

test("an axis shows the reader's own time, whatever the browser's zone", () => {
  const at = Date.parse("2026-11-22T20:05:00Z");

  expect(momentWords("en", 86_400, "Asia/Shanghai").format(at)).toBe("04:05");
  expect(momentWords("en", 30 * 86_400, "Asia/Shanghai").format(at)).toBe("Nov 23");
});

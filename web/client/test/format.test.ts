import { expect, test } from "vitest";

import { duration, readable, secondsLeft, secondsSince } from "../src/kit/format";

test("a duration shows hours only where there are some", () => {
  expect(duration(5)).toBe("0:05");
  expect(duration(754.9)).toBe("12:34");
  expect(duration(3723)).toBe("1:02:03");
});

test("a clock that runs behind never shows a negative duration", () => {
  expect(duration(-3)).toBe("0:00");
  expect(secondsSince("2026-11-22T10:00:10Z", Date.parse("2026-11-22T10:00:00Z"))).toBe(0);
});

test("a countdown rounds up and ends at nothing", () => {
  const now = Date.parse("2026-11-22T10:00:00.500Z");
  expect(secondsLeft("2026-11-22T10:00:10Z", now)).toBe(10);
  expect(secondsLeft("2026-11-22T09:00:00Z", now)).toBe(0);
  expect(secondsLeft(null, now)).toBeNull();
});

test("Chinese numbers are grouped for reading and others stay", () => {
  expect(readable("+8613800138000")).toBe("138 0013 8000");
  expect(readable("+864008001234")).toBe("400-800-1234");
  expect(readable("+442071838750")).toBe("+442071838750");
});

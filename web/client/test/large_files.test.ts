import { expect, test } from "vitest";

import { isTooLarge } from "../src/kit/large_files";

test("a file of exactly the limit is sent, a larger one is not", () => {
  expect(isTooLarge(50 * 1024 * 1024, 50)).toBe(false);
  expect(isTooLarge(50 * 1024 * 1024 + 1, 50)).toBe(true);
  expect(isTooLarge(10 ** 9, 0)).toBe(false);
});

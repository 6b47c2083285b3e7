import { expect, test } from "vitest";

import { dialledNumber } from "../src/try_it/guest_view";

test("a hotline is dialled in the form that the guest's credentials allow", () => {
  expect(dialledNumber("+86 400-800-1234", ["4008001234"])).toBe("4008001234");
  expect(dialledNumber("4008001234", ["4008001234"])).toBe("4008001234");
  expect(dialledNumber("+8610 6555 1234", [])).toBe("+861065551234");
});

import { expect, test } from "vitest";

import { byName } from "../src/kit/name_order";

test("names are sorted as in the lists of the server", () => {
  const names = ["Émile", "emma", "zack", "Zoe", "Zoë", "阿强", "李四", "张三"];
  expect([...names].reverse().sort(byName)).toEqual(names);
});

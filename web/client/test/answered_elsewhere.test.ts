import { expect, test } from "vitest";

import { answeredSentence } from "../src/desk/answered_elsewhere";
import { agent } from "./builders";

test("the agent who took the call that rang here is named once", () => {
  const rings = agent({ state: "offered" });
  const free = agent({ answered_by: "Wang Fang" });
  expect(answeredSentence(rings, free)).toBe("Answered by Wang Fang");
  expect(answeredSentence(free, { ...free, misses: 1 })).toBe("");
  expect(answeredSentence(rings, agent())).toBe("");
});

test("a page that was loaded after the ringing says nothing", () => {
  expect(answeredSentence(null, agent({ answered_by: "Wang Fang" }))).toBe("");
});

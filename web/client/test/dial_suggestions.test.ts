import { expect, test } from "vitest";

import { unansweredSentence } from "../src/desk/call_ends";
import { isNumber, suggestionsFor, type BookEntry, type DialledNumber } from "../src/desk/dial_suggestions";

function dialled(changed: Partial<DialledNumber> = {}): DialledNumber {
  return {
    number: "+8613800138000",
    number_name: "138 0013 8000",
    name: "王小明",
    customer: 3,
    at_name: "10:02",
    result: "unanswered",
    result_name: "Not answered",
    ...changed,
  };
}

function entry(changed: Partial<BookEntry> = {}): BookEntry {
  return {
    kind: "colleague",
    id: 8,
    name: "Wang Fang",
    company: "Support",
    number: "1002",
    number_name: "1002",
    label: "",
    presence: "ready",
    presence_name: "Ready",
    ...changed,
  };
}

test("an empty field offers the numbers that were dialled last", () => {
  const [first] = suggestionsFor("", [dialled()], []);
  expect(first).toMatchObject({ number: "+8613800138000", name: "王小明", customer: 3, note: "10:02 · Not answered" });
});

test("a part of a name or of a number in any spelling finds a number that was dialled", () => {
  for (const typed of ["小明", "0013 80", "138-0013", "（１３８）"]) {
    expect(suggestionsFor(typed, [dialled()], [])).toHaveLength(1);
  }
  expect(suggestionsFor("139", [dialled()], [])).toEqual([]);
  expect(suggestionsFor("li", [dialled()], [])).toEqual([]);
});

test("a number stands once, with the colleague's state and the customer's id", () => {
  const customer = entry({ kind: "customer", id: 3, number: "+8613800138000", name: "王小明" });
  const lines = suggestionsFor("1", [dialled()], [entry(), customer]);
  expect(lines.map((one) => one.number)).toEqual(["+8613800138000", "1002"]);
  expect(lines[1]).toMatchObject({ presence: "ready", presenceName: "Ready", customer: null });
  expect(suggestionsFor("wang", [], [customer])[0]?.customer).toBe(3);
});

test("at most eight lines are shown", () => {
  const many = Array.from({ length: 20 }, (_, place) => entry({ number: String(2000 + place) }));
  expect(suggestionsFor("2", [], many)).toHaveLength(8);
});

test("a text with letters is no number", () => {
  expect(["138 0013-8000", "+86 (21) 1234", "１３８"].map(isNumber)).toEqual([true, true, true]);
  expect(["wang", "王", "a1", ""].map(isNumber)).toEqual([false, false, false, false]);
});

test("every cause has a sentence", () => {
  expect(unansweredSentence(1)).toBe("The number does not exist.");
  expect(unansweredSentence(34)).toBe(unansweredSentence(42));
  expect(unansweredSentence(null)).toBe("The call ended before an answer.");
  expect(unansweredSentence(99)).toBe("The call was not answered (cause 99).");
});

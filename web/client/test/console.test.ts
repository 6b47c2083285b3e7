import { expect, test } from "vitest";

import { colleaguesShown, deedOf, lampSign, lampWord, placeAfter, type Colleague } from "../src/desk/colleague_view";
import { sentOn } from "../src/desk/sent_on";
import { lampsAfter, type Lamp } from "../src/live/lamps";
import { backWords, minutesForMore, overdueSeconds, ownBackWords } from "../src/live/planned_end";
import { agent, call } from "./builders";

const NOW = Date.parse("2026-11-22T10:01:00Z");
const MAY = { dial: true, transfer: false };
const IN_TALK = { dial: false, transfer: true };

function lamp(changed: Partial<Lamp> = {}): Lamp {
  const base: Lamp = {
    id: 9,
    state: "ready",
    since: "2026-11-22T10:00:00Z",
    reason: "",
    back_at: null,
    reachable: true,
    free: false,
    can_wait: false,
  };
  const made = { ...base, ...changed };
  return { ...made, free: made.state === "ready" && made.reachable };
}

function colleague(id: number, name: string, changed: Partial<Colleague> = {}): Colleague {
  const spellings = name.toLowerCase();
  return { id, name, extension: String(1000 + id), group: "", spellings, lamp: lamp({ id }), ...changed };
}

const WANG = colleague(9, "王芳", { spellings: "王芳\nwangfang\nwf\nsales", group: "Sales" });
const ZHAO = colleague(2, "Zhao Lei", { lamp: lamp({ id: 2, state: "talking", can_wait: true }) });
const ADAM = colleague(12, "Adam", { lamp: lamp({ id: 12, state: "signed out", reachable: false }) });
const ALL = [ZHAO, WANG, ADAM];

const ids = (found: Colleague[]) => found.map((one) => one.id);

test("free colleagues come first, or all by extension", () => {
  expect(ids(colleaguesShown(ALL, new Map(), "", "free"))).toEqual([9, 2, 12]);
  expect(ids(colleaguesShown(ALL, new Map(), "", "extension"))).toEqual([2, 9, 12]);
});

test.each([
  ["芳", [9]],
  ["wangf", [9]],
  ["SALES", [9]],
  ["1002", [2]],
  ["zhao 1009", []],
  ["  ", [9, 2, 12]],
])("a colleague is found by name, pinyin, group and extension: %s", (typed, found) => {
  expect(ids(colleaguesShown(ALL, new Map(), typed, "free"))).toEqual(found);
});

test("the live connection's lamp is newer than the list's", () => {
  const lamps = lampsAfter(new Map(), [lamp({ id: 9, state: "talking" })], true);
  expect(ids(colleaguesShown(ALL, lamps, "", "free"))).toEqual([2, 9, 12]);
  expect(lampsAfter(lamps, [lamp({ id: 2 })], false).size).toBe(2);
  expect(lampsAfter(lamps, [lamp({ id: 2 })], true).size).toBe(1);
});

test("a lamp has a word and a sign, also for a phone that is away", () => {
  expect([lampWord(lamp()), lampSign(lamp())]).toEqual(["Ready", "circle-check"]);
  const away = lamp({ reachable: false });
  expect([lampWord(away), lampSign(away)]).toEqual(["Phone offline", "plug-connected-x"]);
  expect(lampWord(lamp({ state: "signed out", reachable: false }))).toBe("Disconnected");
  expect(lampWord(null)).toBe("Unknown");
});

test("a click calls, waits for a colleague, or leads to the transfer", () => {
  const me = agent({ wishes: [2] });
  const busy = lamp({ state: "talking", can_wait: true });
  const paused = lamp({ state: "paused" });
  expect(deedOf(WANG, lamp(), me, MAY)).toBe("call");
  expect(deedOf(WANG, busy, me, MAY)).toBe("when free");
  expect(deedOf(ZHAO, busy, me, MAY)).toBe("forget");
  expect(deedOf(WANG, lamp(), me, IN_TALK)).toBe("transfer");
  expect(deedOf(WANG, busy, me, IN_TALK)).toBe("wait");
  expect(deedOf(WANG, paused, me, IN_TALK)).toBe("when free");
  expect(deedOf(WANG, lamp(), me, { dial: false, transfer: false })).toBe("");
  expect(deedOf(WANG, lamp(), agent({ state: "signed out" }), MAY)).toBe("");
});

test("the arrows move in rows and columns and stay inside", () => {
  expect(placeAfter("ArrowRight", 0, 7, 3)).toBe(1);
  expect(placeAfter("ArrowDown", 1, 7, 3)).toBe(4);
  expect(placeAfter("ArrowDown", 5, 7, 3)).toBe(5);
  expect(placeAfter("ArrowUp", 1, 7, 3)).toBe(1);
  expect(placeAfter("End", 2, 7, 3)).toBe(6);
  expect(placeAfter("Home", 6, 7, 3)).toBe(0);
  expect(placeAfter("a", 0, 7, 3)).toBeNull();
  expect(placeAfter("ArrowDown", 0, 1, 1)).toBe(0);
});

test("a pause has a planned end, and is overdue after it", () => {
  expect(ownBackWords("2026-11-22T10:13:30Z", NOW)).toBe("back in 12:30");
  expect(ownBackWords("2026-11-22T09:57:50Z", NOW)).toBe("overdue 3:10");
  expect(backWords("2026-11-22T12:45:00Z", NOW)).toBe("back 12:45");
  expect([ownBackWords(null, NOW), backWords(null, NOW), overdueSeconds(null, NOW)]).toEqual(["", "", null]);
});

test.each([
  ["2026-11-22T10:06:00Z", 10],
  ["2026-11-22T10:05:50Z", 10],
  ["2026-11-22T09:50:00Z", 5],
])("five minutes more, also of a pause that is overdue: %s", (backAt, minutes) => {
  expect(minutesForMore(backAt, NOW)).toBe(minutes);
});

test("who transferred sees the customer until a colleague has them", () => {
  const transfer = {
    kind: "blind",
    state: "dialling",
    initiator: 7,
    initiator_name: "Li Wei",
    to: "agent:9",
    to_name: "王芳",
    note: "",
  } as const;
  const customer = { id: 1, name: "王小明", company: "", level: "" };
  const waits = call({ state: "waiting", agent: null, customer, transfer, since: "2026-11-22T10:00:18Z" });
  expect(sentOn([waits], 7, NOW)).toEqual([
    { key: "c1", state: "waiting", words: "王小明 waits for 王芳", seconds: 42 },
  ]);
  expect(sentOn([{ ...waits, state: "offered" }], 7, NOW)[0]?.words).toBe("王小明 rings at 王芳");
  expect(sentOn([{ ...waits, transfer: { ...transfer, state: "returning" } }], 7, NOW)).toEqual([]);
  expect(sentOn([{ ...waits, transfer: { ...transfer, to: "queue:x" } }], 7, NOW)).toEqual([]);
  expect(sentOn([waits], 8, NOW)).toEqual([]);
});

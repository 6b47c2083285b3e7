import { expect, test } from "vitest";

import { handedSentence, partyGone } from "../src/desk/handed";
import { parkedLines, ringingCaller } from "../src/desk/shared_view";
import { linesFor, nextMark, waitOf, type TransferTarget } from "../src/desk/transfer_targets";
import type { TransferValue } from "../src/live/types";
import { call, leg } from "./builders";

const NOW = Date.parse("2026-11-22T10:01:00Z");
const FROM_WANG = { agent: 8, agent_name: "Wang Fang", note: "asks for a refund" };
const ASKED: TransferValue = {
  kind: "attended",
  state: "dialling",
  initiator: 7,
  initiator_name: "Li Wei",
  to: "agent:8",
  to_name: "Wang Fang",
  note: "",
};
const MINE = leg({ id: "a7", role: "agent", agent: 7 });
const THEIRS = leg({ id: "a8", role: "agent", agent: 8, agent_name: "Wang Fang" });

function target(changed: Partial<TransferTarget> = {}): TransferTarget {
  return {
    to: "agent:8",
    kind: "agent",
    kind_name: "Agent",
    name: "Wang Fang",
    note: "1002",
    state: "ready",
    state_name: "Ready",
    since: null,
    free: true,
    waiting: null,
    oldest_since: null,
    ready: null,
    spoken_to: true,
    can_wait: false,
    may_front: false,
    ...changed,
  };
}

test("a call that was handed over tells by whom and why", () => {
  expect(handedSentence(call({ handed: FROM_WANG }), 7)).toBe("From Wang Fang: asks for a refund");
  expect(handedSentence(call({ handed: { ...FROM_WANG, note: "" } }), 7)).toBe("From Wang Fang");
  expect(handedSentence(call({ handed: FROM_WANG }), 8)).toBe("");
  expect(handedSentence(call(), 7)).toBe("");
  const consults = { handed: { ...FROM_WANG, agent: 7, agent_name: "Li Wei" }, transfer: ASKED };
  expect(handedSentence(call(consults), 8)).toBe("Li Wei consults you: asks for a refund");
});

test("a transfer that came back tells who did not take it", () => {
  const back = { ...ASKED, kind: "blind" as const, state: "returning" as const };
  expect(handedSentence(call({ transfer: back, handed: { ...FROM_WANG, agent: 7 } }), 7)).toBe("Not taken by Wang Fang");
});

test("a refused consultation says that the customer is on hold", () => {
  const rings = call({ state: "held", transfer: ASKED, legs: [leg(), MINE] });
  const back = call({ state: "held", legs: [leg(), MINE] });
  expect(partyGone(rings, back, 7)).toBe("Wang Fang did not take the call. The customer is on hold.");
  const talks = { ...rings, transfer: { ...ASKED, state: "consulting" as const } };
  expect(partyGone(talks, back, 7)).toBe("Wang Fang has hung up. The customer is on hold.");
  expect(partyGone(talks, talks, 7)).toBe("");
});

test("a consultation that becomes a conference or is complete loses nobody", () => {
  const talks = call({ state: "held", transfer: { ...ASKED, state: "consulting" }, legs: [leg(), MINE, THEIRS] });
  expect(partyGone(talks, call({ legs: [leg(), MINE, THEIRS] }), 7)).toBe("");
  expect(partyGone(talks, call({ agent: 8, legs: [leg(), THEIRS] }), 7)).toBe("");
  expect(partyGone(talks, null, 7)).toBe("");
});

test("who leaves a conference, or does not come, is named", () => {
  const three = call({ legs: [leg(), MINE, THEIRS] });
  const two = call({ legs: [leg(), MINE] });
  expect(partyGone(three, two, 7)).toBe("Wang Fang has hung up.");
  const rings = call({ legs: [leg(), MINE, { ...THEIRS, state: "ringing" }] });
  expect(partyGone(rings, two, 7)).toBe("Wang Fang did not take the call.");
  expect(partyGone(two, call({ state: "ended" }), 7)).toBe("");
});

test("a typed number in any spelling is a choice, after the agent with that extension", () => {
  expect(linesFor("wang", [target()]).map((one) => one.to)).toEqual(["agent:8"]);
  expect(linesFor("１３８ 0013-8043", [target()]).map((one) => one.to)).toEqual(["number:138 0013-8043", "agent:8"]);
  expect(linesFor("1002", [target()]).map((one) => one.to)).toEqual(["agent:8", "number:1002"]);
  expect(linesFor("", [target()])).toHaveLength(1);
});

test("the arrows go around the lines, and begin at an end", () => {
  const lines = [target(), target({ to: "queue:support" }), target({ to: "flow:1" })];
  expect(nextMark(lines, "", 1)).toBe("agent:8");
  expect(nextMark(lines, "", -1)).toBe("flow:1");
  expect(nextMark(lines, "flow:1", 1)).toBe("agent:8");
  expect(nextMark([], "", 1)).toBe("");
});

test("a queue tells how many wait and for how long", () => {
  const queue = target({ kind: "queue", waiting: 3, oldest_since: "2026-11-22T09:59:40Z" });
  expect(waitOf(queue, NOW)).toBe("In queue: 3 · longest 1:20");
  expect(waitOf({ ...queue, waiting: 0, oldest_since: null }, NOW)).toBe("In queue: 0");
  expect(waitOf(target(), NOW)).toBe("");
});

test("parked calls stand by their slots, other calls not among them", () => {
  const since = "2026-11-22T10:00:10Z";
  const parked = (id: string, slot: number) => call({ id, slot, state: "parked", agent: null, since, handed: FROM_WANG });
  const calls = new Map([parked("c2", 2), parked("c1", 1), call({ id: "c3" }), call({ id: "c4", slot: 3, state: "ended" })].map((one) => [one.id, one]));
  expect(parkedLines(calls, NOW)).toMatchObject([
    { slot: 1, caller: "138 0013 8000", by: "Wang Fang", seconds: 50 },
    { slot: 2 },
  ]);
});

test("a ringing call is named by the customer, else the number", () => {
  const rings = { call: "c1", caller: "+8613800138000", caller_name: "", queue: null, queue_name: null, agents: [], since: "" };
  expect(ringingCaller(rings)).toBe("138 0013 8000");
  expect(ringingCaller({ ...rings, caller_name: "王小明" })).toBe("王小明");
  expect(ringingCaller({ ...rings, caller: "" })).toBe("Withheld");
});

import { expect, test } from "vitest";

import { deskView, type DeskMoment } from "../src/desk/desk_view";
import { PHONE_OFF } from "../src/desk/softphone";
import { talkView } from "../src/desk/talk_view";
import type { CallValue, TransferValue } from "../src/live/types";
import { agent, call, leg, phone, talk } from "./builders";

const NOW = Date.parse("2026-11-22T10:01:00Z");
const ME = agent({ state: "talking", call: "c1" });
const WANG = agent({ id: 8, name: "Wang Fang", state: "talking", call: "c1" });
const MINE = leg({ id: "a7", role: "agent", agent: 7, agent_name: "Li Wei" });
const THEIRS = leg({ id: "a8", role: "agent", agent: 8, agent_name: "Wang Fang", since: "2026-11-22T10:00:50Z" });
const CUSTOMER = { id: 3, name: "王小明", company: "", level: "" };

function transfer(changed: Partial<TransferValue> = {}): TransferValue {
  const names = { initiator: 7, initiator_name: "Li Wei", to: "agent:8", to_name: "Wang Fang", note: "" };
  return { kind: "attended", state: "consulting", ...names, ...changed };
}

function consultation(state: TransferValue["state"]): CallValue {
  const since = "2026-11-22T10:00:36Z";
  const rings = state === "dialling" ? { ...THEIRS, state: "ringing" as const } : THEIRS;
  const where = state === "shuttled" ? "talking" : "held";
  return call({ state: where, since, customer: CUSTOMER, transfer: transfer({ state }), legs: [leg(), MINE, rings] });
}

function said(one: CallValue, who = ME): string[] {
  return talkView(one, who, NOW)?.lines.map((line) => line.words) ?? [];
}

function moment(one: CallValue, changed: Partial<DeskMoment> = {}): DeskMoment {
  return { agent: ME, call: one, calls: new Map(), phone: phone({ talk: talk() }), stale: false, ...changed };
}

test("a talk of two has no lines", () => {
  expect(talkView(call({ legs: [leg(), MINE] }), ME, NOW)).toBeNull();
});

test("while the phone of the other rings it can only be cancelled", () => {
  const view = talkView(consultation("dialling"), ME, NOW);
  expect(view).toMatchObject({ kind: "calling", actions: ["cancel"], spoken: "Calling Wang Fang" });
  expect(view?.lines.map((one) => [one.words, one.seconds])).toEqual([
    ["Calling Wang Fang…", 10],
    ["王小明 hears music", 24],
  ]);
});

test("a consultation tells who hears whom, and after a switch the other way round", () => {
  expect(said(consultation("consulting"))).toEqual(["You talk with Wang Fang", "王小明 hears music"]);
  expect(said(consultation("shuttled"))).toEqual(["You talk with 王小明", "Wang Fang hears music"]);
  const actions = ["switch", "complete", "conference", "back"];
  expect(talkView(consultation("consulting"), ME, NOW)).toMatchObject({ actions, spoken: "Consulting Wang Fang" });
});

test("a number outside that is consulted stands as it is read", () => {
  const outside = transfer({ to: "number:+8613800138043", to_name: "+8613800138043" });
  expect(said(call({ state: "held", transfer: outside }))[0]).toBe("You talk with 138 0013 8043");
});

test("the consulted agent sees it from the other side, and has no customer to hold", () => {
  expect(said(consultation("consulting"), WANG)).toEqual(["You talk with Li Wei", "王小明 hears music"]);
  expect(said(consultation("shuttled"), WANG)).toEqual(["You hear music", "Li Wei talks with 王小明"]);
  const view = deskView(moment(consultation("consulting"), { agent: WANG }), NOW);
  expect(view.buttons).toEqual(["mute", "keypad", "hang up", "pause"]);
  expect(view).toMatchObject({ held: false, badge: null, talked: 10 });
});

test("in a consultation nothing can end the customer's call or hand it on", () => {
  const view = deskView(moment(consultation("consulting")), NOW);
  expect(view.buttons).toEqual(["mute", "keypad", "pause"]);
  expect(view).toMatchObject({ held: false, badge: null, others: [] });
});

test("in a conference the agent with the customer mutes and removes the others, but not the customer", () => {
  const added = leg({ id: "o", role: "outside", number: "+8613800138043", state: "ringing", placement: null });
  const all = call({ customer: CUSTOMER, legs: [leg(), MINE, { ...THEIRS, muted: true }, added] });
  const view = talkView(all, ME, NOW);
  expect(view?.lines.map((one) => [one.words, one.controlled, one.removable])).toEqual([
    ["王小明 · On call", true, false],
    ["Wang Fang · Muted", true, true],
    ["Calling 138 0013 8043…", true, true],
  ]);
  expect(view).toMatchObject({ actions: ["add", "end for all"], spoken: "Conference: 4 parties" });
  expect(talkView(all, WANG, NOW)).toMatchObject({ kind: "conference", actions: [] });
  expect(talkView(all, WANG, NOW)?.lines.every((one) => !one.controlled)).toBe(true);
  expect(deskView(moment(all), NOW).buttons).toEqual(["mute", "keypad", "hang up", "pause"]);
});

test("a supervisor who listens makes no conference and is no party of it", () => {
  const listens = leg({ id: "s", role: "supervisor", agent: 9, agent_name: "Chen Jing", purpose: "listen" });
  const heard = call({ legs: [leg(), MINE, listens, leg({ id: "w", role: "whisper" })] });
  expect(talkView(heard, ME, NOW)).toBeNull();
  expect(deskView(moment(heard), NOW)).toMatchObject({ others: [], monitors: [] });
});

test("a SIP phone has the same buttons for the customer", () => {
  const desk = { ...ME, phone: "sip" as const };
  const view = deskView(moment(call({ legs: [leg(), MINE] }), { agent: desk, phone: PHONE_OFF }), NOW);
  expect(view.buttons).toEqual(["hold", "transfer", "park", "hang up", "pause"]);
  expect(deskView(moment(consultation("consulting"), { agent: desk, phone: PHONE_OFF }), NOW).talk?.actions).toContain("complete");
});

test("a retrieved call rings at the agent's own phone, which is not lost", () => {
  const rings = call({ state: "phone lost", legs: [leg({ placement: "hold" }), { ...MINE, state: "ringing" }] });
  const view = deskView(moment(rings, { agent: { ...ME, phone: "sip" }, phone: PHONE_OFF }), NOW);
  expect(view.badge).toEqual({ state: "offered", word: "Ringing" });
  expect(view.answerOnTelephone).toBe(true);
});

test("a call between agents cannot be handed on", () => {
  const between = call({ direction: "internal", caller: "1001", called: "1002", legs: [MINE, THEIRS] });
  expect(deskView(moment(between), NOW).buttons).not.toContain("transfer");
});

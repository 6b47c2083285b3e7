import { expect, test } from "vitest";

import { askedToAnswer, deskView, talksIntoNothing, type DeskMoment } from "../src/desk/desk_view";
import { PHONE_OFF } from "../src/desk/softphone";
import { agent, call, leg, phone, talk, task } from "./builders";

const NOW = Date.parse("2026-11-22T10:01:00Z");

function moment(changed: Partial<DeskMoment> = {}): DeskMoment {
  return { agent: agent(), call: null, calls: new Map(), phone: phone(), stale: false, ...changed };
}

test("an agent who is signed out can sign in and nothing else", () => {
  const view = deskView(moment({ agent: agent({ state: "signed out" }), phone: PHONE_OFF }), NOW);
  expect(view.buttons).toEqual(["sign in"]);
  expect(view.needsPhone).toBe("");
});

test("a ringing call shows who calls, from where and how long they have waited", () => {
  const offered = moment({
    agent: agent({ state: "offered", call: "c1", until: "2026-11-22T10:01:10Z" }),
    call: call({ state: "offered", answered_at: null }),
    phone: phone({ talk: talk({ phase: "ringing" }) }),
  });
  const view = deskView(offered, NOW);
  expect(view.buttons).toEqual(["answer", "decline"]);
  expect(view).toMatchObject({ queue: "Support", waited: 50, left: 10 });
  expect(view.caller).toEqual({ number: "138 0013 8000", name: "", withheld: false });
});

test("a telephone on the table is answered there", () => {
  const offered = moment({ agent: agent({ state: "offered", call: "c1", phone: "sip" }), call: call() });
  const view = deskView(offered, NOW);
  expect(view.answerOnTelephone).toBe(true);
  expect(view.buttons).toEqual(["decline"]);
});

test("a talk can be muted, held and ended; a held one is taken back", () => {
  const talking = moment({
    agent: agent({ state: "talking", call: "c1" }),
    call: call(),
    phone: phone({ talk: talk() }),
  });
  expect(deskView(talking, NOW).buttons).toEqual(["mute", "hold", "keypad", "hang up", "pause"]);
  expect(deskView(talking, NOW).talked).toBe(30);

  const held = { ...talking, call: call({ state: "held" }) };
  expect(deskView(held, NOW).buttons).toContain("resume");
  expect(deskView(held, NOW).held).toBe(true);
});

test("the wrap-up counts down and still shows the customer", () => {
  const wrap = moment({
    agent: agent({ state: "wrap-up", call: "c1", until: "2026-11-22T10:01:25Z" }),
    call: call({ state: "ended" }),
  });
  expect(deskView(wrap, NOW)).toMatchObject({ left: 25, caller: { number: "138 0013 8000" } });
});

test("a browser phone that is not there is said", () => {
  expect(deskView(moment({ phone: phone({ line: "lost" }) }), NOW).needsPhone).toBe("connecting");
  expect(deskView(moment({ phone: phone({ line: "elsewhere" }) }), NOW).needsPhone).toBe("elsewhere");
  const table = agent({ phone: "sip", reachable: false });
  expect(deskView(moment({ agent: table, phone: PHONE_OFF }), NOW).needsPhone).toBe("unreachable");
});

test("the API's answer is for the call that rings and no other", () => {
  const ringing = phone({ talk: talk({ phase: "ringing" }) });
  expect(askedToAnswer(agent({ answer: "c1" }), ringing)).toBe(true);
  expect(askedToAnswer(agent({ answer: "c2" }), ringing)).toBe(false);
  expect(askedToAnswer(agent({ answer: "c1" }), phone({ talk: talk() }))).toBe(false);
});

test("a phone talks into nothing when the live state knows no such talk", () => {
  const gone = moment({ agent: agent({ state: "wrap-up", call: "c1" }), phone: phone({ talk: talk() }) });
  expect(talksIntoNothing(gone)).toBe(true);
  expect(talksIntoNothing({ ...gone, stale: true })).toBe(false);
  const alive = moment({ agent: agent({ state: "talking", call: "c1" }), phone: phone({ talk: talk() }) });
  expect(talksIntoNothing(alive)).toBe(false);
});

test("the dock tells who else is on the call and where it is when it is not simply a talk", () => {
  const legs = [
    leg({ placement: "hold" }),
    leg({ id: "a1", role: "agent", agent: 7, agent_name: "Li Wei" }),
    leg({ id: "s1", role: "supervisor", agent: 9, agent_name: "Chen Jing", purpose: "listen" }),
  ];
  const held = moment({ agent: agent({ state: "talking", call: "c1" }), call: call({ state: "held", legs }) });
  const view = deskView(held, NOW);
  expect(view.others.map((one) => `${one.name}: ${one.doing}`)).toEqual(["Chen Jing: Monitoring"]);
  expect(view.badge).toEqual({ state: "held", word: "On hold" });
  expect(deskView({ ...held, call: call() }, NOW).badge).toBeNull();
});

test("the caller of a lost phone is said to wait", () => {
  const lost = moment({ agent: agent({ state: "talking", call: "c1" }), call: call({ state: "phone lost" }) });
  expect(deskView(lost, NOW).badge).toEqual({ state: "phone lost", word: "Phone lost, caller waits" });
});

test("tasks beside the call that is shown are listed", () => {
  const tasks = [task(), task({ work: "c2", call: "c2", state: "held" })];
  const other = call({ id: "c2", caller: "+8613900139000" });
  const busy = moment({ agent: agent({ state: "talking", call: "c1", tasks }), call: call(), calls: new Map([["c2", other]]) });
  expect(deskView(busy, NOW).otherTasks).toMatchObject([{ key: "c2", word: "On hold", who: "139 0013 9000" }]);
});

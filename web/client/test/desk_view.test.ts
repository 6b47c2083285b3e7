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
  expect(deskView(talking, NOW).buttons).toEqual(["mute", "hold", "transfer", "park", "keypad", "hang up", "pause"]);
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
  const calledBack = moment({ agent: agent({ state: "talking", call: "c1-back5" }), phone: phone({ talk: talk() }) });
  expect(talksIntoNothing(calledBack)).toBe(false);
});

test("the dock tells where a call is when it is not simply a talk", () => {
  const legs = [
    leg({ placement: "hold" }),
    leg({ id: "a1", role: "agent", agent: 7, agent_name: "Li Wei" }),
  ];
  const held = moment({ agent: agent({ state: "talking", call: "c1" }), call: call({ state: "held", legs }) });
  const view = deskView(held, NOW);
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

test("the time of a hold is shown, and whether the talk is recorded", () => {
  const since = "2026-11-22T10:00:40Z";
  const held = moment({ agent: agent({ state: "talking", call: "c1" }), call: call({ state: "held", since }) });
  expect(deskView(held, NOW)).toMatchObject({ heldFor: 20, recording: "on" });
  const talking = { ...held, call: call({ since, recording: "failed" }) };
  expect(deskView(talking, NOW)).toMatchObject({ heldFor: null, recording: "failed" });
  const over = { ...held, agent: agent({ state: "wrap-up", call: "c1" }) };
  expect(deskView(over, NOW).recording).toBe("off");
});

test("an agent who is not ready because of missed calls is told so", () => {
  const paused = agent({ state: "paused", reason: "no answer", misses: 2 });
  expect(deskView(moment({ agent: paused }), NOW).missed).toBe(2);
  expect(deskView(moment({ agent: { ...paused, reason: "lunch" } }), NOW).missed).toBe(0);
});

test("an outgoing call shows whom it calls and for how long, and can be ended", () => {
  const legs = [leg({ state: "ringing" }), leg({ id: "a1", role: "agent", agent: 7 })];
  const out = call({ direction: "out", state: "dialling", answered_at: null, queue: null, recording: "off", legs });
  const calling = moment({ agent: agent({ state: "talking", call: "c1" }), call: out, phone: phone({ talk: talk() }) });
  const view = deskView(calling, NOW);
  expect(view.buttons).toEqual(["hang up", "pause"]);
  expect(view).toMatchObject({ dialled: 60, talked: null, waited: null, shownAs: "400-800-1234", unanswered: "" });
  expect(view.badge).toEqual({ state: "dialling", word: "Ringing" });
  expect(view.answerOnTelephone).toBe(false);

  const answered = { ...calling, call: call({ direction: "out" }) };
  expect(deskView(answered, NOW)).toMatchObject({ dialled: null, talked: 30, waited: null });
  expect(deskView(answered, NOW).buttons).toContain("hold");
});

test("the desk phone is picked up first, then the customer is dialled", () => {
  const out = call({ direction: "out", state: "dialling", answered_at: null });
  const desk = agent({ state: "talking", call: "c1", phone: "sip" });
  expect(deskView(moment({ agent: desk, call: out, phone: PHONE_OFF }), NOW).answerOnTelephone).toBe(true);
  const legs = [leg({ id: "a1", role: "agent", agent: 7, state: "up" })];
  const up = { ...out, legs };
  expect(deskView(moment({ agent: desk, call: up, phone: PHONE_OFF }), NOW).answerOnTelephone).toBe(false);
});

test("the wrap-up of an unanswered call says why, and another call can be made", () => {
  const ended = call({ direction: "out", state: "ended", answered_at: null, cause: 17 });
  const wrap = moment({ agent: agent({ state: "wrap-up", call: "c1" }), call: ended });
  expect(deskView(wrap, NOW).unanswered).toBe("The number is busy.");
  expect(deskView(wrap, NOW).buttons).toContain("dial");
  expect(deskView({ ...wrap, call: { ...ended, answered_at: ended.started_at } }, NOW).unanswered).toBe("");
  expect(deskView({ ...wrap, call: { ...ended, cause: 16 } }, NOW).unanswered).toBe("You canceled the call.");
});

test("a call between agents shows the other one to each of them", () => {
  const legs = [leg({ id: "a1", role: "agent", agent: 7, agent_name: "Li Wei" })];
  const work = { state: "offered" as const, since: "", offers: [{ agent: 8, agent_name: "Wang Fang", since: "", until: "" }] };
  const between = call({ direction: "internal", caller: "1001", called: "1002", state: "offered", answered_at: null, legs, work });
  const mine = moment({ agent: agent({ state: "talking", call: "c1" }), call: between });
  expect(deskView(mine, NOW)).toMatchObject({ dialled: 60, caller: { name: "Wang Fang", number: "1002" } });
  const theirs = moment({ agent: agent({ id: 8, extension: "1002", state: "offered", call: "c1" }), call: between });
  expect(deskView(theirs, NOW)).toMatchObject({ dialled: null, caller: { name: "Li Wei", number: "1001" } });
});

function supervised(changed: Partial<Parameters<typeof leg>[0]> = {}, whisper = false) {
  const legs = [
    leg(),
    leg({ id: "a1", role: "agent", agent: 7, agent_name: "Li Wei" }),
    leg({ id: "s1", role: "supervisor", agent: 9, agent_name: "Chen Jing", purpose: "listen", ...changed }),
    leg({ id: "s2", role: "snoop", agent: 9, purpose: "listen" }),
  ];
  if (whisper) legs.push(leg({ id: "s3", role: "whisper", agent: 9, purpose: "listen" }));
  return call({ legs });
}

test("an agent is told who whispers and who is in the call, and who listens only if the site says so", () => {
  const seen = (value: ReturnType<typeof call>, seeListening = false) =>
    deskView(moment({ agent: agent({ state: "talking", call: "c1" }), call: value, seeListening }), NOW).monitors.map(
      (one) => `${one.name} ${one.mode}`,
    );
  expect(seen(supervised())).toEqual([]);
  expect(seen(supervised(), true)).toEqual(["Chen Jing listen"]);
  expect(seen(supervised({}, true))).toEqual(["Chen Jing whisper"]);
  expect(seen(supervised({ purpose: "talk" }))).toEqual(["Chen Jing barge"]);
  expect(seen(supervised({ state: "ringing", placement: null }), true)).toEqual([]);
});

test("a supervisor who monitors has the bar instead of a call of their own", () => {
  const chen = agent({ id: 9, state: "talking", call: "c1", tasks: [task({ work: "c1/listen9" })] });
  const at = (value: ReturnType<typeof call>, changed = {}) =>
    deskView(moment({ agent: chen, call: value, phone: phone({ talk: talk() }), ...changed }), NOW);
  const view = at(supervised({ since: "2026-11-22T10:00:00Z" }));
  expect(view).toMatchObject({ caller: null, talked: null, buttons: ["mute"], monitors: [] });
  expect(view.monitoring).toMatchObject({ call: "c1", mode: "listen", connecting: false, agent: "Li Wei" });
  expect(at(supervised(), { modeSince: NOW - 5000 }).monitoring?.seconds).toBe(5);
  expect(at(supervised({ state: "ringing", placement: null })).monitoring).toMatchObject({
    connecting: true,
    seconds: null,
  });
});

test("after taking over the call is the supervisor's own", () => {
  const chen = agent({ id: 9, state: "talking", call: "c1", tasks: [task({ work: "c1" })] });
  const view = deskView(moment({ agent: chen, call: call({ agent: 9 }), phone: phone({ talk: talk() }) }), NOW);
  expect(view.monitoring).toBeNull();
  expect(view.buttons).toContain("hang up");
});

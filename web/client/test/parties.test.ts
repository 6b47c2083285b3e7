import { expect, test } from "vitest";

import { customerHears, partiesOf } from "../src/live/parties";
import { agent, call, leg, task } from "./builders";
import { taskLine, tasksInOrder } from "../src/live/tasks";
import { agentsInOrder, needThirdLine } from "../src/monitor/floor_view";
import { NOTHING_KNOWN } from "../src/live/live_state";
import type { AgentState, AgentValue, CallValue } from "../src/live/types";

const NOW = Date.parse("2026-11-22T10:01:00Z");
const LI_WEI = { id: "c1-a1", role: "agent", agent: 7, agent_name: "Li Wei" } as const;

function told(one: CallValue): string[] {
  return partiesOf(one).map((party) => `${party.name}: ${party.doing}`);
}

test("a ringing call tells that the customer hears music and whose phones ring", () => {
  const rings = call({
    state: "offered",
    legs: [leg({ placement: "hold" }), leg({ ...LI_WEI, state: "ringing", placement: null })],
    work: {
      state: "offered",
      since: "",
      offers: [
        { agent: 7, agent_name: "Li Wei", since: "", until: "" },
        { agent: 8, agent_name: "Wang Fang", since: "", until: "" },
      ],
    },
  });
  expect(told(rings)).toEqual(["138 0013 8000: Hearing music", "Li Wei: Ringing", "Wang Fang: Ringing"]);
  expect(customerHears(rings)).toBe("Hearing music");
});

test("of a talk only what is unusual is told of the customer", () => {
  const talk = call({ legs: [leg(), leg(LI_WEI)] });
  expect(told(talk)).toEqual(["138 0013 8000: On call", "Li Wei: On call"]);
  expect(customerHears(talk)).toBe("");
  expect(customerHears({ ...talk, legs: [leg({ muted: true })] })).toBe("Muted");
});

test("an agent whose phone is lost stays among the parties", () => {
  const lost = call({ state: "phone lost", legs: [leg({ placement: "hold" })] });
  expect(told(lost)).toEqual(["138 0013 8000: Hearing music", "Li Wei: Phone lost"]);
});

test("a call in the fallback names the agent who took it there", () => {
  const there = call({ state: "in fallback", legs: [leg({ placement: "fallback" })] });
  expect(told(there)).toEqual(["138 0013 8000: In fallback", "Li Wei: In fallback"]);
});

test("a consultation with somebody outside tells the number, and a snoop is not a party", () => {
  const outside = leg({ id: "o", role: "outside", number: "+862151088888", state: "dialling", placement: null });
  const asks = leg({ ...LI_WEI, purpose: "consult" });
  const snoop = leg({ id: "s", role: "snoop" });
  const all = call({ state: "held", legs: [leg({ placement: "hold" }), asks, outside, snoop] });
  expect(partiesOf(all).map((one) => one.state)).toEqual(["hold", "consult", "dialling"]);
  expect(told(all)[2]).toContain("Dialling");
});

test("a phone on which hold was pressed says so before anything else", () => {
  const held = call({ state: "held", legs: [leg({ placement: "hold" }), leg({ ...LI_WEI, holding: true })] });
  expect(partiesOf(held)[1]).toMatchObject({ doing: "Held on the phone", state: "held" });
});

test("an engine of the version before tells no legs and no tasks", () => {
  const { legs: _legs, ...old } = call();
  const { tasks: _tasks, ...busy } = agent();
  expect(partiesOf(old as CallValue)).toEqual([]);
  expect(customerHears(old as CallValue)).toBe("");
  expect(tasksInOrder(busy as AgentValue)).toEqual([]);
});

test("tasks stand in the order of the headline, equal ones by their age", () => {
  const tasks = [
    task({ work: "wraps", state: "wrap-up" }),
    task({ work: "rings", state: "offered" }),
    task({ work: "later", since: "2026-11-22T10:00:50Z" }),
    task({ work: "held", state: "held" }),
    task({ work: "first" }),
  ];
  const order = tasksInOrder(agent({ tasks })).map((one) => one.work);
  expect(order).toEqual(["first", "later", "held", "rings", "wraps"]);
});

test("a task tells its state, the customer and since when; a wrap-up counts down", () => {
  const customer = { id: 3, name: "王小明", company: "", level: "" };
  expect(taskLine(task(), call({ customer }), NOW)).toMatchObject({ word: "On call", who: "王小明", seconds: 30 });
  const wraps = taskLine(task({ state: "wrap-up", until: "2026-11-22T10:01:25Z" }), undefined, NOW);
  expect(wraps).toMatchObject({ word: "Wrap-up", who: "", seconds: 25, countsDown: true });
});

test("a task that is no call names its medium", () => {
  expect(taskLine(task({ medium: "chat" }), undefined, NOW).word).toBe("Chatting");
  expect(taskLine(task({ medium: "callback", state: "offered" }), undefined, NOW).word).toBe("Callback · Ringing");
});

test("tiles have a third line as soon as one agent may have two tasks", () => {
  expect(needThirdLine([agent({ tasks: [task()] })])).toBe(false);
  expect(needThirdLine([agent(), agent({ capacity: { limits: { voice: 1, chat: 2 }, total: 3 } })])).toBe(true);
});

test("an agent in a state that we do not know comes last", () => {
  const agents = new Map([
    ["1", agent({ id: 1, state: "coaching" as AgentState })],
    ["2", agent({ id: 2, state: "signed out" })],
  ]);
  expect(agentsInOrder({ ...NOTHING_KNOWN, agents }).map((one) => one.id)).toEqual([2, 1]);
});

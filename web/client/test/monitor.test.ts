import { expect, test } from "vitest";

import { agentActions, callActions, type Action, type May } from "../src/monitor/actions";
import { ALL, agentsShown, callsShown, filterWords, queuesShown, readFilter } from "../src/monitor/filters";
import { agentLevel, levelOf } from "../src/monitor/thresholds";
import { NOTHING_KNOWN } from "../src/live/live_state";
import { monitoredCall, monitorsOf } from "../src/live/monitoring";
import { agent, call, leg, task } from "./builders";

const EVERYONE: May = { listen: null, control: null };
const TEAM: May = { listen: [7], control: [7] };
const CHEN = 9;
const words = (actions: Action[]) => actions.map((one) => (one.kind === "monitor" ? one.mode : one.kind === "why" ? "why" : one.what));

test("a talk can be listened to, whispered into, barged into, taken over and ended", () => {
  const all = ["listen", "whisper", "barge", "take-over", "end call"];
  expect(words(callActions(call(), EVERYONE, CHEN, null, []))).toEqual(all);
  expect(words(callActions(call({ state: "held" }), EVERYONE, CHEN, null, []))).toEqual(["listen", "end call"]);
  expect(words(callActions(call(), TEAM, CHEN, "c1", []))).toEqual(["stop", "end call"]);
  expect(words(callActions(call({ agent: 8 }), TEAM, CHEN, null, []))).toEqual([]);
  expect(words(callActions(call({ agent: CHEN }), EVERYONE, CHEN, null, []))).toEqual(["end call"]);
  expect(words(callActions(call({ state: "ivr", agent: null }), EVERYONE, CHEN, null, []))).toEqual([]);
});

test("a caller who waits is moved by those whose agents serve the queue", () => {
  const waiting = call({ state: "waiting", agent: null });
  const moves = ["front", "to agent", "to queue", "why"];
  expect(words(callActions(waiting, EVERYONE, CHEN, null, []))).toEqual(moves);
  expect(words(callActions(waiting, TEAM, CHEN, null, [agent()]))).toEqual(moves);
  expect(words(callActions(waiting, TEAM, CHEN, null, [agent({ queues: ["sales"] })]))).toEqual(["why"]);
  expect(words(callActions(waiting, { listen: null, control: [] }, CHEN, null, [agent()]))).toEqual(["why"]);
});

test("an agent gets what fits the state", () => {
  const of = (changed: Parameters<typeof agent>[0], may = TEAM) =>
    words(agentActions(agent(changed), undefined, may, CHEN, null));
  expect(of({})).toEqual(["not ready", "sign out", "queues", "message"]);
  expect(of({ state: "paused", presence: "paused" })).toEqual(["ready", "sign out", "queues", "message"]);
  expect(of({ state: "signed out", presence: "signed out" })).toEqual(["queues", "message"]);
  expect(of({ id: 8 })).toEqual([]);
  const talks = agentActions(agent({ state: "talking", call: "c1" }), call(), TEAM, CHEN, null);
  expect(words(talks)).toContain("end call");
  expect(words(talks)).toContain("listen");
});

test("the way of a supervisor follows from the legs", () => {
  const own = leg({ id: "s", role: "supervisor", agent: CHEN, agent_name: "Chen Jing", purpose: "listen" });
  const mode = (...legs: ReturnType<typeof leg>[]) => monitorsOf(call({ legs }))[0]?.mode;
  expect(mode(own)).toBe("listen");
  expect(mode(own, leg({ role: "whisper", agent: CHEN }))).toBe("whisper");
  expect(mode({ ...own, purpose: "talk" })).toBe("barge");
  expect(monitorsOf(call({ legs: [leg()] }))).toEqual([]);
  expect(monitoredCall(agent({ id: CHEN, tasks: [task({ work: "c1/listen9" })] }))).toBe("c1");
  expect(monitoredCall(agent({ id: CHEN, tasks: [task()] }))).toBeNull();
});

const FLOOR = {
  ...NOTHING_KNOWN,
  agents: new Map([
    ["7", agent({ since: "2026-11-22T10:00:00Z" })],
    ["8", agent({ id: 8, name: "An", state: "paused", queues: ["sales"], since: "2026-11-22T09:00:00Z" })],
  ]),
  calls: new Map([
    ["c1", call()],
    ["c2", call({ id: "c2", agent: 8, queue: "sales" })],
    ["c3", call({ id: "c3", agent: null, state: "waiting", queue: "sales", waiting_since: "2026-11-22T08:00:00Z" })],
  ]),
};
const GROUPS = [{ id: 3, name: "Night", members: [8] }];

test("filters show a queue's, a group's or a state's part", () => {
  const ids = (changed: object) => agentsShown(FLOOR, { ...ALL, ...changed }, GROUPS).map((one) => one.id);
  const calls = (changed: object) => callsShown(FLOOR, { ...ALL, ...changed }, GROUPS).map((one) => one.id);
  expect(ids({})).toEqual([7, 8]);
  expect(ids({ queue: "sales" })).toEqual([8]);
  expect(ids({ group: 3 })).toEqual([8]);
  expect(ids({ state: "ready" })).toEqual([7]);
  expect(ids({ sort: "name" })).toEqual([8, 7]);
  expect(ids({ sort: "time" })).toEqual([8, 7]);
  expect(calls({ queue: "sales" })).toEqual(["c2", "c3"]);
  expect(calls({ group: 3 })).toEqual(["c2", "c3"]);
  expect(calls({ state: "paused" })).toEqual(["c2"]);
  expect(calls({ sort: "time" })[0]).toBe("c3");
  expect(queuesShown(FLOOR, ALL)).toEqual([]);
});

test("a filter stands in the address and comes back from it", () => {
  const filter = { queue: "vip 专线", group: 3, state: "paused", sort: "time" } as const;
  expect(readFilter(filterWords(filter))).toEqual(filter);
  expect(filterWords(ALL)).toBe("");
  expect(readFilter("?sort=nonsense&group=x")).toEqual(ALL);
});

test("figures are amber and red from their thresholds on, never without one", () => {
  const limits = { talk: [60, 120], not_ready: [0, 30] } as const;
  const at = Date.parse("2026-11-22T10:01:30Z");
  expect(levelOf(limits, "talk", 59)).toBe("");
  expect(levelOf(limits, "talk", 60)).toBe("warn");
  expect(levelOf(limits, "talk", 120)).toBe("alarm");
  expect(levelOf(limits, "not_ready", 29)).toBe("");
  expect(levelOf(limits, "wait", 9999)).toBe("");
  expect(agentLevel(limits, agent({ state: "talking" }), at)).toBe("warn");
  expect(agentLevel(limits, agent({ state: "paused" }), at)).toBe("alarm");
  expect(agentLevel(limits, agent(), at)).toBe("");
});

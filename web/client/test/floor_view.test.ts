import { expect, test } from "vitest";

import { agentsInOrder, callsInOrder, floorSums, waitsSince } from "../src/monitor/floor_view";
import { NOTHING_KNOWN } from "../src/live/live_state";
import type { QueueValue } from "../src/live/types";
import { agent, call } from "./builders";

function queue(key: string, changed: Partial<QueueValue> = {}): QueueValue {
  return { key, name: key, waiting: 0, callbacks: 0, oldest_since: null, ready: 0, talking: 0, ...changed };
}

test("an agent of two queues is counted once", () => {
  const state = {
    ...NOTHING_KNOWN,
    agents: new Map([["7", agent()]]),
    queues: new Map([
      ["a", queue("a", { ready: 1, waiting: 2, oldest_since: "2026-11-22T10:00:05Z" })],
      ["b", queue("b", { ready: 1, waiting: 1, oldest_since: "2026-11-22T10:00:01Z" })],
    ]),
  };
  expect(floorSums(state)).toEqual({
    waiting: 3,
    available: 1,
    unreachable: 0,
    talking: 0,
    oldest: "2026-11-22T10:00:01Z",
  });
});

test("an agent whose phone cannot be rung is not available", () => {
  const agents = new Map([
    ["1", agent({ id: 1 })],
    ["2", agent({ id: 2, reachable: false })],
    ["3", agent({ id: 3, reachable: false, state: "paused" })],
  ]);
  expect(floorSums({ ...NOTHING_KNOWN, agents })).toMatchObject({ available: 1, unreachable: 1 });
});

test("a caller waits since the queue's beginning, also while a phone rings", () => {
  const waiting_since = "2026-11-22T10:00:00Z";
  const since = "2026-11-22T10:00:25Z";
  expect(waitsSince(call({ state: "offered", waiting_since, since }))).toBe(waiting_since);
  expect(waitsSince(call({ state: "talking", waiting_since, since }))).toBeNull();
});

test("busy agents come first, and ended calls are gone", () => {
  const state = {
    ...NOTHING_KNOWN,
    agents: new Map([
      ["1", agent({ id: 1, state: "signed out", name: "A" })],
      ["2", agent({ id: 2, state: "talking", name: "B" })],
    ]),
    calls: new Map([
      ["c1", call({ state: "ended" })],
      ["c2", call({ id: "c2" })],
    ]),
  };
  expect(agentsInOrder(state).map((one) => one.id)).toEqual([2, 1]);
  expect(callsInOrder(state).map((one) => one.id)).toEqual(["c2"]);
});

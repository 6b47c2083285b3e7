import { expect, test } from "vitest";

import { agentsInOrder, callsInOrder, floorSums } from "../src/monitor/floor_view";
import { NOTHING_KNOWN } from "../src/live/live_state";
import type { QueueValue } from "../src/live/types";
import { agent, call } from "./builders";

function queue(key: string, changed: Partial<QueueValue> = {}): QueueValue {
  return { key, name: key, waiting: 0, oldest_since: null, ready: 0, talking: 0, ...changed };
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
    ready: 1,
    talking: 0,
    oldest: "2026-11-22T10:00:01Z",
  });
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

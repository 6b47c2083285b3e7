import { expect, test } from "vitest";

import { cursorOf, hear, NOTHING_KNOWN, type LiveState } from "../src/live/live_state";
import { agent, call } from "./builders";

const SNAPSHOT: LiveState = hear(NOTHING_KNOWN, {
  snapshot: {
    boot: "b1",
    number: 17,
    now: "2026-11-22T10:00:00Z",
    items: [
      { kind: "agent", id: "7", value: agent() },
      { kind: "call", id: "c1", value: call() },
    ],
  },
  build: "v1",
  away: false,
});

test("a snapshot is the whole truth", () => {
  const next = hear(SNAPSHOT, {
    snapshot: { boot: "b2", number: 3, now: "2026-11-22T10:01:00Z", items: [] },
  });
  expect(next.agents.size + next.calls.size).toBe(0);
  expect(next).toMatchObject({ boot: "b2", number: 3, build: "v1" });
});

test("a change is applied once, and an older one never", () => {
  const ended = { number: 18, items: [{ kind: "call" as const, id: "c1", value: null }] };
  const next = hear(SNAPSHOT, ended);
  expect(next.calls.size).toBe(0);
  expect(hear(next, { number: 18, items: [{ kind: "call", id: "c1", value: call() }] })).toBe(next);
});

test("numbers may jump: the page sees only what is its own", () => {
  const next = hear(SNAPSHOT, {
    number: 99,
    items: [{ kind: "agent", id: "7", value: agent({ state: "paused" }) }],
  });
  expect(next.agents.get("7")?.state).toBe("paused");
});

test("away lasts until the next snapshot, so that nothing stale is shown as fresh", () => {
  const away = hear(SNAPSHOT, { away: true });
  expect(away.away).toBe(true);
  expect(hear(away, { away: false }).away).toBe(true);
  const back = { snapshot: { boot: "b2", number: 1, now: "", items: [] } };
  expect(hear(away, back).away).toBe(false);
});

test("what this page does not know is passed over", () => {
  const unknown = { kind: "dialer", id: "d", value: {} } as never;
  expect(hear(SNAPSHOT, { number: 18, items: [unknown] }).agents.size).toBe(1);
});

test("a line that was broken goes on from the last number that was told", () => {
  const snapshot = { boot: "b1", number: 17, now: "", items: [], scope: "all", topic: "floor" as const };
  const first = hear(NOTHING_KNOWN, { snapshot });
  const pinged = hear(first, { ping: 1, at: 20 });
  expect(cursorOf(NOTHING_KNOWN)).toBe("");
  expect(cursorOf(first)).toBe("b1.17.all");
  expect(cursorOf(pinged)).toBe("b1.20.all");
});

test("a page that resumes from its cursor keeps its state, which is up to date again", () => {
  const away = hear(SNAPSHOT, { away: true });
  const resumed = hear(away, { resumed: { boot: "b1", number: 21, now: "", scope: "x" } });
  expect(resumed).toMatchObject({ away: false, number: 21, topic: SNAPSHOT.topic });
  expect(resumed.calls).toBe(away.calls);
});

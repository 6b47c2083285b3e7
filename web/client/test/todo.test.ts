import { expect, test } from "vitest";

import { ringTitle } from "../src/desk/ring_title";
import { dueReminders, LATE_MS, stepped, tickerLines, type TodoEntry } from "../src/desk/todo_view";
import { call } from "./builders";

const NOW = Date.parse("2026-11-30T08:00:00Z");
const at = (minutes: number) => new Date(NOW + minutes * 60_000).toISOString();
const never = () => false;

function entry(id: string, minutes: number, changed: Partial<TodoEntry> = {}): TodoEntry {
  return {
    kind: "appointment",
    id,
    what: "Call back",
    who: "王小明",
    number: "+8613800138000",
    customer: 1,
    at: at(minutes),
    at_name: "16:00",
    overdue: minutes <= 0,
    soon: false,
    url: `/appointments/${id}`,
    alerts: [at(minutes - 10), at(minutes)],
    ...changed,
  };
}

test("the ticker shows what is overdue first, then what is due soon, and nothing else", () => {
  const later = entry("later", 60);
  const soon = entry("soon", 5);
  const late = entry("late", -30);
  const missed = entry("missed", -30, { kind: "missed call" });

  const lines = tickerLines([later, soon, missed, late], NOW);

  expect(lines.map((one) => one.id)).toEqual(["late", "soon"]);
  expect(lines[0]?.text).toBe("Overdue since 16:00: Call back · 王小明");
  expect(lines[1]?.text).toBe("At 16:00: Call back · 王小明");
});

test("an appointment that was postponed within its reminder is in the ticker when the server says so", () => {
  const told = entry("a", 5, { alerts: [at(5)] });

  expect(tickerLines([told], NOW)).toEqual([]);
  expect(tickerLines([{ ...told, soon: true }], NOW).length).toBe(1);
  expect(tickerLines([entry("b", 5, { who: "" })], NOW)[0]?.text).toBe("At 16:00: Call back");
});

test("the ticker steps around, also when the line that was shown is gone", () => {
  const lines = tickerLines([entry("a", -3), entry("b", -2), entry("c", -1)], NOW);

  expect(stepped(lines, "a", 1)?.id).toBe("b");
  expect(stepped(lines, "c", 1)?.id).toBe("a");
  expect(stepped(lines, "a", -1)?.id).toBe("c");
  expect(stepped(lines, "gone", 1)?.id).toBe("a");
  expect(stepped([], "a", 1)).toBe(null);
});

test("each moment is reminded of once, and only the latest of an appointment", () => {
  const soon = entry("soon", 5);
  const due = entry("due", 0);
  const told = new Set([`soon@${NOW - 5 * 60_000}`]);

  const found = dueReminders([soon, due, entry("later", 60)], NOW, (key) => told.has(key));

  expect(found.map((one) => one.key)).toEqual([`due@${NOW}`]);
  expect(found[0]?.overdue).toBe(true);
  expect(dueReminders([soon], NOW, never)[0]?.overdue).toBe(false);
});

test("what came long ago is left to the ticker", () => {
  const old = entry("old", -(LATE_MS / 60_000) - 1);

  expect(dueReminders([old], NOW, never)).toEqual([]);
  expect(dueReminders([entry("none", 5, { kind: "voicemail", alerts: [] })], NOW, never)).toEqual([]);
});

test("the tab's title names the caller, or the number, or that there is none", () => {
  expect(ringTitle(call({ caller: "+8613800138000", customer: null }))).toBe("☎ Incoming call from 138 0013 8000");
  expect(ringTitle(call({ caller: "", customer: null }))).toBe("☎ Incoming call from a withheld number");
  expect(ringTitle(null)).toBe("☎ Incoming call from a withheld number");
});

import { expect, test } from "vitest";

import { PHONE_OFF, phoneStep, type PhoneEvent, type PhoneState } from "../src/desk/softphone";

function after(...events: PhoneEvent[]): PhoneState {
  return events.reduce(phoneStep, PHONE_OFF);
}

const REGISTERED: PhoneEvent[] = [{ what: "connecting" }, { what: "registered" }];
const TALKING: PhoneEvent[] = [
  ...REGISTERED,
  { what: "rings", call: "c1", auto: false },
  { what: "answering" },
  { what: "talks", at: 1000 },
];

test("a call rings, is answered and ends", () => {
  expect(after(...TALKING).talk).toMatchObject({ call: "c1", phase: "talking", talkingSince: 1000 });
  expect(after(...TALKING, { what: "ended" })).toMatchObject({ line: "registered", talk: null });
});

test("a talk outlives its connection", () => {
  const broken = after(...TALKING, { what: "line lost" });
  expect(broken).toMatchObject({ line: "lost", talk: { phase: "talking" } });

  const mended = phoneStep(broken, { what: "registered" });
  expect(mended).toMatchObject({ line: "registered", talk: { phase: "talking", talkingSince: 1000 } });
});

test("a phone taken by another tab forgets its talk here", () => {
  expect(after(...TALKING, { what: "elsewhere" })).toEqual({ ...PHONE_OFF, line: "elsewhere" });
});

test("a socket that closes late does not wake a phone that was switched off", () => {
  expect(after(...REGISTERED, { what: "switched off" }, { what: "line lost" })).toEqual(PHONE_OFF);
  expect(after(...REGISTERED, { what: "elsewhere" }, { what: "line lost" }).line).toBe("elsewhere");
});

test("answering twice or answering nothing changes nothing", () => {
  const talking = after(...TALKING);
  expect(phoneStep(talking, { what: "answering" })).toBe(talking);
  expect(phoneStep(PHONE_OFF, { what: "answering" })).toBe(PHONE_OFF);
});

test("the next call begins unmuted and without the last one's problem", () => {
  const next = after(
    ...TALKING,
    { what: "muted", muted: true },
    { what: "ended" },
    { what: "problem", sentence: "No microphone." },
    { what: "rings", call: "c2", auto: false },
  );
  expect(next).toMatchObject({ problem: "", talk: { call: "c2", muted: false } });
});

test("a second call rings beside a talk, and is heard when it is answered", () => {
  const ringing = after(...TALKING, { what: "rings", call: "c2", auto: false });
  expect(ringing).toMatchObject({ talk: { call: "c1" }, aside: [{ call: "c2", phase: "ringing" }] });

  const both = [ringing, { what: "answering", call: "c2" }, { what: "talks", at: 2000, call: "c2" }] as const;
  const talking = phoneStep(phoneStep(both[0], both[1]), both[2]);
  expect(talking).toMatchObject({ talk: { call: "c2", phase: "talking" }, aside: [{ call: "c1" }] });
  expect(phoneStep(talking, { what: "turned", call: "c1" })).toMatchObject({ talk: { call: "c1" }, aside: [{ call: "c2" }] });
  expect(phoneStep(talking, { what: "ended", call: "c2" })).toMatchObject({ talk: { call: "c1" }, aside: [] });
  expect(phoneStep(talking, { what: "ended", call: "c1" })).toMatchObject({ talk: { call: "c2" }, aside: [] });
});

test("a leg that replaces a lost one takes its place", () => {
  const again = after(...TALKING, { what: "rings", call: "c1", auto: true });
  expect(again).toMatchObject({ talk: { call: "c1", phase: "ringing" }, aside: [] });
});

test("a refused phone says why until it is registered again", () => {
  const refused = after({ what: "connecting" }, { what: "refused", why: "No." });
  expect(refused).toMatchObject({ line: "refused", problem: "No." });
  expect(phoneStep(refused, { what: "registered" }).problem).toBe("");
});

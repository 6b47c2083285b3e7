import { expect, test } from "vitest";

import { callTroubles, soundWarnings } from "../src/live/sound";
import { call, leg } from "./builders";

const LI_WEI = { id: "c1-a1", role: "agent", agent: 7, agent_name: "Li Wei" } as const;

test("an agent is told in which direction the sound is lost", () => {
  const bad = leg({ ...LI_WEI, sound: { received: { loss: 0.06, mos: 3.3 }, sent: { loss: 0.1, mos: 2.9 } } });
  expect(soundWarnings(call({ legs: [leg(), bad] }), 7)).toEqual([
    "They hear you badly: 6% of the sound is lost",
    "You hear badly: 10% of the sound is lost",
  ]);
});

test("the customer's bad line is told as theirs, and loss only where there is some", () => {
  const bad = leg({ sound: { received: { loss: 0, mos: 3.1 }, sent: null } });
  expect(soundWarnings(call({ legs: [bad, leg(LI_WEI)] }), 7)).toEqual([
    "Bad line to 138 0013 8000: the sound arrives late or unevenly",
  ]);
});

test("good sound is not spoken of", () => {
  expect(soundWarnings(call({ legs: [leg(), leg(LI_WEI)] }), 7)).toEqual([]);
  expect(callTroubles(call({ legs: [leg(), leg(LI_WEI)] }))).toEqual([]);
});

test("a supervisor sees the worse direction of each party", () => {
  const sound = { received: { loss: 0.04, mos: 3.6 }, sent: { loss: 0.12, mos: 2.7 } };
  expect(callTroubles(call({ legs: [leg(), leg({ ...LI_WEI, sound })] }))).toEqual(["Li Wei: 12% lost"]);
});

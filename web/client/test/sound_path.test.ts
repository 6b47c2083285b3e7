import { describe, expect, it } from "vitest";

import { lostShare, readStats, sortCandidates, soundProblem } from "../src/desk/sound_path";

const heard = { type: "inbound-rtp", bytesReceived: 4000, packetsReceived: 97, packetsLost: 3, audioLevel: 0.2 };

describe("what the browser counts", () => {
  it("is summed up with the far end's measure of the round trip", () => {
    const report = readStats([
      heard,
      { type: "candidate-pair", nominated: true, currentRoundTripTime: 0.5 },
      { type: "remote-inbound-rtp", roundTripTime: 0.04 },
    ]);

    expect(report).toEqual({ bytesHeard: 4000, packetsHeard: 97, packetsLost: 3, roundTrip: 0.04, level: 0.2 });
    expect(lostShare(report)).toBeCloseTo(0.03);
  });

  it("takes the round trip of the chosen path if the sound's own is not measured", () => {
    const report = readStats([
      { type: "candidate-pair", nominated: false, currentRoundTripTime: 9 },
      { type: "candidate-pair", nominated: true, currentRoundTripTime: 0.02 },
    ]);

    expect(report.roundTrip).toBe(0.02);
  });

  it("loses nothing where nothing was sent", () => {
    expect(lostShare(readStats([]))).toBe(0);
  });
});

describe("a user in a talk without sound", () => {
  it("is told nothing while sound comes", () => {
    expect(soundProblem("connecting", readStats([heard]))).toBe("");
  });

  it("reads that something blocks the sound when no way was found", () => {
    for (const state of ["new", "connecting", "disconnected", "failed"] as const) {
      expect(soundProblem(state, readStats([]))).toContain("blocks it");
    }
  });

  it("reads that the other side is silent when there is a way", () => {
    expect(soundProblem("connected", readStats([]))).toContain("other side");
  });
});

it("knows a way by the kind of its candidate", () => {
  expect(sortCandidates(["host", null, "relay"])).toEqual({ host: true, reflexive: false, relay: true });
});

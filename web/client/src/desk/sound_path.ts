// Whether sound gets through, from the browser's statistics (W3C webrtc-stats).
import { t } from "../kit/i18n";

/** The state of one talk's sound. */
export interface SoundReport {
  bytesHeard: number;
  packetsHeard: number;
  packetsLost: number;
  /** Round trip to the switch, in seconds; null without a measurement. */
  roundTrip: number | null;
  /** The present volume of the other side, 0..1. */
  level: number;
}

interface Stats {
  type: string;
  kind?: string;
  bytesReceived?: number;
  packetsReceived?: number;
  packetsLost?: number;
  audioLevel?: number;
  roundTripTime?: number;
  currentRoundTripTime?: number;
  nominated?: boolean;
}

/** Summarise the result of RTCPeerConnection.getStats(). */
export function readStats(reports: Iterable<Stats>): SoundReport {
  const report: SoundReport = { bytesHeard: 0, packetsHeard: 0, packetsLost: 0, roundTrip: null, level: 0 };
  let byPair: number | null = null;
  for (const one of reports) {
    if (one.type === "inbound-rtp") {
      report.bytesHeard += one.bytesReceived ?? 0;
      report.packetsHeard += one.packetsReceived ?? 0;
      report.packetsLost += Math.max(0, one.packetsLost ?? 0);
      report.level = Math.max(report.level, one.audioLevel ?? 0);
    } else if (one.type === "remote-inbound-rtp") {
      report.roundTrip = one.roundTripTime ?? report.roundTrip;
    } else if (one.type === "candidate-pair" && one.nominated) {
      byPair = one.currentRoundTripTime ?? byPair;
    }
  }
  report.roundTrip ??= byPair;
  return report;
}

/** The share of packets that did not arrive, 0..1. */
export function lostShare(report: SoundReport): number {
  const sent = report.packetsHeard + report.packetsLost;
  return sent ? report.packetsLost / sent : 0;
}

/** A message for a user in a talk without sound; empty when sound comes. */
export function soundProblem(connection: RTCPeerConnectionState, report: SoundReport): string {
  if (report.bytesHeard > 0) return "";
  if (connection === "connected") {
    return t("Nothing is heard from the other side yet. Ask whether its microphone is on.");
  }
  return blocked();
}

export function blocked(): string {
  return t(
    "No audio: something between this browser and the phone server blocks it (UDP). Run the audio check to see where, or try another network.",
  );
}

export interface Candidates {
  host: boolean;
  reflexive: boolean;
  relay: boolean;
}

/** The browser's paths for its sound, by the types of its ICE candidates (RFC 8445). */
export function sortCandidates(types: Iterable<string | null>): Candidates {
  const found = new Set(types);
  return { host: found.has("host"), reflexive: found.has("srflx"), relay: found.has("relay") };
}

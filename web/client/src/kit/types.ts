// The types of the pages' data for scripts, beside the live items.
import type { AgentValue, CallValue, Item } from "../live/types";

export interface Choice {
  key: string;
  name: string;
}

export interface Credentials {
  user: string;
  password: string;
  domain: string;
  /** STUN and TURN servers; none in one network. */
  ice_servers?: RTCIceServer[];
}

/** The content of the page's `<script id="boot">`. */
export interface Boot {
  user: { id: number; login: string; name: string; role: string; language: string } | null;
  csrf: string;
  build: string;
  language: string;
  path: string;
  live: string;
  /** A short message about what was just done; empty if there is none. */
  toast?: string;
  /** Whether the reader is an agent; null until the engine has told. */
  seated: boolean | null;
  /** Agents are told also who listens to them. */
  see_listening?: boolean;
  desk?: DeskBoot;
  try_it?: { credentials: string };
  sound_check?: { credentials: string; echo: string };
  floor?: FloorBoot;
  call?: CallBoot;
}

export interface DeskBoot {
  agent: AgentValue | null;
  call: CallValue | null;
  away: boolean;
  pause_reasons: Choice[];
  outcomes: Choice[];
  queue_names?: Record<string, string>;
  /** From when on a queue's figures are amber or red; 0 is never. */
  thresholds?: Partial<Record<Figure, [number, number]>>;
}

export interface FloorBoot {
  away: boolean;
  number: number;
  boot: string;
  items: Item[];
  queue_names?: Record<string, string>;
  /** The not-ready reasons by their keys. */
  reason_names?: Record<string, string>;
  /** Which pages the reader may open. */
  links?: { calls: boolean; seats?: boolean; limits?: boolean; trunks?: boolean };
  /** The agents that the reader may listen to and control; null is everyone. */
  may?: { listen: number[] | null; control: number[] | null };
  /** The queues to which a waiting caller can be sent. */
  queues?: Choice[];
  groups?: { id: number; name: string; members: number[] }[];
  /** The reasons that the reader gave last. */
  reasons?: string[];
  /** Amber and red; 0 is never. */
  thresholds?: Partial<Record<Figure, [number, number]>>;
}

export type Figure = "wait" | "waiting" | "talk" | "not_ready";

export interface CallBoot {
  id: string;
  segments: { kind: string; seconds: number }[];
  player: { opus: string; mp3: string; wav: string } | null;
}

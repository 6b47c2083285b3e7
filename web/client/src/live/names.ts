// The words for states in the reader's language. An unknown word of a newer server stays as it is.
import { t } from "../kit/i18n";
import type {
  AgentState,
  LegRole,
  LegState,
  Medium,
  PlacementKind,
  Purpose,
  Stage,
  TaskState,
  TrunkLamp,
  TrunkTrouble,
} from "./types";

type Names<Word extends string> = Readonly<Record<Word, () => string>>;

const AGENT_STATES: Names<AgentState> = {
  "signed out": () => t("Disconnected"),
  ready: () => t("Ready"),
  paused: () => t("Not ready"),
  offered: () => t("Ringing"),
  talking: () => t("On call"),
  "wrap-up": () => t("Wrap-up"),
};
const STAGES: Names<Stage> = {
  ivr: () => t("In IVR"),
  waiting: () => t("Waiting"),
  offered: () => t("Ringing"),
  talking: () => t("On call"),
  held: () => t("On hold"),
  "phone lost": () => t("Phone lost"),
  dialling: () => t("Dialing"),
  voicemail: () => t("Leaving a message"),
  fax: () => t("Receiving a fax"),
  parked: () => t("Parked"),
  forwarded: () => t("Forwarded"),
  "in fallback": () => t("In fallback"),
  ended: () => t("Call ended"),
};
const TASK_STATES: Names<TaskState> = {
  offered: () => t("Ringing"),
  active: () => t("On call"),
  held: () => t("On hold"),
  "wrap-up": () => t("Wrap-up"),
};
const MEDIUMS: Names<Medium> = {
  voice: () => t("Call"),
  callback: () => t("Callback"),
  outbound: () => t("Outbound call"),
  chat: () => t("Chat"),
};
const LEG_STATES: Names<LegState> = {
  dialling: () => t("Dialling"),
  ringing: () => t("Ringing"),
  up: () => t("Connected"),
};
const LEG_ROLES: Names<LegRole> = {
  customer: () => t("Customer"),
  agent: () => t("Agent"),
  outside: () => t("Outside party"),
  supervisor: () => t("Supervisor"),
  snoop: () => t("Monitoring"),
  whisper: () => t("Whispering"),
};
const PLACEMENTS: Names<PlacementKind> = {
  bridge: () => t("On call"),
  hold: () => t("Hearing music"),
  prompts: () => t("Hearing announcements"),
  silent: () => t("Silence"),
  message: () => t("Leaving a message"),
  fax: () => t("Receiving a fax"),
  fallback: () => t("In fallback"),
};
const PURPOSES: Names<Purpose> = {
  talk: () => t("On call"),
  consult: () => t("In a consultation"),
  listen: () => t("Monitoring"),
};

const TRUNK_LAMPS: Names<TrunkLamp> = {
  off: () => t("Inactive"),
  unknown: () => t("Unknown"),
  available: () => t("Reachable"),
  registered: () => t("Registered"),
  registering: () => t("Registering"),
  unreachable: () => t("Unreachable"),
  rejected: () => t("Registration rejected"),
  invalid: () => t("Settings refused"),
  busy: () => t("All channels in use"),
};
const TRUNK_TROUBLES: Names<TrunkTrouble> = {
  "": () => t("No error"),
  unreachable: () => t("The other side does not answer."),
  rejected: () => t("The registration was rejected. The test shows the reason."),
  short: () => t("The provider grants registrations for a few seconds only."),
  settings: () => t("Asterisk refused the settings."),
  call: () => t("A call failed."),
};

function nameOf<Word extends string>(names: Names<Word>, word: Word): string {
  return Object.hasOwn(names, word) ? names[word]() : word;
}

export const agentStateName = (state: AgentState): string => nameOf(AGENT_STATES, state);
export const stageName = (stage: Stage): string => nameOf(STAGES, stage);
export const mediumName = (medium: Medium): string => nameOf(MEDIUMS, medium);
export const legStateName = (state: LegState): string => nameOf(LEG_STATES, state);
export const legRoleName = (role: LegRole): string => nameOf(LEG_ROLES, role);
export const placementName = (placement: PlacementKind): string => nameOf(PLACEMENTS, placement);
export const trunkLampName = (lamp: TrunkLamp): string => nameOf(TRUNK_LAMPS, lamp);
export const trunkTroubleName = (trouble: TrunkTrouble): string => nameOf(TRUNK_TROUBLES, trouble);
export const purposeName = (purpose: Purpose): string => nameOf(PURPOSES, purpose);

/** The name of an agent's task; a chat is not a talk. */
export function taskStateName(state: TaskState, medium: Medium): string {
  if (state === "active" && medium === "chat") return t("Chatting");
  return nameOf(TASK_STATES, state);
}

// The trade's words for states, in the reader's language.
import { t } from "../kit/i18n";
import type { AgentState, CallState } from "../kit/types";

export function agentStateName(state: AgentState): string {
  switch (state) {
    case "signed out":
      return t("Signed out");
    case "ready":
      return t("Ready");
    case "paused":
      return t("Paused");
    case "offered":
      return t("Ringing");
    case "talking":
      return t("Talking");
    case "wrap-up":
      return t("Wrap-up");
  }
}

export function callStateName(state: CallState): string {
  switch (state) {
    case "ivr":
      return t("In the menu");
    case "waiting":
      return t("Waiting");
    case "offered":
      return t("Ringing");
    case "talking":
      return t("Talking");
    case "held":
      return t("On hold");
    case "phone lost":
      return t("Phone lost");
    case "in fallback":
      return t("In the fallback queue");
    case "ended":
      return t("Ended");
  }
}

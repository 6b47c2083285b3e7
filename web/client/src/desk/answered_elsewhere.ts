// A call that rang at several phones was answered at another one: the desk names the agent.
import { toast } from "../kit/banners";
import { t } from "../kit/i18n";
import type { AgentValue } from "../live/types";

/** The sentence for an agent whose phone stopped ringing because a colleague answered, or "". */
export function answeredSentence(before: AgentValue | null, now: AgentValue): string {
  const name = now.answered_by ?? "";
  return before && name && before.answered_by !== name ? t("Answered by {name}", { name }) : "";
}

export function tellWhoAnswered(before: AgentValue | null, now: AgentValue): void {
  const said = answeredSentence(before, now);
  if (said) toast(said);
}

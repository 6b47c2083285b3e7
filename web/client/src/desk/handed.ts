// What is said of a call that another agent handed over, and of parties that go. Pure.
import { t } from "../kit/i18n";
import { partyName, targetName } from "./talk_view";
import type { CallValue, LegValue } from "../live/types";

/** Who handed the call over and what they noted, or that nobody took it; "" for other calls. */
export function handedSentence(call: CallValue, me: number): string {
  const { transfer, handed } = call;
  if (transfer?.state === "returning" && transfer.initiator === me) {
    return t("Not taken by {name}", { name: targetName(transfer) });
  }
  if (!handed || handed.agent === me) return "";
  const said = { name: handed.agent_name ?? t("Agent"), note: handed.note };
  if (transfer?.kind === "attended") {
    return said.note ? t("{name} consults you: {note}", said) : t("{name} consults you", said);
  }
  return said.note ? t("From {name}: {note}", said) : t("From {name}", said);
}

/**
 * Why a party of the agent's call is not there any more, as a sentence; "" if none has gone. The
 * agent may have caused it; the code that shows the sentence checks that.
 */
export function partyGone(before: CallValue | null, after: CallValue | null, me: number): string {
  if (!before || !after || before.id !== after.id || after.state === "ended" || after.agent !== me) return "";
  const { transfer } = before;
  if (transfer?.kind === "attended" && transfer.initiator === me) {
    // In a conference the party is still there.
    if (after.transfer || (after.state === "talking" && parties(after).length > 1)) return "";
    const name = targetName(transfer);
    const sentence = transfer.state === "dialling" ? t("{name} did not take the call.", { name }) : t("{name} has hung up.", { name });
    return after.state === "held" ? `${sentence} ${t("The customer is on hold.")}` : sentence;
  }
  if (transfer || after.transfer || before.agent !== me) return "";
  const there = new Set(parties(after).map((leg) => leg.id));
  const gone = parties(before).find((leg) => leg.agent !== me && !there.has(leg.id));
  if (!gone) return "";
  const name = partyName(gone);
  return gone.state === "up" ? t("{name} has hung up.", { name }) : t("{name} did not take the call.", { name });
}

function parties(call: CallValue): LegValue[] {
  return (call.legs ?? []).filter((leg) => leg.role === "agent" || leg.role === "outside");
}

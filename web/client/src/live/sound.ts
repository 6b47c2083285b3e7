// Bad sound in a call, as its agent and as a supervisor should know it. Pure.
import { readable } from "../kit/format";
import { t } from "../kit/i18n";
import { legRoleName } from "./names";
import { callerName } from "./tasks";
import type { CallValue, LegValue, TroubleValue } from "./types";

/** Less loss than this is not why the sound is bad: it comes late, or unevenly. */
const LOSS_TOLD = 0.03;

/** What an agent should know of the sound of their call: their own first, then the other side's. */
export function soundWarnings(call: CallValue, agent: number): string[] {
  const legs = call.legs ?? [];
  const own = legs.find((leg) => leg.agent === agent && leg.role !== "snoop" && leg.role !== "whisper");
  const found: string[] = [];
  if (own?.sound?.received) found.push(heardBadly(own.sound.received));
  if (own?.sound?.sent) found.push(hearsBadly(own.sound.sent));
  for (const leg of legs) {
    if (leg !== own && (leg.role === "customer" || leg.role === "outside")) found.push(...lineOf(leg, call));
  }
  return found;
}

/** Bad sound of a call by party, for supervisors: `Li Wei: 6% lost`. */
export function callTroubles(call: CallValue): string[] {
  return (call.legs ?? []).flatMap((leg) => {
    const worst = worstOf(leg);
    return worst ? [`${nameOf(leg, call)}: ${figure(worst)}`] : [];
  });
}

function heardBadly(trouble: TroubleValue): string {
  return trouble.loss > LOSS_TOLD
    ? t("They hear you badly: {loss} of the sound is lost", { loss: percent(trouble) })
    : t("They hear you badly: your sound arrives late or unevenly");
}

function hearsBadly(trouble: TroubleValue): string {
  return trouble.loss > LOSS_TOLD
    ? t("You hear badly: {loss} of the sound is lost", { loss: percent(trouble) })
    : t("You hear badly: the sound arrives late or unevenly");
}

function lineOf(leg: LegValue, call: CallValue): string[] {
  const worst = worstOf(leg);
  if (!worst) return [];
  const name = nameOf(leg, call);
  return [
    worst.loss > LOSS_TOLD
      ? t("Bad line to {name}: {loss} of the sound is lost", { name, loss: percent(worst) })
      : t("Bad line to {name}: the sound arrives late or unevenly", { name }),
  ];
}

function worstOf(leg: LegValue): TroubleValue | null {
  const known = [leg.sound?.received, leg.sound?.sent].filter((one): one is TroubleValue => Boolean(one));
  return known.sort((a, b) => a.mos - b.mos || b.loss - a.loss)[0] ?? null;
}

function nameOf(leg: LegValue, call: CallValue): string {
  if (leg.role === "customer") return callerName(call);
  return leg.agent_name || readable(leg.number) || legRoleName(leg.role);
}

function figure(trouble: TroubleValue): string {
  return trouble.loss > LOSS_TOLD
    ? t("{loss} lost", { loss: percent(trouble) })
    : t("MOS {mos}", { mos: trouble.mos.toFixed(1) });
}

function percent(trouble: TroubleValue): string {
  return `${Math.round(trouble.loss * 100)}%`;
}

"""The alarms of calls out: stops against fraud, costs of a day, emergency calls."""

from collections.abc import Mapping

from crm.alarms.alarm import AlarmKind, AlarmLevel, NewAlarm
from crm.kernel.text import N_
from crm.people.rights import Right
from cti.outbound.guard import StopReason

FRAUD = AlarmKind(
    "fraud",
    N_("Outbound calls stopped"),
    AlarmLevel.CRITICAL,
    do=N_("Release stop"),
    do_url="/dialling-stops/{key}/release",
)
DAY_COST = AlarmKind("cost", N_("Cost of a day"))
EMERGENCY = AlarmKind(
    "emergency", N_("Emergency call"), AlarmLevel.CRITICAL, Right.FLOOR_SEE, lasts=False
)
WARN_SHARE = 0.8
"""From this share of a limit on there is a warning."""

STOPPED: Mapping[tuple[str, str], str] = {
    ("agent", StopReason.CALLS): N_(
        "{name} dialed {count} international or premium-rate numbers in {minutes} minutes. Their "
        "outbound calls are stopped."
    ),
    ("agent", StopReason.COST): N_(
        "The calls of {name} have cost {limit} {currency} today. Their outbound calls are stopped."
    ),
    ("trunk", StopReason.CALLS): N_(
        "{count} international or premium-rate numbers were dialed over the trunk “{name}” in "
        "{minutes} minutes. Outbound calls over it are stopped."
    ),
    ("trunk", StopReason.COST): N_(
        "Calls over the trunk “{name}” have cost {limit} {currency} today. Outbound calls over it "
        "are stopped."
    ),
}
OF_SITE = N_("All calls together have cost {share} % of the limit of {limit} a day.")
OF_PERSON = N_("The calls of {name} have cost {share} % of the limit of {limit} a day.")
OF_RULE = N_("Calls by the rule “{name}” have cost {share} % of the limit of {limit} a day.")
CALLED = N_("Emergency call: {name} (extension {extension}) dialed {number}.")
CALLED_BY_NOBODY = N_("Emergency call: {number} was dialed.")


def cost_alarm(  # noqa: PLR0913, PLR0917 - a sum and its limit
    key: str, sentence: str, name: str, spent: float, limit: int, currency: str
) -> NewAlarm | None:
    """Give the alarm of a sum that comes near its limit or reaches it; None below."""
    share = spent / limit if limit > 0 else 0.0
    if share < WARN_SHARE:
        return None
    level = AlarmLevel.CRITICAL if share >= 1.0 else AlarmLevel.WARNING
    most = f"{limit} {currency}".strip()
    said: dict[str, str | int] = {"name": name, "share": int(share * 100), "limit": most}
    return NewAlarm(DAY_COST, key, sentence, said, "/charges", level)

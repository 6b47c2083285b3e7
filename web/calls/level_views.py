"""What a customer's level of service changed for a call, as a sentence."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from crm.dictionary.item import one_of_two
from crm.people.person import Language
from web.kit.i18n import N_, Reader

LEVEL_PRIORITY = N_("priority +{points}")
LEVEL_NEEDS = N_("needs {skill} {level}")
LEVEL_QUEUE = N_("waits in “{queue}”")


OWN_NEEDS = N_("The call flow asks for {skills}")
OWN_OVER = N_("The call flow asked for {skills}, and the time for that is over")
OWN_LEFT = N_("The call flow asks for {skills}, which no agent of this queue has")


def own_sentences(own: Mapping[str, Any], skills: Mapping[str, str], say: Reader) -> Iterator[str]:
    """Say what a call alone needs of agents: `The call flow asks for German 5`."""
    comma = "\u3001" if say.language is Language.CHINESE else ", "
    told = ((OWN_OVER if own.get("over") else OWN_NEEDS, "needs"), (OWN_LEFT, "left"))
    for text, key in told:
        if parts := [need.rpartition(" ") for need in own.get(key, ())]:
            names = (f"{skills.get(skill, skill)} {least}" for skill, _, least in parts)
            yield say.say(text, skills=comma.join(names))


def level_sentence(
    level: Mapping[str, object],
    needs: Iterable[str],
    skills: Mapping[str, str],
    say: Reader,
    queue: str = "",
) -> str:
    """Say what a level changed: `VIP: priority +5, needs English 5`; needs are `english 5`."""
    name = one_of_two(str(level["name"]), str(level.get("name_zh", "")), say.language)
    said = [say.say(LEVEL_PRIORITY, points=level["priority"])] if level.get("priority") else []
    if queue:
        said.append(say.say(LEVEL_QUEUE, queue=queue))
    for need in needs:
        skill, _, least = need.rpartition(" ")
        said.append(say.say(LEVEL_NEEDS, skill=skills.get(skill, skill), level=least))
    colon, comma = ("\uff1a", "\uff0c") if say.language is Language.CHINESE else (": ", ", ")
    return name + (colon + comma.join(said) if said else "")

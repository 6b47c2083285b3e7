"""Why each offer of a call went to its agent, as a sentence and as a table."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from acd.decision import COULD_NOT, Considered, Rule, Verdict
from acd.decisions.store import DecisionFact
from acd.skill_levels.store import skill_names
from acd.store import agents_among
from crm.people.person import Language
from web.calls.leg_words import LACKS, OFFERED, ONLY, VERDICTS, WHY
from web.calls.level_views import level_sentence, own_sentences
from web.calls.shapes import ConsideredShape, DecisionShape
from web.calls.views import Words
from web.kit.i18n import Reader, duration
from web.kit.shapes import Named

MOST_OTHERS = 3
"""How many agents who could not take the call the sentence names; the table has all."""

CHINESE_MARKS = ("\uff1b", "\uff1a", "\u3002")  # semicolon, colon, full stop


@dataclass(frozen=True, slots=True)
class DecisionWords:
    """The names that decisions are told with."""

    known: Words
    extensions: Mapping[int, str]
    skills: Mapping[str, str]

    def agent(self, agent: int) -> str:
        """Name an agent with the extension: `Li Wei (1001)`."""
        extension = self.extensions.get(agent)
        name = self.known.agent_name(agent)
        return f"{name} ({extension})" if extension else name


def decision_words(
    session: Session, known: Words, decisions: Iterable[DecisionFact]
) -> DecisionWords:
    """Read the extensions of the agents and the names of the skills."""
    people = agents_of(decisions)
    extensions = {int(id_): one.extension for id_, one in agents_among(session, people).items()}
    return DecisionWords(known, extensions, skill_names(session, known.reader.language))


def agents_of(decisions: Iterable[DecisionFact]) -> set[int]:
    """Give the agents that decisions name."""
    return {other.agent for one in decisions for other in one.considered}


def show_decisions(decisions: Iterable[DecisionFact], words: DecisionWords) -> list[DecisionShape]:
    """Show why each offer of a call went to its agent, the oldest first."""
    return [
        DecisionShape(
            at=one.at,
            agent=_named(one.agent, words),
            queue=one.queue,
            queue_name=words.known.queue(one.queue),
            rule=one.rule,
            waited_seconds=round(one.waited_seconds, 3),
            step=one.step,
            considered=[_considered(other, words) for other in one.considered],
            text=sentence(one, words),
        )
        for one in decisions
    ]


def sentence(one: DecisionFact, words: DecisionWords) -> str:
    """Say who was offered the call, why, and who could not take it."""
    say = words.known.reader
    could = [other for other in one.considered if other.verdict not in COULD_NOT]
    queue = words.known.queue(one.queue)
    alone = len(could) == 1 and one.rule not in _OF_THEMSELVES
    values = {"agent": words.agent(one.agent), "queue": queue, "count": len(could)}
    text = say.say(OFFERED, why=ONLY if alone else WHY[one.rule], **values)
    others = [other for other in one.considered if other.verdict in COULD_NOT][:MOST_OTHERS]
    apart, colon, end = CHINESE_MARKS if say.language is Language.CHINESE else ("; ", ": ", ".")
    for other in others:
        state = verdict_name(other.verdict, other.lacks, words.skills, say)
        text += f"{apart}{words.agent(other.agent)}{colon}{state}"
    level = one.level or {}
    told = list(own_sentences(level.get("own", {}), words.skills, say))
    if "name" in level:
        told.append(level_sentence(level, level.get("needs", ()), words.skills, say))
    return f"{end} ".join([text, *told]) + end


def verdict_name(verdict: Verdict, lacks: str, skills: Mapping[str, str], reader: Reader) -> str:
    """Say why an agent was chosen or not; a missing skill by its name."""
    skill, _, level = lacks.partition(" ")
    if verdict is Verdict.LACKS_SKILL and skill:
        return reader.say(LACKS, skill=skills.get(skill, skill), level=level)
    return reader.gettext(VERDICTS[verdict])


_OF_THEMSELVES = frozenset({Rule.PREFERRED, Rule.DIRECTED, Rule.MOST_URGENT})


def _considered(one: Considered, words: DecisionWords) -> ConsideredShape:
    return ConsideredShape(
        agent=_named(one.agent, words),
        extension=words.extensions.get(one.agent, ""),
        idle_seconds=round(one.idle_seconds, 3),
        idle=duration(one.idle_seconds) if one.idle_seconds else "",
        verdict=one.verdict,
        verdict_name=verdict_name(one.verdict, one.lacks, words.skills, words.known.reader),
        scores=dict(one.scores),
    )


def _named(agent: int, words: DecisionWords) -> Named:
    return Named(id=agent, name=words.known.agent_name(agent))

"""What flows can name: queues, agents, prompts and the like, with their names."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from acd.skill_levels.store import skills
from acd.store import agent_names, queue_names
from crm.hours.store import time_groups
from crm.number_lists.store import number_lists
from crm.parameters.store import parameters
from crm.people.person import Language
from ivr import store
from ivr.check import World
from ivr.fields import REFERENCES, FieldKind
from ivr.mentions import NAMED
from ivr.prompt_library.store import library
from web.destinations.targets import targets_of
from web.flows.addresses import own_hosts
from web.kit.i18n import Reader
from web.kit.shapes import Choice
from web.prompts.words import STANDARD, PromptKind, kind_of

TARGETS = (FieldKind.RING_GROUP, FieldKind.BOX, FieldKind.FLOW, FieldKind.CUSTOM)
"""The kinds whose choices are the active destinations of a kind, and all flows."""


@dataclass(frozen=True, slots=True)
class FlowWorld:
    """The choices of each kind of field, and the languages of each prompt."""

    choices: Mapping[FieldKind, Sequence[Choice]]
    prompts: Mapping[str, frozenset[str]]
    languages: frozenset[str] = field(default_factory=frozenset[str])
    unpublished: frozenset[int] = frozenset()  # flows
    inside_hosts: frozenset[str] = frozenset()  # of our own network, that may be asked

    def for_check(self) -> World:
        """The same for the check of a flow."""
        known: dict[FieldKind, Collection[object]] = {
            kind: {int(one.key) if kind in REFERENCES else one.key for one in choices}
            for kind, choices in self.choices.items()
            if kind not in {FieldKind.PROMPTS, FieldKind.NEEDS}
        }
        waiting = {FieldKind.FLOW: self.unpublished}
        return World(known, self.prompts, self.languages, waiting)

    def name_of(self, kind: FieldKind, value: object) -> str:
        """The name of what a field names; the value itself if it is gone."""
        found = (one.name for one in self.choices.get(kind, ()) if one.key == str(value))
        return next(found, str(value))


def flow_world(session: Session, reader: Reader) -> FlowWorld:
    """Read all that flows can name."""
    chinese = reader.language is Language.CHINESE
    targets = targets_of(session)
    prompts = {
        one.name: frozenset(one.languages)
        for one in library(session, STANDARD)
        if kind_of(one.name) is not PromptKind.WORDS
    }
    choices: dict[FieldKind, Sequence[Choice]] = {
        FieldKind.QUEUE: [
            Choice(key=key, name=(one.zh or one.en) if chinese else one.en)
            for key, one in queue_names(session).items()
        ],
        FieldKind.AGENT: [
            Choice(key=str(id_), name=name) for id_, name in agent_names(session).items()
        ],
        FieldKind.TIME_GROUP: [
            Choice(key=str(one.id), name=one.name) for one in time_groups(session)
        ],
        FieldKind.LIST: [
            Choice(key=str(one.id), name=one.draft.name) for one in number_lists(session)
        ],
        FieldKind.NEEDS: [
            Choice(key=one.key, name=(one.name_zh or one.name) if chinese else one.name)
            for one in skills(session, disabled_too=False)
        ],
        FieldKind.PROMPTS: [Choice(key=name, name=name) for name in sorted(prompts)],
    }
    for kind in TARGETS:
        choices[kind] = [
            Choice(key=str(key), name=one.shown(reader))
            for key, one in targets.get(NAMED[kind], {}).items()
            # A flow may lead to one that is published after it.
            if one.active or kind is FieldKind.FLOW
        ]
    languages = frozenset(one.language.value for one in store.numbers(session))
    flows = targets.get(NAMED[FieldKind.FLOW], {}).items()
    unpublished = frozenset(int(key) for key, one in flows if not one.active)
    hosts = frozenset(own_hosts(parameters(session)))
    return FlowWorld(choices, prompts, languages, unpublished, hosts)

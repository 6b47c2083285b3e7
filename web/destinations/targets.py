"""What calls can be sent to: read for forms, checks and jobs."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from acd.ring_groups.store import settings as ring_groups
from acd.store import agents, queue_names
from crm.custom_destinations.store import custom_destinations
from crm.kernel.destination import DestinationKind
from crm.parameters.store import parameters
from crm.people.person import Language
from crm.voicemail.boxes.store import boxes
from ivr.store import flow_names, published_flows
from web.kit.i18n import Reader

FAX_INSTALLED = "fax installed"  # in `session.info` of the web's sessions


@dataclass(frozen=True, slots=True)
class DestinationTarget:
    """One thing that calls can be sent to, and whether it takes calls now."""

    name: str
    active: bool = True
    name_zh: str = ""  # where a Chinese reader finds another one

    def shown(self, reader: Reader) -> str:
        """Give the name for a reader."""
        chinese = reader.language is Language.CHINESE
        return self.name_zh if chinese and self.name_zh else self.name


DestinationTargets = Mapping[DestinationKind, Mapping[str, DestinationTarget]]
"""All that calls can be sent to, by kind and by key."""


def targets_of(session: Session) -> DestinationTargets:
    """Read what calls can be sent to, inactive ones too; the kinds stand in the order of forms."""
    published = {one.id for one in published_flows(session)}
    queues = {
        str(key): DestinationTarget(one.en, one.enabled, one.zh)
        for key, one in queue_names(session).items()
    }
    return {
        DestinationKind.QUEUE: queues,
        DestinationKind.AGENT: {
            str(one.id): DestinationTarget(f"{one.name} ({one.extension})", one.enabled)
            for one in agents(session)
        },
        DestinationKind.RING_GROUP: {
            str(one.group.id): DestinationTarget(one.group.name, one.enabled)
            for one in ring_groups(session)
        },
        DestinationKind.FLOW: {
            str(id_): DestinationTarget(name, id_ in published)
            for id_, name in flow_names(session).items()
        },
        DestinationKind.VOICEMAIL: {
            str(one.id): DestinationTarget(one.draft.name, one.draft.enabled)
            for one in boxes(session)
        },
        DestinationKind.CUSTOM: {
            str(one.id): DestinationTarget(one.draft.name, one.draft.enabled)
            for one in custom_destinations(session)
        },
        DestinationKind.CALLBACK: queues,
        DestinationKind.FAX: {"": DestinationTarget("", _receives_faxes(session))},
    }


def _receives_faxes(session: Session) -> bool:
    return bool(session.info.get(FAX_INSTALLED)) and parameters(session).flag("faxes")

"""The live items of the engine and of each Asterisk, for the status page."""

from dataclasses import dataclass

from cti.core import live, views
from cti.engine.engine import Engine
from cti.engine.journal import Journal


@dataclass(frozen=True, slots=True)
class Link:
    """What is known of the link to one Asterisk."""

    ari: bool
    ami: bool
    version: str = ""
    born: str = ""  # when it started, as Asterisk writes it
    linked_at: float = 0.0  # seconds since 1970
    channels: int = 0
    answered_in: float = 0.0  # seconds, at the last probe


def node_item(name: str, link: Link) -> views.Item:
    """Make the live item of an Asterisk."""
    value: live.NodeValue = {
        "name": name,
        "ari": link.ari,
        "ami": link.ami,
        "version": link.version,
        "started_at": link.born,
        "linked_at": views.instant(link.linked_at) if link.ari and link.linked_at else "",
        "channels": link.channels,
        "answer_ms": round(link.answered_in * 1000) if link.ari else None,
    }
    return views.item("node", name, value)


def engine_item(engine: Engine, journal: Journal) -> views.Item:
    """Make the live item of the engine."""
    counters, decision, lag = engine.counters, engine.metrics.decision, engine.metrics.event_lag
    mean = decision.total / decision.count if decision.count else None
    value: live.EngineValue = {
        "boot": engine.boot,
        "events": counters.events,
        "impossible": counters.impossible,
        "drift_repairs": counters.drift_repairs,
        "commands_failed": counters.commands_failed,
        "recordings_missed": engine.recorder.missed,
        "recordings_full": engine.recorder.full,
        "journal_backlog": journal.backlog,
        "journal_disk": journal.disk,
        "database": journal.database,
        "event_lag_ms": round(lag.last * 1000, 1) if lag.count else None,
        "loop_lag_ms": round(engine.metrics.loop_lag.last * 1000, 1),
        "decision_us": None if mean is None else round(mean * 1e6),
    }
    return views.item("engine", "engine", value)

"""Actions on alarms that pages and API share: show, acknowledge, settings."""

from collections.abc import Collection, Iterable, Mapping

from fastapi import Request
from sqlalchemy.orm import Session

from crm.alarms import store
from crm.alarms.alarm import Alarm, AlarmKind, AlarmSettings
from crm.kernel.errors import MissingError
from crm.people.person import SignedIn
from crm.people.rights import Right
from crm.people.store import names
from crm.preferences.store import prefer, preference
from web.alarms.shapes import (
    AlarmAudience,
    AlarmKindShape,
    AlarmSettingsBody,
    AlarmShape,
    AlarmState,
)
from web.features import features
from web.kit.audit import note
from web.kit.clock import now
from web.kit.i18n import Reader
from web.kit.shapes import Named

MUTED = "alarm_sound_off"
"""The preference of a user who wants no sound."""


def kinds() -> dict[str, AlarmKind]:
    """Give the kinds of all features by their keys."""
    return {one.key: one for feature in features() for one in feature.alarms}


def told(session: Session, who: SignedIn) -> frozenset[str]:
    """Give the kinds that a user is told of, by their settings."""
    known = store.all_settings(session, list(kinds().values()))
    return frozenset(key for key, one in known.items() if who.may(one.right))


def show_alarms(session: Session, reader: Reader, found: Iterable[Alarm]) -> list[AlarmShape]:
    """Show alarms."""
    alarms = list(found)
    people = names(session, {one.acknowledged_by for one in alarms if one.acknowledged_by})
    known = kinds()
    return [_show(one, known, people, reader) for one in alarms]


def acknowledge(
    session: Session, request: Request, who: SignedIn, ids: Collection[int]
) -> list[Alarm]:
    """Note that a user has seen alarms; MissingError if they are told of none of these."""
    mine, found = told(session, who), []
    for id_ in ids:
        one = store.alarm(session, id_)
        if one.kind in mine:
            found.append(id_)
    if not found:
        raise MissingError("There is no alarm {alarm}.", alarm=min(ids, default=0))
    seen = store.acknowledge(session, found, who.user.id, now(), kinds())
    for one in seen:
        note(session, request, who, "alarm.acknowledged", "alarms", one.id, {}, {"key": one.key})
    return seen


def is_muted(session: Session, who: SignedIn) -> bool:
    """Whether a user wants no sound of alarms."""
    return bool(preference(session, who.user.id, MUTED))


def mute(session: Session, who: SignedIn, *, muted: bool) -> None:
    """Turn the sound of alarms off or on for a user."""
    prefer(session, who.user.id, MUTED, value=True if muted else None)


# ---- settings


def show_kinds(session: Session, reader: Reader) -> list[AlarmKindShape]:
    """Show all kinds with their settings."""
    known = kinds()
    settings = store.all_settings(session, list(known.values()))
    return [_show_kind(kind, settings[key], reader) for key, kind in known.items()]


def kind_of(key: str) -> AlarmKind:
    """Give a kind; MissingError if there is none."""
    found = kinds().get(key)
    if found is None:
        raise MissingError("There is no kind of alarm “{kind}”.", kind=key[:50])
    return found


def show_kind(session: Session, reader: Reader, key: str) -> AlarmKindShape:
    """Show a kind with its settings."""
    kind = kind_of(key)
    return _show_kind(kind, store.settings_of(session, kind), reader)


def write_settings(
    session: Session, request: Request, who: SignedIn, key: str, body: AlarmSettingsBody
) -> None:
    """Change the settings of a kind."""
    kind = kind_of(key)
    before = store.settings_of(session, kind)
    wanted = AlarmSettings(
        Right(body.right.value), body.notice, body.sound, tuple(body.mail_to), body.webhook
    )
    after = store.change_settings(session, kind, wanted)
    if before != after:
        note(
            session, request, who, "alarm.settings", "alarm_settings", key,
            _noted(before), _noted(after),
        )  # fmt: skip


def _show(
    one: Alarm, known: Mapping[str, AlarmKind], people: Mapping[int, str], reader: Reader
) -> AlarmShape:
    kind, by = known.get(one.kind), one.acknowledged_by
    return AlarmShape(
        id=one.id,
        kind=one.kind,
        kind_name=reader.gettext(kind.name) if kind else one.kind,
        key=one.key,
        level=one.level,
        state=_state(one),
        sentence=reader.say(one.sentence, **one.values),
        url=one.url,
        since=one.since,
        last=one.last,
        until=one.until,
        acknowledged_at=one.acknowledged_at,
        acknowledged_by=Named(id=by, name=people.get(by, f"#{by}")) if by else None,
    )


def _state(one: Alarm) -> AlarmState:
    if one.until is not None:
        return AlarmState.OVER
    return AlarmState.ACKNOWLEDGED if one.acknowledged_at else AlarmState.OPEN


def _show_kind(kind: AlarmKind, settings: AlarmSettings, reader: Reader) -> AlarmKindShape:
    known = set(AlarmAudience)
    right = settings.right.value
    return AlarmKindShape(
        kind=kind.key,
        name=reader.gettext(kind.name),
        level=kind.level,
        right=AlarmAudience(right) if right in known else AlarmAudience.LINES,
        notice=settings.notice,
        sound=settings.sound,
        mail_to=list(settings.mail_to),
        webhook=settings.webhook,
    )


def _noted(settings: AlarmSettings) -> dict[str, object]:
    return {
        "right": settings.right.value,
        "notice": settings.notice,
        "sound": settings.sound,
        "mail_to": list(settings.mail_to),
        "webhook": settings.webhook,
    }

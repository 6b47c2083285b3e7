"""Checks a break that an agent asks for against the rules of its not-ready reason."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from acd.pause_limit import PauseLimit, places_left
from acd.store import CountedIn, PauseReason, pause_reasons
from crm.dictionary.item import one_of_two
from crm.kernel.errors import ConflictError, InvalidError
from crm.people.groups.store import groups_of, members
from crm.people.person import SignedIn
from crm.people.rights import Right
from web.kit.i18n import N_, Reader
from web.live.mirror import Mirror
from web.live.schema import ItemKind

IN_GROUP = N_("At most {count} of your team may be not ready for this reason at once: {reason}.")
IN_SITE = N_("At most {count} agents may be not ready for this reason at once: {reason}.")


@dataclass(frozen=True, slots=True)
class Pause:
    """A break that is asked for, and how long it is meant to last; 0 says nothing."""

    reason: str
    minutes: int


def allowed_pause(
    session: Session, mirror: Mirror, who: SignedIn, reader: Reader, asked: Pause
) -> Pause:
    """Give the break as it may be taken, with the longest time of its reason as its planned end.

    InvalidError for an unknown reason. ConflictError if too many are away already; supervisors
    are not counted.
    """
    known = {one.key: one for one in pause_reasons(session)}.get(asked.reason)
    if known is None:
        raise InvalidError("“{key}” is not among the choices.", field="reason", key=asked.reason)
    if not who.may(Right.MONITOR_CONTROL):
        _check_places(session, mirror, who, reader, known)
    return Pause(known.key, asked.minutes or known.most_minutes)


def _check_places(
    session: Session, mirror: Mirror, who: SignedIn, reader: Reader, reason: PauseReason
) -> None:
    limit = PauseLimit(reason.most_at_once, reason.counted_in is CountedIn.GROUP)
    if not limit.most_at_once:
        return
    me = who.user.id
    theirs = groups_of(session, [me]).get(me, [])
    team = frozenset(one for group in theirs for one in members(session, group))
    away = [
        int(one["id"])
        for one in mirror.values(ItemKind.AGENT)
        if reason.key in (one.get("reason"), one.get("rest"))
    ]
    if places_left(limit, me, team, away) == 0:
        said = IN_GROUP if limit.by_group and team else IN_SITE
        name = one_of_two(reason.name_en, reason.name_zh, reader.language)
        raise ConflictError(said, count=limit.most_at_once, reason=name)

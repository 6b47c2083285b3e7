"""The list of users: filtered, sorted, page by page."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session

from crm.kernel.errors import InvalidError
from crm.kernel.text import clean
from crm.people.groups.store import groups_of
from crm.people.models import GroupMemberRow, GroupRow, LoginRow, RoleRow, SessionRow, UserRow
from crm.people.person import LoginResult, User
from crm.people.store import of_name, read_user
from crm.sql.page import Page, rows

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class UserOrder(StrEnum):
    """The orders of the list of users."""

    NAME = "name"
    LOGIN = "login"
    ROLE = "role"
    SEEN = "seen"


@dataclass(frozen=True, slots=True)
class UserFilter:
    """The filter and order of the list of users; an empty field matches all."""

    text: str = ""  # a part of name, login or e-mail
    role: int | None = None
    group: int | None = None  # with the groups below it
    enabled: bool | None = None
    order: UserOrder = UserOrder.NAME
    descending: bool = False


@dataclass(frozen=True, slots=True)
class ListedUser:
    """A user in the list."""

    user: User
    groups: tuple[int, ...]
    seen_at: datetime | None


def find(
    session: Session,
    wanted: UserFilter,
    *,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[ListedUser]:
    """Page through users; those with equal values are sorted by id."""
    order, descending = wanted.order, wanted.descending
    place = _place(order)
    query = _narrowed(
        select(UserRow, RoleRow, _seen(), place).join(RoleRow, RoleRow.id == UserRow.role_id),
        wanted,
    ).execution_options(populate_existing=True)
    if cursor:
        after = tuple_(*_read(order, cursor))
        here = tuple_(place, UserRow.id)
        query = query.where(here < after if descending else here > after)
    ways = (place.desc(), UserRow.id.desc()) if descending else (place, UserRow.id)
    found = session.execute(query.order_by(*ways).limit(rows(limit) + 1)).all()
    shown = found[: rows(limit)]
    theirs = groups_of(session, [row[0].id for row in shown])
    listed = tuple(
        ListedUser(
            read_user(user, role),
            tuple(theirs.get(user.id, ())),
            seen if seen and seen > _NEVER else None,
        )
        for user, role, seen, _ in shown
    )
    more = len(found) > len(shown)
    return Page(listed, _cursor(shown[-1][3], shown[-1][0].id) if more else None)


def seen_at(session: Session, user: int) -> datetime | None:
    """Give when a user was last active; None if never."""
    found = session.scalar(select(_seen()).select_from(UserRow).where(UserRow.id == user))
    return found if found and found > _NEVER else None


def count(session: Session, wanted: UserFilter) -> int:
    """Count the users of a list; they are thousands, not millions."""
    return session.scalar(_narrowed(select(func.count()).select_from(UserRow), wanted)) or 0


def _narrowed(query: Select[Any], wanted: UserFilter) -> Select[Any]:
    if text := clean(wanted.text.strip(), 100):
        columns = (UserRow.login, UserRow.email)
        others = (one.icontains(text, autoescape=True) for one in columns)
        query = query.where(or_(of_name(text), *others))
    if wanted.role is not None:
        query = query.where(UserRow.role_id == wanted.role)
    if wanted.enabled is not None:
        query = query.where(UserRow.enabled == wanted.enabled)
    if wanted.group is not None:
        below = select(GroupRow.id).where(GroupRow.id == wanted.group)
        tree = below.cte("tree", recursive=True)
        tree = tree.union(select(GroupRow.id).join(tree, GroupRow.parent_id == tree.c.id))
        theirs = select(GroupMemberRow.user_id).where(
            GroupMemberRow.group_id.in_(select(tree.c.id))
        )
        query = query.where(UserRow.id.in_(theirs))
    return query


def _seen() -> ColumnElement[Any]:
    """When a user was last active: in an open session, or at the last sign-in."""
    using = select(func.max(SessionRow.seen_at)).where(SessionRow.user_id == UserRow.id)
    came = select(func.max(LoginRow.at)).where(
        LoginRow.user_id == UserRow.id, LoginRow.result == LoginResult.SIGNED_IN
    )
    return func.greatest(
        using.correlate(UserRow).scalar_subquery(),
        came.correlate(UserRow).scalar_subquery(),
        literal(_NEVER),
    )


def _place(order: UserOrder) -> ColumnElement[Any]:
    match order:
        case UserOrder.NAME:
            return UserRow.name_key.expression
        case UserOrder.LOGIN:
            return func.lower(UserRow.login)
        case UserOrder.ROLE:
            return func.lower(RoleRow.name_en)
        case UserOrder.SEEN:
            return _seen()


def _cursor(value: object, id_: int) -> str:
    text = value.isoformat() if isinstance(value, datetime) else str(value)
    place = json.dumps([text, id_], ensure_ascii=False)
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def _read(order: UserOrder, cursor: str) -> tuple[Any, int]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        text, id_ = json.loads(base64.urlsafe_b64decode(padded))
        if not isinstance(text, str) or not isinstance(id_, int) or not 0 <= id_ < 2**63:
            raise ValueError(text)  # noqa: TRY301 - becomes one error below
        if order is not UserOrder.SEEN:
            return literal(clean(text, 1000)), literal(id_)  # type: ignore[return-value]
        at = datetime.fromisoformat(text)
        if at.tzinfo is None:
            raise ValueError(text)  # noqa: TRY301
    except (binascii.Error, ValueError, TypeError, RecursionError):
        raise InvalidError(
            "This list cannot be continued from here. Reload it.", field="cursor"
        ) from None
    return literal(at), literal(id_)  # type: ignore[return-value]

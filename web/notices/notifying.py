"""Notices to a user after another user changed their account."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from crm.notices.notice import NewNotice, NoticeKind
from crm.notices.store import notify
from crm.people.person import SignedIn, User
from crm.people.rights import Role
from web.kit.i18n import N_


def notify_of_role(session: Session, who: SignedIn, known: User, role: Role) -> None:
    """Notify a user of a new role."""
    values = {"name": who.user.name, "role": role.name(known.language)}
    _notify(session, known, N_("{name} changed your role to {role}."), values)


def notify_of_password(session: Session, who: SignedIn, known: User) -> None:
    """Notify a user that another user set their password."""
    _notify(session, known, N_("{name} set a new password for you."), {"name": who.user.name})


def _notify(session: Session, known: User, sentence: str, values: Mapping[str, str]) -> None:
    notify(session, [known.id], NewNotice(sentence, values, "/account", NoticeKind.ACCOUNT))

"""Notices to a person whose account another person changed."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from crm.notices.notice import NewNotice, NoticeKind
from crm.notices.store import notify
from crm.people.person import SignedIn, User
from crm.people.rights import Role
from web.kit.i18n import N_


def tell_of_role(session: Session, who: SignedIn, known: User, role: Role) -> None:
    """Give a notice that a person has another role."""
    values = {"name": who.user.name, "role": role.name(known.language)}
    _tell(session, known, N_("{name} gave you another role: {role}."), values)


def tell_of_password(session: Session, who: SignedIn, known: User) -> None:
    """Give a notice that another person set the password."""
    _tell(session, known, N_("{name} set a new password for you."), {"name": who.user.name})


def _tell(session: Session, known: User, sentence: str, values: Mapping[str, str]) -> None:
    notify(session, [known.id], NewNotice(sentence, values, "/account", NoticeKind.ACCOUNT))

"""Notices to a user after another user changed their account."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from crm.mail import store as outbox
from crm.mail.mail import MailKind, NewMail, is_address
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


def warn_old_address(session: Session, who: SignedIn, known: User) -> None:
    """Mail a user at their old e-mail address that it was changed, whatever mails they want.

    Links to a new password go to the new address; it may not be the user who changed it.
    """
    if not outbox.is_on(session) or not is_address(known.email):
        return
    sentence = N_(
        "{name} changed the email address of your account. If you do not know of this, tell your"
        " administrator at once."
    )
    values = {"sentence": sentence, "name": who.user.name, "url": "/account"}
    new = NewMail(MailKind.NOTICE, known.email, known.language, values, known.id)
    outbox.put(session, [new])


def _notify(session: Session, known: User, sentence: str, values: Mapping[str, str]) -> None:
    notify(session, [known.id], NewNotice(sentence, values, "/account", NoticeKind.ACCOUNT))

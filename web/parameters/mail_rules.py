"""Rules for the parameters of mail: who may change them, and where the stored password may go.

Links to a new password are sent by mail. A user who names another mail server, or another address
for links, reads them and can sign in as any user.
"""

from collections.abc import Mapping
from ipaddress import ip_address

from sqlalchemy.orm import Session

from crm.kernel.errors import InvalidError, RefusedError
from crm.notices.notice import NewNotice, NoticeKind
from crm.notices.store import notify
from crm.parameters.parameter import PARAMETERS, ParameterGroup, Parameters, Value
from crm.people.person import SignedIn
from crm.people.rights import BuiltIn
from crm.people.store import users
from web.kit.i18n import N_

MAIL = frozenset(key for key, one in PARAMETERS.items() if one.group is ParameterGroup.MAIL)


def check_mail(
    who: SignedIn, before: Parameters, after: Parameters, wishes: Mapping[str, Value | None]
) -> None:
    """Check a change of parameters; parameters of mail that stay as they are do not count.

    RefusedError unless an administrator changes them; InvalidError if the stored password would be
    sent to a server for which it was not entered, or readable on the network.
    """
    if all(before[key] == after[key] for key in MAIL & wishes.keys()):
        return
    if not who.is_administrator:
        raise RefusedError("Only administrators can change the email settings.")
    _check_password(before, after)
    if after.text("mail_security") == "none" and _has_account(after) and not _is_here(after):
        raise InvalidError(
            "Without encryption the password would be readable on the network.",
            field="mail_security",
        )


def tell_administrators(session: Session, who: SignedIn) -> None:
    """Notify the other administrators that one changed the parameters of mail."""
    others = [
        one.id
        for one in users(session, role=BuiltIn.ADMINISTRATOR)
        if one.enabled and one.id != who.user.id
    ]
    sentence = N_("{name} changed the email settings.")
    values = {"name": who.user.name}
    notify(session, others, NewNotice(sentence, values, "/parameters#mail", NoticeKind.SYSTEM))


def _check_password(before: Parameters, after: Parameters) -> None:
    password = after.text("mail_password")
    if not password or password != before.text("mail_password"):
        return
    moved = any(before[key] != after[key] for key in ("mail_server", "mail_port"))
    weaker = after.text("mail_security") == "none" != before.text("mail_security")
    if after.text("mail_server") and (moved or weaker):
        raise InvalidError(
            "Enter the password of the mail server again, because the connection changes.",
            field="mail_password",
        )


def _has_account(known: Parameters) -> bool:
    return bool(known.text("mail_user") and known.text("mail_password"))


def _is_here(known: Parameters) -> bool:
    """Whether the mail server is on this machine, or none is named."""
    host = known.text("mail_server")
    if not host:
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower().rstrip(".") == "localhost"

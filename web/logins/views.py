"""The login log and open sessions, as they are shown to a reader."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from crm.people.person import Login, LoginResult
from crm.people.presence.store import Present
from crm.people.store import names
from web.kit.i18n import Reader
from web.kit.listing.table import Cell
from web.kit.shapes import Named
from web.logins.shapes import LoginShape, PresentShape
from web.logins.words import LOGIN_RESULTS

TONES = {
    LoginResult.SIGNED_IN: "ready",
    LoginResult.SIGNED_OUT: "out",
    LoginResult.SESSION_ENDED: "out",
    LoginResult.LINK_ASKED: "out",
    LoginResult.LINK_USED: "ready",
    LoginResult.UNLOCKED: "out",
}


def show_logins(session: Session, reader: Reader, found: Sequence[Login]) -> list[LoginShape]:
    """Show attempts to sign in."""
    known = names(session, {one.user for one in found if one.user is not None})
    return [
        LoginShape(
            at=one.at,
            login=one.login,
            user=Named(id=one.user, name=known.get(one.user, "")) if one.user else None,
            address=one.address,
            result=one.result.value,
            result_name=reader.gettext(LOGIN_RESULTS[one.result]),
        )
        for one in found
    ]


def show_present(one: Present) -> PresentShape:
    """Show an open session."""
    return PresentShape(
        id=one.id,
        user=Named(id=one.user, name=one.name),
        login=one.login,
        kind=one.kind,
        address=one.address,
        user_agent=one.user_agent,
        created_at=one.created_at,
        seen_at=one.seen_at,
    )


def result_cell(one: LoginShape, _reader: Reader) -> Cell:
    """Draw how an attempt came out."""
    return Cell(one.result_name, badge=TONES.get(LoginResult(one.result), "danger"))

"""The lists of one's own account: tokens, open sessions and logins."""

from sqlalchemy.orm import Session

from crm.kernel.names import sort_key
from crm.people.person import SessionKind
from crm.people.presence.store import LoginFilter, logins
from crm.people.rights import Right
from crm.people.sessions.store import sessions_of
from crm.people.tokens.store import tokens_of
from crm.sql.page import Page
from web.account.shapes import OwnSessionShape, TokenShape, show_session, show_token
from web.kit.clock import now
from web.kit.i18n import N_, Reader
from web.kit.listing.declaration import Column, Filter, FilterKind, Listing, ListQuery
from web.kit.listing.table import Button, Cell
from web.kit.listing.usual import missing_first, search, text_column, time_column
from web.logins.shapes import LoginShape
from web.logins.views import result_cell, show_logins
from web.logins.words import LOGIN_RESULTS
from web.roles.words import right_names

_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def _tokens(session: Session, query: ListQuery) -> list[TokenShape]:
    return [show_token(one) for one in tokens_of(session, query.who.user.id)]


def _expired(one: TokenShape) -> bool:
    return one.expires_at is not None and one.expires_at <= now()


def _rights(one: TokenShape, reader: Reader) -> str:
    names = [reader.gettext(right_names()[right]) for right in Right if right in one.rights]
    return reader.joined(names)


def _expires(one: TokenShape, reader: Reader) -> Cell:
    if one.expires_at is None:
        return Cell(reader.gettext(N_("Never")))
    at = reader.moment(one.expires_at)
    return (
        Cell(reader.gettext(N_("Expired")), badge="danger", note=at) if _expired(one) else Cell(at)
    )


def _revoke(one: TokenShape, reader: Reader) -> Cell:
    ask = N_("Revoke the token “{name}”? Programs that use it stop working.")
    label, url = reader.gettext(N_("Revoke")), f"/account/tokens/{one.id}/revoke"
    sentence = reader.say(ask, name=one.name)
    return Cell(button=Button(label, url, sentence, danger=True, name="revoke-token"))


TOKENS: Listing[TokenShape] = Listing(
    name="tokens",
    url="/account/tokens",
    title=N_("API tokens"),
    right=None,
    in_person=True,
    rows=_tokens,
    columns=(
        Column(
            "name",
            N_("Name"),
            lambda one, _: Cell(one.name, note=f"hl_…{one.hint}"),
            order=lambda one: sort_key(one.name),
            required=True,
        ),
        Column("rights", N_("Permissions"), _rights, order=lambda one: len(one.rights)),
        time_column("created", N_("Created"), lambda one: one.created_at, shown=False),
        Column(
            "used",
            N_("Last used"),
            lambda one, reader: reader.moment(one.used_at) or reader.gettext(N_("Never used")),
            order=lambda one: missing_first(one.used_at),
            value=lambda one, _: one.used_at,
        ),
        Column(
            "expires",
            N_("Expires"),
            _expires,
            order=lambda one: missing_first(one.expires_at),
            value=lambda one, _: one.expires_at,
        ),
        Column("revoke", N_("Revoke"), _revoke, align="end", required=True, in_file=False),
    ),
    filters=(search(),),
    row_id=lambda one: one.id,
    row_off=_expired,
    empty=N_("You have no tokens yet."),
)


def _sessions(session: Session, query: ListQuery) -> list[OwnSessionShape]:
    found = sessions_of(session, query.who.user.id, now())
    return [show_session(one, query.who) for one in found]


def _device(one: OwnSessionShape, reader: Reader) -> Cell:
    """Name a browser and its system as far as known; a script by its own name."""
    agent = one.user_agent
    if one.kind is SessionKind.BROWSER:
        browser = next((name for sign, name in _BROWSERS if sign in agent), "")
        system = next((name for sign, name in _SYSTEMS if sign in agent), "")
        known = " · ".join(part for part in (browser, system) if part)
        device = known or reader.gettext(N_("Browser"))
    else:
        device = agent[:60] or reader.gettext(N_("Script"))
    here = reader.gettext(N_("This device")) if one.current else ""
    return Cell(device, title=agent, note=here)


def _end(one: OwnSessionShape, reader: Reader) -> Cell:
    if one.current:
        return Cell()
    label, sentence = reader.gettext(N_("Sign out")), reader.gettext(N_("Sign out this session?"))
    url = f"/account/sessions/{one.id}/end"
    return Cell(button=Button(label, url, sentence, name="end-session"))


SESSIONS: Listing[OwnSessionShape] = Listing(
    name="sessions",
    url="/account/security",
    title=N_("Active sessions"),
    right=None,
    in_person=True,
    rows=_sessions,
    columns=(
        Column("device", N_("Device"), _device, required=True),
        text_column("address", N_("IP address"), lambda one: one.address),
        time_column("since", N_("Since"), lambda one: one.created_at),
        time_column("seen", N_("Last seen"), lambda one: one.seen_at),
        Column("end", N_("Sign out"), _end, align="end", required=True, in_file=False),
    ),
    filters=(search(),),
    row_id=lambda one: one.id,
)


def _logins(session: Session, query: ListQuery) -> Page[LoginShape]:
    wanted = LoginFilter(
        user=query.who.user.id,
        address=query.text("address"),
        result=query.text("result"),
        since=query.time("from"),
        until=query.time("to"),
    )
    page = logins(
        session, wanted, newest_first=query.descending, limit=query.limit, cursor=query.cursor
    )
    return Page(tuple(show_logins(session, query.reader, page.items)), page.next)


LOGINS: Listing[LoginShape] = Listing(
    name="own-logins",
    url="/account",
    title=N_("Recent sign-ins"),
    right=None,
    in_person=True,
    export_url="/account/logins/export",
    fetch=_logins,
    sort="-at",
    columns=(
        time_column("at", N_("When"), lambda one: one.at, "at", required=True),
        Column("result", N_("Result"), result_cell),
        text_column("address", N_("IP address"), lambda one: one.address),
    ),
    filters=(
        Filter("result", N_("Result"), FilterKind.CHOICE, LOGIN_RESULTS),
        Filter("address", N_("IP address"), longest=200),
        Filter("from", N_("From"), FilterKind.SINCE, longest=40),
        Filter("to", N_("To"), FilterKind.UNTIL, longest=40),
    ),
    empty_icon="login",
)

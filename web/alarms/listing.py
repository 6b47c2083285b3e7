"""The lists of alarms, and of their kinds."""

from sqlalchemy.orm import Session

from crm.alarms import store
from crm.alarms.alarm import AlarmLevel
from crm.alarms.store import AlarmFilter
from crm.people.rights import Right
from crm.sql.page import Page
from web.alarms.actions import kinds, show_alarms, show_kinds, told
from web.alarms.shapes import AlarmKindShape, AlarmShape, AlarmState
from web.alarms.words import AUDIENCES, LEVELS, STATE_TONES, STATES, TONES, WANTED
from web.kit.i18n import N_, Reader
from web.kit.listing.declaration import Column, Filter, FilterKind, Listing, ListQuery
from web.kit.listing.table import Action, Button, Cell, Option
from web.kit.listing.usual import search, text_column, time_column

READERS = tuple(map(Right, AUDIENCES))
YES = {True: N_("Yes"), False: N_("No")}


def _filter(session: Session, query: ListQuery) -> AlarmFilter:
    state, level = query.text("state"), query.text("level")
    return AlarmFilter(
        {"open": True, "past": False}.get(state),
        query.text("kind"),
        AlarmLevel(level) if level else None,
        told(session, query.who),
    )


def _alarms(session: Session, query: ListQuery) -> Page[AlarmShape]:
    page = store.alarms(
        session,
        _filter(session, query),
        newest_first=query.descending,
        limit=query.limit,
        cursor=query.cursor,
    )
    return Page(tuple(show_alarms(session, query.reader, page.items)), page.next)


def _kinds(session: Session, query: ListQuery) -> list[Option]:
    mine = told(session, query.who)
    return [
        Option(key, query.reader.gettext(one.name)) for key, one in kinds().items() if key in mine
    ]


def _level(one: AlarmShape, reader: Reader) -> Cell:
    return Cell(reader.gettext(LEVELS[one.level]), badge=TONES[one.level])


def _what(one: AlarmShape, _reader: Reader) -> Cell:
    return Cell(one.sentence, url=one.url)


def _state(one: AlarmShape, reader: Reader) -> Cell:
    by = one.acknowledged_by
    said = N_("Acknowledged by {name}, {time}")
    note = reader.say(said, name=by.name, time=reader.moment(one.acknowledged_at)) if by else ""
    return Cell(reader.gettext(STATES[one.state]), badge=STATE_TONES[one.state], note=note)


def _do(one: AlarmShape, reader: Reader) -> Cell:
    kind = kinds().get(one.kind)
    if kind is None or not kind.do or one.state is AlarmState.OVER:
        return Cell()
    url = kind.do_url.format(key=one.key)
    return Cell(button=Button(reader.gettext(kind.do), url, name="alarm-do"))


ALARMS: Listing[AlarmShape] = Listing(
    name="alarms",
    url="/alarms",
    title=N_("Alarms"),
    note=N_("What needs attention now, and what did before."),
    right=None,
    rights=READERS,
    fetch=_alarms,
    count=lambda session, query: store.count_alarms(session, _filter(session, query)),
    counted_most=store.COUNTED,
    sort="-since",
    columns=(
        time_column("since", N_("Since"), lambda one: one.since, "since", required=True),
        Column("level", N_("Severity"), _level),
        Column("sentence", N_("Alarm"), _what, required=True),
        text_column("kind", N_("Type"), lambda one: one.kind_name),
        time_column("last", N_("Last raised"), lambda one: one.last, shown=False),
        time_column("until", N_("Ended"), lambda one: one.until),
        Column("state", N_("State"), _state),
        Column("do", N_("Action"), _do, in_file=False),
    ),
    filters=(
        Filter("state", N_("State"), FilterKind.CHOICE, WANTED),
        Filter("level", N_("Severity"), FilterKind.CHOICE, LEVELS),
        Filter("kind", N_("Type"), FilterKind.CHOICE, _kinds),
    ),
    row_id=lambda one: one.id,
    row_off=lambda one: one.state is AlarmState.OVER,
    actions=(Action("acknowledge", N_("Acknowledge"), "/alarms/acknowledge", icon="check"),),
    empty=N_("There are no alarms."),
    empty_icon="bell",
)


def _yes(reader: Reader, *, on: bool) -> str:
    return reader.gettext(YES[on])


ALARM_KINDS: Listing[AlarmKindShape] = Listing(
    name="alarm_kinds",
    url="/alarms/settings",
    title=N_("Alarm settings"),
    note=N_("Who is told of each type of alarm, and how."),
    right=Right.LINES_MANAGE,
    rows=lambda session, query: show_kinds(session, query.reader),
    columns=(
        text_column("name", N_("Type"), lambda one: one.name, required=True),
        Column(
            "level",
            N_("Severity"),
            lambda one, reader: Cell(reader.gettext(LEVELS[one.level]), badge=TONES[one.level]),
            order=lambda one: one.level,
        ),
        Column(
            "right", N_("Who is told"), lambda one, reader: reader.gettext(AUDIENCES[one.right])
        ),
        Column("notice", N_("Notification"), lambda one, reader: _yes(reader, on=one.notice)),
        Column("sound", N_("Alarm sound"), lambda one, reader: _yes(reader, on=one.sound)),
        Column("mail_to", N_("Email to"), lambda one, reader: reader.joined(one.mail_to)),
        Column("webhook", N_("Webhooks"), lambda one, reader: _yes(reader, on=one.webhook)),
    ),
    filters=(
        search(),
        Filter("level", N_("Severity"), FilterKind.CHOICE, LEVELS, of=lambda one: one.level),
    ),
    row_id=lambda one: one.kind,
    row_url=lambda one: f"/alarms/settings/{one.kind}",
)

"""All components of the pages on one page, for who builds with them."""

from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from crm.people.person import SignedIn
from crm.people.rights import Right
from web.kit.auth import needs
from web.kit.clock import now
from web.kit.forms import Field, Form
from web.kit.i18n import N_, Reader
from web.kit.request import context_of, reader_of
from web.kit.shapes import Choice
from web.kit.table import Action, Cell, Column, Filter, Option, Row, Table, read_list, words_of

router = APIRouter(prefix="/components")
Builder = Annotated[SignedIn, Depends(needs(Right.PARAMETERS_EDIT))]

TONES = ("ready", "paused", "ringing", "talking", "wrap", "out", "danger", "info")
LONG = "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh of the Northern Trading Company"
PEOPLE = (
    ("Li Wei", "Ready", "ready", 31),
    ("王小明", "置忙", "paused", 7),
    (LONG, "Talking", "talking", 1204),
    ("欧阳娜娜与中华人民共和国北京市朝阳区客户服务中心", "话后处理", "wrap", 0),
    ("O'Brien <b>", "Signed out", "out", 12),
)


@router.get("")
def components_page(request: Request, who: Builder) -> Response:
    """Show every component with its states: empty, full, long names, Chinese, mistakes."""
    context, reader = context_of(request), reader_of(request)
    table = _table(reader, request).as_asked(read_list(request, who, "components", COLUMNS))
    shown: dict[str, Any] = {
        "table": table,
        "bare": replace(
            table, name="components-none", title="-", rows=(), filters=(), actions=(), total=0
        ),
        "form": _form(reader),
        "tones": TONES,
        "series": _series(),
        "bars": _bars(),
        "began": now(),
    }
    return context.pages.page(request, "components/showcase.html", shown)


COLUMNS = (
    Column("name", N_("Name"), sort="name", required=True),
    Column("state", N_("State"), sort="state"),
    Column("note", N_("Note"), shown=False),
    Column("calls", N_("Calls"), sort="calls", align="end"),
)


def _table(reader: Reader, request: Request) -> Table:
    typed = words_of(request.query_params, ("q", "state"))
    states = [Option(tone, name) for _, name, tone, _ in PEOPLE]
    return Table(
        name="components",
        url="/components",
        title=reader.gettext(N_("Components")),
        columns=[replace(one, label=reader.gettext(one.label)) for one in COLUMNS],
        rows=[
            Row(
                place,
                {
                    "name": Cell(name, note="+86 138 0013 8000"),
                    "state": Cell(state, badge=tone),
                    "note": Cell(LONG),
                    "calls": Cell(reader.number(calls)),
                },
                url=f"/components?row={place}",
                disabled=tone == "out",
            )
            for place, (name, state, tone, calls) in enumerate(PEOPLE, start=1)
        ],
        filters=[
            Filter("q", reader.gettext(N_("Name")), value=typed["q"]),
            Filter("state", reader.gettext(N_("State")), "select", states, typed["state"]),
            Filter("from", reader.gettext(N_("From")), "date", error=reader.gettext(MISTAKE)),
        ],
        next="further",
        total=len(PEOPLE),
        actions=[
            Action(
                "delete",
                reader.gettext(N_("Delete")),
                "/components",
                icon="trash",
                confirm=reader.gettext(N_("Delete what is chosen?")),
                danger=True,
            )
        ],
        export_url="/components",
        add_url="/components",
    )


MISTAKE = N_("This is not valid.")


def _form(reader: Reader) -> Form:
    say = reader.gettext
    choices = [Choice(key=tone, name=tone) for tone in TONES]
    return Form(
        "/components",
        [
            Field("name", say(N_("Name")), value=LONG, required=True, help=LONG),
            Field("email", say(N_("E-mail")), "email", "li.wei@", error=say(MISTAKE)),
            Field("state", say(N_("State")), "select", "ready", options=choices),
            Field("number", "1-10", "number", "3", least="1", most="10"),
            Field("day", say(N_("From")), "date"),
            Field("many", say(N_("State")), "multiselect", options=choices, chosen=("paused",)),
            Field("one", say(N_("State")), "radio", "out", options=choices[:3]),
            Field("on", say(N_("Shared")), "checkbox", "on", help=say(N_("Everybody sees it."))),
            Field("note", say(N_("Note")), "textarea", "中文\n" + LONG),
        ],
        error=say(N_("That did not work.")),
        cancel_url="/components",
        name="showcase",
    )


def _series() -> dict[str, Any]:
    began = now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=23)
    hours = range(24)
    return {
        "label": "24 h",
        "at": [(began + timedelta(hours=hour)).isoformat() for hour in hours],
        "lines": [
            {"label": "A", "values": [3 + (hour * 7) % 11 for hour in hours]},
            {"label": "B", "values": [None if hour == 5 else (hour * 5) % 9 for hour in hours]},  # noqa: PLR2004
        ],
    }


def _bars() -> dict[str, Any]:
    names = [name[:12] for name, *_ in PEOPLE]
    values = [calls for *_, calls in PEOPLE]
    return {"label": "Σ", "at": names, "lines": [{"label": "n", "values": values}], "kind": "bars"}

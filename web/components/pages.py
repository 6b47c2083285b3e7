"""All components of the pages on one page, for developers."""

from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from crm.people.person import SignedIn
from crm.people.rights import Right
from web.components.listing import COMPONENTS, EXAMPLES, LONG
from web.components.live_examples import live_examples
from web.kit.auth import needs
from web.kit.clock import now
from web.kit.forms import Field, Form
from web.kit.i18n import N_, Reader
from web.kit.listing.export import add_export
from web.kit.listing.page import read_table
from web.kit.listing.table import FilterField
from web.kit.request import context_of, reader_of
from web.kit.shapes import Choice

router = APIRouter(prefix="/components")
Builder = Annotated[SignedIn, Depends(needs(Right.PARAMETERS_EDIT))]

TONES = ("ready", "paused", "ringing", "talking", "wrap", "out", "danger", "info")

add_export(router, COMPONENTS)


@router.get("")
def components_page(request: Request, who: Builder) -> Response:
    """Show every component with its states: empty, full, long names, Chinese, mistakes."""
    context, reader = context_of(request), reader_of(request)
    with context.database.begin() as session:
        table = read_table(session, request, who, COMPONENTS)
    wrong = FilterField("from", reader.gettext(N_("From")), "date", error=reader.gettext(MISTAKE))
    table = replace(table, filters=[*table.filters, wrong])
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
        "live": live_examples(now()),
    }
    return context.pages.page(request, "components/showcase.html", shown, status=table.status)


MISTAKE = N_("Enter a valid email address.")


def _form(reader: Reader) -> Form:
    say = reader.gettext
    choices = [Choice(key=tone, name=tone) for tone in TONES]
    return Form(
        "/components",
        [
            Field("name", say(N_("Name")), value=LONG, required=True, help=LONG),
            Field("email", say(N_("Email")), "email", "li.wei@", error=say(MISTAKE)),
            Field("state", say(N_("State")), "select", "ready", options=choices),
            Field("number", "1-10", "number", "3", least="1", most="10"),
            Field("day", say(N_("From")), "date"),
            Field("many", say(N_("State")), "multiselect", options=choices, chosen=("paused",)),
            Field("one", say(N_("State")), "radio", "out", options=choices[:3]),
            Field("on", say(N_("Shared")), "checkbox", "on", help=say(N_("Everyone sees it."))),
            Field("lines", say(N_("Phone numbers")), "lines", "1\n2"),
            Field("note", say(N_("Note")), "textarea", "中文\n" + LONG),
        ],
        error=say(N_("Something went wrong. Try again.")),
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
    names = [one.name[:12] for one in EXAMPLES]
    values = [one.calls for one in EXAMPLES]
    return {"label": "Σ", "at": names, "lines": [{"label": "n", "values": values}], "kind": "bars"}

"""The status page, and restarts."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from crm.people.person import SignedIn
from crm.people.rights import Right
from web.kit.listing.export import add_export
from web.kit.listing.page import read_table
from web.kit.request import context_of, reader_of
from web.ops.health_checks import TONES
from web.ops.services import RESTARTABLE, SERVICES, WORK_RESULTS, WORK_TONES
from web.status.actions import begin_restart, label_of, show_status, size
from web.status.api import Restarter, StatusReader
from web.status.listing import PROCESSES
from web.trunks.actions import show_trunks
from web.trunks.words import LAMPS
from web.trunks.words import TONES as LAMP_TONES

router = APIRouter()

add_export(router, PROCESSES, "/status/processes/export")


@router.get("/status")
def status_page(request: Request, who: StatusReader) -> Response:
    """Show the state; the live part of the page is loaded again every few seconds."""
    reader = reader_of(request)
    services = [
        {
            "name": name,
            "label": reader.gettext(SERVICES[name].label),
            "does": reader.gettext(SERVICES[name].does),
            "warning": reader.gettext(SERVICES[name].warning),
            "danger": SERVICES[name].danger,
        }
        for name in RESTARTABLE
    ]
    live = _live(request, who)
    shown = {**live, "services": services if who.may(Right.SERVICES_RESTART) else []}
    return context_of(request).pages.page(
        request, "status.html", shown, status=live["table"].status
    )


@router.get("/status/live")
def live_part(request: Request, who: StatusReader) -> Response:
    """Give the parts of the page that change."""
    shown = _live(request, who) | {"apart": True}
    return context_of(request).pages.page(request, "status-live.html", shown)


@router.post("/status/restart")
def restart(request: Request, who: Restarter, name: Annotated[str, Form()] = "") -> Response:
    """Start to restart a service and show its progress."""
    begin_restart(request, who, name)
    return RedirectResponse("/status", 303)


def _live(request: Request, who: SignedIn) -> dict[str, Any]:
    context, reader, state = context_of(request), reader_of(request), show_status(request)
    with context.database.begin() as session:
        table = read_table(session, request, who, PROCESSES)
        lines = show_trunks(session, request.app.state, reader)
    work = state.restart
    return {
        "state": state,
        "tones": TONES,
        "work": work
        and {
            "tone": WORK_TONES[work.result],
            "begun": work.result == "begun",
            "text": reader.say(
                WORK_RESULTS[work.result],
                service=label_of(reader, work.name),
                seconds=work.seconds,
                why=work.why,
            ),
        },
        "trunks": [
            (one, reader.gettext(LAMPS[one.now.state]), LAMP_TONES[one.now.state]) for one in lines
        ],
        "table": table,
        "query": request.url.query,
        "apart": False,
        "size": size,
        "versions": _versions(state.versions),
    }


def _versions(kept: Mapping[str, str]) -> list[tuple[str, str]]:
    names = {
        "hotline": "Hotline",
        "python": "Python",
        "asterisk": "Asterisk",
        "postgresql": "PostgreSQL",
        "nginx": "nginx",
    }
    return [(label, kept.get(key, "")) for key, label in names.items()]

"""The status page, and restarts."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from crm.people.rights import Right
from web.kit.i18n import Reader
from web.kit.request import context_of, reader_of
from web.ops.health_checks import TONES
from web.ops.services import RESTARTABLE, SERVICES, STATE_TONES, STATES, WORK_RESULTS, WORK_TONES
from web.status.api import Restarter, StatusReader, begin_restart, shape, status_of

router = APIRouter()
UNITS = ("B", "kB", "MB", "GB", "TB")
STEP = 1000


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
    shown = {**_live(request), "services": services if who.may(Right.SERVICES_RESTART) else []}
    return context_of(request).pages.page(request, "status.html", shown)


@router.get("/status/live")
def live_part(request: Request, _who: StatusReader) -> Response:
    """Give the part of the page that changes."""
    return context_of(request).pages.page(request, "status-live.html", _live(request))


@router.post("/status/restart")
def restart(request: Request, who: Restarter, name: Annotated[str, Form()] = "") -> Response:
    """Start to restart a service and show its progress."""
    begin_restart(request, who, name)
    return RedirectResponse("/status", 303)


def _live(request: Request) -> dict[str, Any]:
    reader = reader_of(request)
    state = shape(request, status_of(request))
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
                service=_label(reader, work.name),
                seconds=work.seconds,
                why=work.why,
            ),
        },
        "processes": [
            {
                "name": one.name,
                "label": _label(reader, one.name),
                "state": reader.gettext(STATES.get(one.state, one.state)),
                "tone": STATE_TONES.get(one.state, "out"),
                "pid": one.pid or "",
                "since": one.since,
                "restarts": one.restarts,
                "cpu": "" if one.cpu is None else f"{one.cpu * 100:.0f} %",
                "memory": size(one.memory_bytes),
            }
            for one in state.processes
        ],
        "size": size,
        "versions": _versions(state.versions),
    }


def _label(reader: Reader, name: str) -> str:
    return reader.gettext(SERVICES[name].label) if name in SERVICES else name


def _versions(kept: Mapping[str, str]) -> list[tuple[str, str]]:
    names = {
        "hotline": "Hotline",
        "python": "Python",
        "asterisk": "Asterisk",
        "postgresql": "PostgreSQL",
        "nginx": "nginx",
    }
    return [(label, kept.get(key, "")) for key, label in names.items()]


def size(count: int | None) -> str:
    """Write a number of bytes for a person: 1.2 GB."""
    if count is None:
        return ""
    left = float(count)
    for unit in UNITS:
        if left < STEP or unit == UNITS[-1]:
            break
        left /= STEP
    return f"{left:.0f} {unit}" if unit == "B" else f"{left:.1f} {unit}"

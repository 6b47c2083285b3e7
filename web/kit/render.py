"""Pages made from templates: whole pages, or only the main part when htmx asks for it."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from http import HTTPStatus
from pathlib import Path
from typing import Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateNotFound, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from crm.people.person import SignedIn
from crm.preferences.store import preference
from web.kit.auth import csrf_of, name_visitor, set_name
from web.kit.i18n import NAMES, Reader, duration
from web.kit.isolation import IsolatingExtension, Sentence
from web.kit.listing.rows import draw_options, draw_rows
from web.kit.listing.table import lay_out
from web.kit.menu import MenuEntry, is_current, menu_for
from web.kit.page_bar import Bars, PageBar
from web.kit.phone_mark import phone_mark
from web.kit.problem import Problem
from web.kit.request import context_of, path_of, reader_of, session_of
from web.kit.toast import forget_toast, toast_of

# The start values of one feature's scripts, by name.
Boot = Callable[[Request], Mapping[str, object]]
ROOT = Path(__file__).resolve().parent.parent
REFUSED_FORMS = {HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.CONFLICT}


class Pages:
    """The templates, rendered with the values that every page needs."""

    def __init__(
        self,
        build: str,
        menu: Sequence[MenuEntry] = (),
        boots: Sequence[Boot] = (),
        root: Path = ROOT,
        *,
        bars: Sequence[Bars] = (),
    ) -> None:
        """`root` holds a folder for each feature, with its `templates/`, and `static/`.

        `boots` give the start values of each feature's scripts, and `bars` its bars, on every page.
        """
        self.build = build
        self._bars = bars
        self._menu_entries = menu
        self._boots = boots
        self._static = root / "static"
        self._templates = Environment(
            loader=FileSystemLoader(sorted(root.glob("*/templates"))),
            autoescape=True,
            undefined=StrictUndefined,
            auto_reload=False,  # else a page would check the time of each of its files
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=[IsolatingExtension],
        )
        self._templates.globals |= {
            "asset": self.asset,
            "asset_css": self.asset_css,
            "lay_out": lay_out,
            "draw_rows": draw_rows,
            "draw_options": draw_options,
            "phone_mark": phone_mark,
        }
        self._templates.filters |= FILTERS

    def page(
        self,
        request: Request,
        template: str,
        shown: Mapping[str, Any],
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Render a page; only its fragment if htmx swaps it into the open page."""
        before = name_visitor(request)
        text = self._templates.get_template(template).render({**self._common(request), **shown})
        answer = HTMLResponse(text, status, headers=dict(headers or {}))
        if status in REFUSED_FORMS and request.method == "POST":
            # A form's address is often not a page: the browser keeps its own.
            answer.headers["HX-Push-Url"] = "false"
        if before:
            set_name(request, answer, before)
        forget_toast(request, answer)
        return answer

    def error(self, request: Request, problem: Problem) -> Response:
        """Render an error page; plain text if even that page cannot be rendered."""
        shown = {
            "status": problem.status,
            "title": problem.title,
            "detail": problem.detail,
            "retry_seconds": problem.retry_seconds,
            # The database query for it may be the very failure.
            "density": lambda: "",
            "page_bars": list,
        }
        try:
            return self.page(
                request, "error.html", shown, status=problem.status, headers=problem.headers
            )
        except TemplateNotFound:
            text = f"{problem.title}. {problem.detail}"
            return Response(text, problem.status, problem.headers, "text/plain; charset=utf-8")

    def boot(self, request: Request, **more: object) -> dict[str, object]:
        """Give the start values of the page's scripts."""
        who = session_of(request)
        return {
            "user": _user(who, reader_of(request)) if who else None,
            "csrf": csrf_of(request),
            "build": self.build,
            "language": reader_of(request).language,
            "path": path_of(request),
            "live": "/live",
            "toast": toast_of(request),
            **{name: value for boot in self._boots for name, value in boot(request).items()},
            **more,
        }

    def asset(self, name: str) -> str:
        """Give the address of a built file by the name of its source."""
        found = self._manifest.get(name)
        return f"/static/dist/{found['file']}" if found else f"/static/{name}"

    def asset_css(self, name: str) -> list[str]:
        """Give the style sheets that a built file needs."""
        return [f"/static/dist/{path}" for path in self._manifest.get(name, {}).get("css", [])]

    @cached_property
    def _manifest(self) -> Mapping[str, Any]:
        path = self._static / "dist" / ".vite" / "manifest.json"
        try:
            found: Mapping[str, Any] = json.loads(path.read_text())
        except (OSError, ValueError):
            return {}
        return found

    def _common(self, request: Request) -> dict[str, Any]:
        reader, who = reader_of(request), session_of(request)
        fragment = is_fragment(request)
        return {
            "layout": "fragment.html" if fragment else "layout.html",
            "reader": reader,
            "_": lambda sentence: Sentence(reader.gettext(sentence)),
            "gettext": reader.gettext,
            "ngettext": reader.ngettext,
            "user": _user(who, reader) if who else None,
            "csrf": csrf_of(request),
            "build": self.build,
            "language": str(reader.language),
            "html_language": str(reader.language).replace("_", "-"),
            "zone_name": getattr(reader.zone, "key", None) or "",
            "languages": [
                {"code": str(code), "name": name, "current": code == reader.language}
                for code, name in NAMES.items()
            ],
            "menu": [] if fragment else self._menu(request, who, reader),
            "path": path_of(request),
            "company": context_of(request).settings_cache.known().text("company"),
            "boot": self.boot(request),
            "density": lambda: _density(request, who),
            "page_bars": lambda: self._bars_for(request, who),
        }

    def _bars_for(self, request: Request, who: SignedIn | None) -> list[PageBar]:
        return [bar for give in self._bars for bar in give(request)] if who else []

    def _menu(
        self, request: Request, who: SignedIn | None, reader: Reader
    ) -> list[dict[str, object]]:
        sections = menu_for(self._menu_entries, request, who.rights if who else None)
        current = [one for one in self._menu_entries if is_current(one, request.url)]
        # A part of a page is nearer than the whole page.
        nearest = [one for one in current if "?" in one.url] or current
        return [
            {
                "heading": reader.gettext(section.heading),
                "entries": [
                    {
                        "url": one.url,
                        "label": reader.gettext(one.label),
                        "icon": one.icon,
                        "current": one in nearest,
                    }
                    for one in section.entries
                ],
            }
            for section in sections
        ]


def is_fragment(request: Request) -> bool:
    """Whether htmx will swap the answer into the open page.

    When htmx restores a page of the history it needs the whole page, although its header is sent.
    """
    asks = request.headers.get("hx-request") == "true"
    return asks and request.headers.get("hx-history-restore-request") != "true"


def _user(who: SignedIn, reader: Reader) -> dict[str, object]:
    user = who.user
    return {
        "id": user.id,
        "login": user.login,
        "name": user.name,
        "role": user.role.key,
        "role_name": user.role.name(reader.language),
        "rights": {right.value: extent.value for right, extent in who.rights.items()},
        "language": str(user.language),
    }


def _density(request: Request, who: SignedIn | None) -> str:
    """Give the user's row spacing; only a whole page needs it, not a fragment."""
    if who is None:
        return ""
    known: str | None = getattr(request.state, "density", None)
    if known is not None:
        return known
    with context_of(request).database.begin() as session:
        return str(preference(session, who.user.id, "density") or "")


def _reader(context: Context) -> Reader:
    reader: Reader = context["reader"]
    return reader


@pass_context
def _date(context: Context, at: datetime | None) -> str:
    return _reader(context).date(at)


@pass_context
def _time(context: Context, at: datetime | None) -> str:
    return _reader(context).time(at)


@pass_context
def _datetime(context: Context, at: datetime | None) -> str:
    return _reader(context).moment(at)


@pass_context
def _instant(context: Context, text: str) -> str:
    """Show an ISO time as a date and time; any other word stays as it is."""
    at = _reader(context).instant(text) if "T" in text else None
    return _reader(context).moment(at) if at else text


@pass_context
def _number(context: Context, value: float | None) -> str:
    return _reader(context).number(value)


@pass_context
def _phone(context: Context, number: str | None) -> str:
    return _reader(context).phone(number)


def _with_code(text: str) -> Markup:
    """Show what stands between backticks, such as a command, as code."""
    parts = [
        Markup("<code>{}</code>").format(part) if at % 2 else escape(part)
        for at, part in enumerate(text.split("`"))
    ]
    return Markup("").join(parts)


FILTERS: dict[str, Any] = {
    "code": _with_code,
    "date": _date,
    "time": _time,
    "datetime": _datetime,
    "duration": duration,
    "instant": _instant,
    "number": _number,
    "phone": _phone,
}

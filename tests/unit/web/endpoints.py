"""Every endpoint of the web, found in the application itself, with the rights that it requires."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Route, WebSocketRoute
from unit.web.site import LI_WEIS_CALL

from crm.people.rights import Right


@dataclass(frozen=True, order=True)
class Endpoint:
    """A path and a method. Any one of `rights` opens it.

    `rights` is None without a required session, and empty if any session is enough.
    """

    path: str
    method: str
    rights: frozenset[Right] | None = None
    in_person: bool = False
    function: Callable[..., Any] | None = field(default=None, compare=False, repr=False)

    @property
    def address(self) -> str:
        """An address of this shape; the things it names by number do not exist."""
        whole = self.path.replace("{call}", LI_WEIS_CALL)
        return re.sub(r"{[a-z_]+}", "987654321", whole)

    @property
    def changes(self) -> bool:
        return self.method not in {"GET", "HEAD", "WEBSOCKET"}

    @property
    def is_api(self) -> bool:
        return self.path.startswith("/api/")

    def is_open_to(self, held: set[Right]) -> bool:
        return self.rights is None or not self.rights or bool(self.rights & held)


def endpoints_of(app: FastAPI) -> list[Endpoint]:
    return sorted(_walk(app.routes, ""), key=lambda one: (one.path, one.method))


def _walk(routes: list[BaseRoute], prefix: str) -> Iterator[Endpoint]:
    for route in routes:
        inner = getattr(getattr(route, "original_router", None), "routes", None)
        if inner is not None:
            included = getattr(getattr(route, "include_context", None), "prefix", "") or ""
            yield from _walk(inner, prefix + included)
        elif isinstance(route, WebSocketRoute):
            yield Endpoint(prefix + route.path, "WEBSOCKET")
        elif isinstance(route, Route):
            asked = list(_asked(route.dependant)) if isinstance(route, APIRoute) else []
            rights = frozenset().union(*(one.rights for one in asked)) if asked else None
            in_person = any(getattr(one, "in_person", False) for one in asked)
            for method in sorted((route.methods or set()) - {"HEAD"}):
                yield Endpoint(prefix + route.path, method, rights, in_person, route.endpoint)


def _asked(dependant: Any) -> Iterator[Any]:
    for one in dependant.dependencies:
        if hasattr(one.call, "rights"):
            yield one.call
        yield from _asked(one)

"""A feature's manifest: everything that the rest of the web needs from the feature.

Each feature has a `feature.py` that exports `FEATURE`; `web/features.py` finds them. Whatever
several features contribute to (routes, menu, audit log, status page, demo, API description) reads
the manifests and names no feature. Its jobs are in its `jobs.py`: see `web/kit/jobs.py`.
"""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter, FastAPI
from pydantic import BaseModel
from sqlalchemy.orm import Session

from crm.alarms.alarm import AlarmKind
from crm.people.person import User
from crm.people.rights import Right
from web.kit.database_changes import ChangeHandler
from web.kit.health import HealthCheck
from web.kit.menu import MenuEntry
from web.kit.openapi import ApiTag
from web.kit.page_bar import Bars
from web.kit.render import Boot


@dataclass(frozen=True, slots=True)
class RightWords:
    """How a right is shown: its name, one line of help, and the group it is listed in."""

    right: Right
    group: str
    name: str
    help: str


@dataclass(frozen=True, slots=True)
class AuditWords:
    """How a feature's lines in the audit log are shown; all words are to be translated."""

    actions: Mapping[str, str] = field(default_factory=dict)  # "user.added"
    things: Mapping[str, str] = field(default_factory=dict)  # by table
    pages: Mapping[str, str] = field(default_factory=dict)  # table → address before its id
    fields: Mapping[str, str] = field(default_factory=dict)  # names of members
    bodies: tuple[type[BaseModel], ...] = ()  # whose forms name members too


# Work that every web process does in its event loop, until it is cancelled.
Task = Callable[[FastAPI], Coroutine[Any, Any, None]]
# Adds a feature's part of the demo to an empty database; the users are given by login.
DemoData = Callable[[Session, Mapping[str, User]], None]


@dataclass(frozen=True, slots=True)
class Feature:
    """The manifest of one feature; routes, menu and rights follow `order`, then `name`."""

    name: str
    order: int
    pages: tuple[APIRouter, ...] = ()
    api: tuple[APIRouter, ...] = ()  # under /api/v1
    plain: tuple[APIRouter, ...] = ()  # outside /api/v1: monitors and the pages' live socket
    menu: tuple[MenuEntry, ...] = ()
    boot: Boot | None = None
    bars: Bars | None = None
    rights: tuple[RightWords, ...] = ()
    audit: AuditWords = AuditWords()
    tags: Mapping[str, ApiTag] = field(default_factory=dict)  # by the first word of the path
    examples: Mapping[str, Any] = field(default_factory=dict)  # by the name of a member
    schemas: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # JSON schemas by name
    set_up: Callable[[FastAPI], None] | None = None  # puts what it keeps into `app.state`
    tasks: tuple[Task, ...] = ()
    on_change: ChangeHandler | None = None
    health_checks: tuple[HealthCheck, ...] = ()
    alarms: tuple[AlarmKind, ...] = ()  # the kinds of alarms that the feature raises
    demo: DemoData | None = None
    remove_demo: Callable[[Session], None] | None = None  # removes what `demo` added, if unchanged

"""The API of time groups: opening hours, holidays and special days."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from crm.hours import store
from crm.kernel.errors import InvalidError
from crm.people.person import SignedIn
from crm.people.rights import Right
from web.kit.auth import needs
from web.kit.bodies import IdPath
from web.kit.clock import now
from web.kit.date_input import when
from web.kit.etag import check_match, etag_of, show_tag
from web.kit.i18n import N_
from web.kit.listing.answer import answer_page
from web.kit.listing.declaration import ListQuery
from web.kit.listing.query import asked
from web.kit.request import context_of, reader_of
from web.time_groups.actions import (
    make_time_group,
    remove_time_group,
    show_time_group,
    write_time_group,
)
from web.time_groups.listing import TIME_GROUPS
from web.time_groups.shapes import (
    TimeGroupBody,
    TimeGroupChange,
    TimeGroupShape,
    TimeGroupShapes,
    TimeGroupState,
)
from web.time_groups.words import holiday_language, state_at

FIRST_YEAR, LAST_YEAR = 1970, 2199
router = APIRouter(prefix="/time-groups")
HoursManager = Annotated[SignedIn, Depends(needs(Right.LINES_MANAGE))]


@router.get("")
def list_time_groups(
    request: Request, query: Annotated[ListQuery, Depends(asked(TIME_GROUPS))]
) -> TimeGroupShapes:
    """List time groups by name, each with its state now."""
    return answer_page(request, TIME_GROUPS, query, TimeGroupShapes)


@router.get("/{group}")
def read_time_group(
    request: Request, response: Response, group: IdPath, _who: HoursManager
) -> TimeGroupShape:
    """Show a time group; the answer's `ETag` names the version for a later `If-Match`."""
    with context_of(request).database.begin() as session:
        return show_tag(request, response, show_time_group(session, group))


@router.get("/{group}/state")
def read_time_group_state(
    request: Request,
    group: IdPath,
    _who: HoursManager,
    at: Annotated[str, Query(max_length=40)] = "",
) -> TimeGroupState:
    """Say whether a time group is open now or at another time, by which rule, and until when."""
    reader = reader_of(request)
    moment = (when(at, reader, "at") if at else None) or now()
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise InvalidError(N_("Enter a valid time."), field="at")
    with context_of(request).database.begin() as session:
        found = store.time_group(session, group, holiday_language(reader))
    return state_at(found.group, moment)


@router.post("", status_code=201)
def add_time_group(request: Request, body: TimeGroupBody, who: HoursManager) -> TimeGroupShape:
    """Add a time group."""
    with context_of(request).database.begin() as session:
        return show_time_group(session, make_time_group(session, request, who, body))


@router.patch("/{group}")
def change_time_group(
    request: Request, response: Response, group: IdPath, body: TimeGroupChange, who: HoursManager
) -> TimeGroupShape:
    """Change the given fields of a time group; with `If-Match` only if it has not changed."""
    with context_of(request).database.begin() as session:
        store.time_group_to_change(session, group)
        check_match(request, etag_of(show_time_group(session, group)))
        write_time_group(session, request, who, group, body)
        shape = show_time_group(session, group)
    return show_tag(request, response, shape)


@router.delete("/{group}", status_code=204)
def delete_time_group(request: Request, group: IdPath, who: HoursManager) -> None:
    """Remove a time group that nothing uses."""
    with context_of(request).database.begin() as session:
        check_match(request, etag_of(show_time_group(session, group)))
        remove_time_group(session, request, who, group)

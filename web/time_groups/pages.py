"""The pages of time groups: the list, and the form with a preview of the coming weeks."""

from collections.abc import Sequence

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from crm.hours import store
from crm.hours.group import TimeGroup
from crm.kernel.errors import HotlineError
from web.kit.bodies import IdPath
from web.kit.clock import now
from web.kit.editing import NotSaved, carry_out, save, saved
from web.kit.i18n import N_
from web.kit.listing.export import add_export
from web.kit.listing.page import list_page
from web.kit.posted import SentForm
from web.kit.request import context_of, reader_of
from web.time_groups import actions
from web.time_groups.api import HoursManager
from web.time_groups.forms import TimeGroupForm, read_time_group, time_group_form
from web.time_groups.listing import TIME_GROUPS
from web.time_groups.preview import preview
from web.time_groups.shapes import TimeGroupChange, TimeGroupShape
from web.time_groups.words import (
    holiday_language,
    reason_name,
    state_at,
    state_sentence,
    weekday_choices,
)

router = APIRouter(prefix="/time-groups")


add_export(router, TIME_GROUPS)


@router.get("")
def time_groups_page(request: Request, who: HoursManager) -> Response:
    """List the time groups."""
    return list_page(request, who, TIME_GROUPS)


@router.get("/new")
def new_time_group(request: Request, _who: HoursManager) -> Response:
    """Show the form for a new time group."""
    return _show(request, None, _form(request, None))


@router.post("")
def add_time_group(request: Request, who: HoursManager, sent: SentForm) -> Response:
    """Add a time group."""
    form = _form(request, None)
    with context_of(request).database.begin() as session:

        def write() -> int:
            return actions.make_time_group(session, request, who, read_time_group(sent))

        made = save(session, reader_of(request), form.form, sent, write)
        if isinstance(made, NotSaved):
            return _show(request, None, form, status=made.status)
    return saved(f"/time-groups/{made}")


@router.get("/{group}")
def time_group_page(request: Request, group: IdPath, _who: HoursManager) -> Response:
    """Show a time group's form and its coming weeks."""
    return _page(request, group)


@router.post("/{group}")
def change_time_group(
    request: Request, group: IdPath, who: HoursManager, sent: SentForm
) -> Response:
    """Change a time group, unless another user changed it in the meantime."""
    with context_of(request).database.begin() as session:
        store.time_group_to_change(session, group)
        before = actions.show_time_group(session, group)
        form = _form(request, before)

        def write() -> None:
            change = TimeGroupChange(**dict(read_time_group(sent)))
            if change.country != before.country:
                change = change.model_copy(update={"subdivision": None})
            actions.write_time_group(session, request, who, group, change)

        outcome = save(session, reader_of(request), form.form, sent, write)
        if isinstance(outcome, NotSaved):
            known = _known(session, request, group)
            return _show(request, before, form, known, status=outcome.status)
    return saved(f"/time-groups/{group}")


@router.post("/{group}/remove")
def remove_time_group(request: Request, group: IdPath, who: HoursManager) -> Response:
    """Remove a time group that nothing uses."""

    def remove(session: Session) -> None:
        actions.remove_time_group(session, request, who, group)

    def again(error: HotlineError) -> Response:
        return _page(request, group, error)

    return carry_out(request, remove, "/time-groups", again, N_("Time group deleted."))


def _form(request: Request, shape: TimeGroupShape | None) -> TimeGroupForm:
    context = context_of(request)
    return time_group_form(reader_of(request), shape, str(context.zone), context.settings.region)


def _known(session: Session, request: Request, group: int) -> TimeGroup:
    language = holiday_language(reader_of(request))
    return store.time_group(session, group, language).group


def _page(request: Request, group: int, error: HotlineError | None = None) -> Response:
    with context_of(request).database.begin() as session:
        shape = actions.show_time_group(session, group)
        known = _known(session, request, group)
    form = _form(request, shape)
    form.form.error = reader_of(request).error(error) if error else ""
    return _show(request, shape, form, known, status=409 if error else 200)


def _show(
    request: Request,
    shape: TimeGroupShape | None,
    form: TimeGroupForm,
    known: TimeGroup | None = None,
    *,
    status: int = 200,
) -> Response:
    reader, at = reader_of(request), now()
    state: Sequence[str] = ()
    if known is not None:
        found = state_at(known, at)
        state = (
            "ready" if found.open else "out",
            state_sentence(found, known.zone, at, reader),
            reason_name(found.rule, found.name, reader),
        )
    shown = {
        "group": shape,
        "parts": form,
        "form": form.form,
        "state": state,
        "weekdays": weekday_choices(reader),
        "weeks": preview(known, at, reader) if known else (),
    }
    return context_of(request).pages.page(request, "time-group.html", shown, status=status)

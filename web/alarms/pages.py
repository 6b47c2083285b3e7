"""The pages of alarms: the list, and who is told of which kind."""

from collections.abc import Sequence

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from crm.kernel.errors import HotlineError, InvalidError
from crm.people.person import SignedIn
from crm.people.rights import Right
from web.alarms import actions
from web.alarms.api import AlarmManager, AlarmReader
from web.alarms.bars import AlarmsNow, alarms_now
from web.alarms.listing import ALARM_KINDS, ALARMS
from web.alarms.shapes import AlarmKindShape, AlarmSettingsBody, KindPath
from web.alarms.words import tabs
from web.kit.bodies import IdPath
from web.kit.body_form import fields_of, read_body
from web.kit.editing import NotSaved, carry_out, save
from web.kit.etag import etag_of
from web.kit.forms import Form
from web.kit.i18n import N_, Reader
from web.kit.listing.export import add_export
from web.kit.listing.page import list_page
from web.kit.posted import SentForm
from web.kit.request import context_of, reader_of, safe_next
from web.kit.toast import done

router = APIRouter(prefix="/alarms")
add_export(router, ALARMS)
add_export(router, ALARM_KINDS, "/settings/export")

SEEN = N_("Alarm acknowledged.")


@router.get("")
def alarms_page(request: Request, who: AlarmReader) -> Response:
    """List the alarms."""
    return list_page(request, who, ALARMS, "alarms.html", _shown(request, who))


@router.post("/acknowledge")
def acknowledge_chosen(request: Request, who: AlarmReader, sent: SentForm) -> Response:
    """Acknowledge the chosen alarms."""
    return _acknowledge(request, who, sent.ids("ids"), "/alarms")


@router.post("/sound")
def set_sound(request: Request, who: AlarmReader, sent: SentForm) -> Response:
    """Turn the sound of alarms on or off for oneself."""
    with context_of(request).database.begin() as session:
        actions.mute(session, who, muted=sent.one("sound") == "off")
    return done("/alarms", N_("Saved."))


@router.get("/settings")
def settings_page(request: Request, who: AlarmManager) -> Response:
    """List the kinds of alarms."""
    shown = {"tabs": tabs(reader_of(request), "/alarms/settings", manages=True)}
    return list_page(request, who, ALARM_KINDS, shown=shown)


@router.get("/settings/{kind}")
def kind_page(request: Request, kind: KindPath, _who: AlarmManager) -> Response:
    """Show the settings of a kind."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        shape = actions.show_kind(session, reader, kind)
    return _show(request, shape, _form(reader, shape))


@router.post("/settings/{kind}")
def change_kind(request: Request, kind: KindPath, who: AlarmManager, sent: SentForm) -> Response:
    """Change the settings of a kind, unless another user changed them in the meantime."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        shape = actions.show_kind(session, reader, kind)
        form = _form(reader, shape)

        def write() -> None:
            actions.write_settings(session, request, who, kind, read_body(AlarmSettingsBody, sent))

        outcome = save(session, reader, form, sent, write)
        if isinstance(outcome, NotSaved):
            return _show(request, shape, form, outcome.status)
    return done("/alarms/settings", N_("Saved."))


@router.post("/{alarm}/acknowledge")
def acknowledge_one(request: Request, alarm: IdPath, who: AlarmReader, sent: SentForm) -> Response:
    """Acknowledge an alarm, from the bar on every page."""
    return _acknowledge(request, who, [alarm], safe_next(sent.one("next") or "/alarms"))


def _acknowledge(request: Request, who: SignedIn, ids: Sequence[int], url: str) -> Response:
    now: AlarmsNow = alarms_now(request)

    def acknowledge(session: Session) -> None:
        if not ids:
            raise InvalidError(N_("Select the alarms first."))
        actions.acknowledge(session, request, who, ids)
        now.forget_after(session)

    def again(error: HotlineError) -> Response:
        shown = _shown(request, who) | {"error": reader_of(request).error(error)}
        status = 422 if isinstance(error, InvalidError) else 404
        return list_page(request, who, ALARMS, "alarms.html", shown, status)

    return carry_out(request, acknowledge, url, again, SEEN)


def _shown(request: Request, who: SignedIn) -> dict[str, object]:
    with context_of(request).database.begin() as session:
        muted = actions.is_muted(session, who)
    manages = who.may(Right.LINES_MANAGE)
    shown = tabs(reader_of(request), "/alarms", manages=manages)
    return {"tabs": shown, "muted": muted, "error": ""}


def _form(reader: Reader, shape: AlarmKindShape) -> Form:
    return Form(
        f"/alarms/settings/{shape.kind}",
        fields_of(AlarmSettingsBody, reader, dict(shape), {}),
        version=etag_of(shape),
        submit=reader.gettext(N_("Save")),
        cancel_url="/alarms/settings",
        name="alarm-settings",
    )


def _show(request: Request, shape: AlarmKindShape, form: Form, status: int = 200) -> Response:
    shown = {"kind": shape, "form": form}
    return context_of(request).pages.page(request, "alarm-settings.html", shown, status=status)

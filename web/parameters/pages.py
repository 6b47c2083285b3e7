"""Parameters: settings that an administrator changes without a restart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from crm.kernel.errors import InvalidError
from crm.parameters.parameter import PARAMETERS, ParameterGroup
from crm.people.person import Language, SignedIn
from crm.people.rights import Right
from web.kit.auth import needs
from web.kit.clock import now
from web.kit.forms import Field, Form
from web.kit.i18n import N_, Reader
from web.kit.posted import SentForm
from web.kit.request import context_of, reader_of
from web.kit.shapes import Choice
from web.kit.toast import done
from web.kit.zones import grouped_zones
from web.parameters.api import ParameterShape, change, show_parameters
from web.parameters.words import PARAMETER_CHOICES, PARAMETER_GROUPS, UNITS

router = APIRouter(prefix="/parameters")
# The page asks for the time of the backup in one field; the parameters are two.
BACKUP_TIME = "backup_time"
BACKUP_PARTS = ("backup_hour", "backup_minute")
Editor = Annotated[SignedIn, Depends(needs(Right.PARAMETERS_EDIT))]


@dataclass(frozen=True, slots=True)
class Part:
    """A group of parameters: its form, and those that can be reset."""

    key: str
    heading: str
    form: Form
    changed: list[ParameterShape]
    fixed: bool  # shown, but not to be changed by this user


@router.get("")
def parameters_page(request: Request, who: Editor) -> Response:
    """Show all parameters in their groups."""
    return _page(request, who)


@router.post("/reset")
def reset_parameter(request: Request, who: Editor, sent: SentForm) -> Response:
    """Set a parameter back to its default."""
    return _set(request, who, "", {sent.one("key")[:50]: None})


@router.post("/{group}")
def change_parameters(
    request: Request, group: ParameterGroup, who: Editor, sent: SentForm
) -> Response:
    """Set the parameters of one group; they take effect at once."""
    wishes: dict[str, Any] = {}
    if group is ParameterGroup.SYSTEM and BACKUP_TIME in sent.fields:
        wishes |= _backup_time(sent.one(BACKUP_TIME))
    for key, one in PARAMETERS.items():
        # A box that is not ticked is not sent at all.
        if one.group is group and (key in sent.fields or isinstance(one.default, bool)):
            wishes[key] = (sent.one(key) if key in sent.fields else "off")[:1000]
    return _set(request, who, group, wishes)


def _backup_time(text: str) -> dict[str, Any]:
    """Read `HH:MM` into the two parameters; a wrong part is refused with them."""
    hour, _, minute = text[:20].partition(":")
    return dict(zip(BACKUP_PARTS, (hour, minute or "0"), strict=True))


def _set(request: Request, who: SignedIn, group: str, wishes: dict[str, Any]) -> Response:
    context = context_of(request)
    try:
        with context.database.begin() as session:
            change(session, request, who, wishes)
    except InvalidError as error:
        return _page(request, who, (group, wishes, error))
    context.settings_cache.forget()
    context.parameters()
    where = f"#{group}" if group else ""
    return done(f"/parameters{where}", N_("Settings saved."))


def _page(
    request: Request,
    who: SignedIn,
    wrong: tuple[str, Mapping[str, Any], InvalidError] | None = None,
) -> Response:
    context, reader = context_of(request), reader_of(request)
    with context.database.begin() as session:
        found = show_parameters(session, reader).items
    parts = []
    for group in ParameterGroup:
        mine = [one for one in found if one.group == group]
        form = Form(f"/parameters/{group}", _fields(reader, mine), name=group)
        if wrong and wrong[0] in {group, ""}:
            _show_again(form, wrong[1])
            error = wrong[2]
            if error.field in BACKUP_PARTS:
                error = InvalidError(N_("Enter a valid time."), BACKUP_TIME)
            if error.field in form.names() or wrong[0] == group:
                form.blame(reader, error)
        changed = [one for one in mine if one.changed_at is not None]
        fixed = group is ParameterGroup.MAIL and not who.is_administrator
        for one in form.fields if fixed else ():
            one.disabled = True
        parts.append(Part(group, reader.gettext(PARAMETER_GROUPS[group]), form, changed, fixed))
    shown = {
        "parts": parts,
        "defaults": {one.key: _said(reader, one, one.default) for one in found},
        "hard_off": not context.settings.try_it,
    }
    return context.pages.page(request, "parameters.html", shown, status=422 if wrong else 200)


def _show_again(form: Form, wishes: Mapping[str, Any]) -> None:
    """Put what was typed back into its fields; a secret is typed anew."""
    if set(BACKUP_PARTS) <= set(wishes):
        wishes = {**wishes, BACKUP_TIME: ":".join(str(wishes[key]) for key in BACKUP_PARTS)}
    for one in form.fields:
        if one.kind != "password" and (typed := wishes.get(one.name)) is not None:
            one.value = str(typed)


def _fields(reader: Reader, found: Sequence[ParameterShape]) -> list[Field]:
    """Make the fields of a group; the time of the backup is one field."""
    fields = []
    time = {one.key: one for one in found if one.key in BACKUP_PARTS}
    for one in found:
        if one.key == BACKUP_PARTS[0]:
            fields.append(_time_field(reader, *(time[key] for key in BACKUP_PARTS)))
        elif one.key not in time:
            fields.append(_field(reader, one))
    return fields


def _time_field(reader: Reader, hour: ParameterShape, minute: ParameterShape) -> Field:
    now, usual = f"{hour.value:02}:{minute.value:02}", f"{hour.default:02}:{minute.default:02}"
    hint = _together(reader, hour.help, reader.say(N_("Default: {value}."), value=usual))
    return Field(BACKUP_TIME, reader.gettext(N_("Daily backup time")), "time", now, help=hint)


def _field(reader: Reader, one: ParameterShape) -> Field:
    """Make the field of a parameter, with its bounds and its default."""
    say = reader.gettext
    said = _said(reader, one, one.default)
    by_itself = reader.say(N_("Default: {value}."), value=said) if one.default != "" else ""
    hint = _together(reader, one.help, by_itself)
    if isinstance(one.value, bool):
        return Field(one.key, one.label, "checkbox", "on" if one.value else "", help=hint)
    unit = say(UNITS.get(one.unit, ""))
    has_unit = not unit or unit.casefold().removesuffix("s") in one.label.casefold()
    label = one.label
    if not has_unit:
        label = _with_unit(reader, one.label, unit)
    if one.choices:
        choices = [
            Choice(key=key, name=say(PARAMETER_CHOICES.get(key, key))) for key in one.choices
        ]
        return Field(
            one.key, label, "select", str(one.value), required=True, options=choices, help=hint
        )
    if one.secret:
        word = say(N_("Set; leave empty to keep it.")) if one.value else ""
        return Field(
            one.key,
            label,
            "password",
            help=hint,
            placeholder=word,
            autocomplete="new-password",
        )
    if one.key == "timezone":
        groups = grouped_zones(reader, now(), str(one.value))
        none = say(N_("The country's or the machine's own"))
        return Field(
            one.key, label, "select", str(one.value), groups=groups, placeholder=none, help=one.help
        )
    if one.least is None:
        return Field(one.key, label, value=str(one.value), help=hint, maxlength=254)
    least, most = reader.number(one.least), reader.number(one.most)
    bounds = reader.say(N_("From {least} to {most}."), least=least, most=most)
    return Field(
        one.key,
        label,
        "number",
        str(one.value),
        help=_together(reader, one.help, bounds, by_itself),
        least=str(one.least),
        most=str(one.most),
    )


def _said(reader: Reader, one: ParameterShape, value: bool | int | str) -> str:  # noqa: FBT001
    if isinstance(value, bool):
        return reader.gettext(N_("on") if value else N_("off"))
    if value == "":
        return reader.gettext(N_("empty"))
    if one.choices:
        return reader.gettext(PARAMETER_CHOICES.get(str(value), str(value)))
    if one.unit == "percent" and isinstance(value, int):
        return reader.percent(value / 100)
    unit = reader.gettext(UNITS.get(one.unit, ""))
    return f"{reader.number(value) if isinstance(value, int) else value} {unit}".strip()


def _with_unit(reader: Reader, label: str, unit: str) -> str:
    """Write a unit behind a label, in the language's own brackets."""
    return f"{label}（{unit}）" if reader.language is Language.CHINESE else f"{label} ({unit})"  # noqa: RUF001


def _together(reader: Reader, *sentences: str) -> str:
    """Join sentences; in Chinese without a space."""
    gap = "" if reader.language is Language.CHINESE else " "
    return gap.join(one for one in sentences if one)

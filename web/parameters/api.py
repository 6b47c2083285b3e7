"""The API of the site's parameters."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Request, Response
from pydantic import BaseModel, Field, StrictBool, StrictInt, StrictStr
from sqlalchemy.orm import Session

from crm.parameters import store
from crm.parameters.parameter import PARAMETERS, Parameter, Parameters, Value
from crm.people.person import SignedIn
from crm.people.rights import Right
from crm.people.store import names
from web.kit.audit import note
from web.kit.auth import needs
from web.kit.etag import check_match, etag_of, show_tag
from web.kit.i18n import Reader
from web.kit.request import context_of, reader_of
from web.kit.shapes import Items, Named
from web.parameters import rules
from web.parameters.mail_rules import MAIL, check_mail, tell_administrators
from web.parameters.speech_rules import check_speech_key
from web.parameters.words import PARAMETER_HELP, PARAMETER_LABELS

router = APIRouter(prefix="/parameters")
Editor = Annotated[SignedIn, Depends(needs(Right.PARAMETERS_EDIT))]
# A parameter's text has at most 200 letters; a longer one is refused before it is checked.
Wish = StrictBool | StrictInt | Annotated[StrictStr, Field(max_length=1000)] | None
Wishes = Annotated[
    dict[Annotated[str, Field(max_length=50)], Wish],
    Body(
        description="Key and new value of what changes; null sets it back to its default.",
        max_length=100,
        examples=[{"page_size": 25, "try_it": False}],
    ),
]


class ParameterShape(BaseModel):
    """A parameter with its bounds, its value and its default."""

    key: str
    group: str
    label: str
    help: str
    value: bool | int | str
    default: bool | int | str
    least: int | None
    most: int | None
    unit: str
    secret: bool  # its value only tells whether one is set
    choices: list[str]
    changed_at: datetime | None
    changed_by: Named | None


class ParameterList(Items[ParameterShape]):
    """All parameters."""


@router.get("")
def read_parameters(request: Request, response: Response, _who: Editor) -> ParameterList:
    """List all parameters."""
    with context_of(request).database.begin() as session:
        return show_tag(request, response, show_parameters(session, reader_of(request)))


@router.patch("")
def change_parameters(
    request: Request, response: Response, body: Wishes, who: Editor
) -> ParameterList:
    """Set some parameters, all or none; they take effect at once."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        check_match(request, etag_of(show_parameters(session, reader)))
        change(session, request, who, body)
        shown = show_parameters(session, reader)
    context_of(request).settings_cache.forget()
    return show_tag(request, response, shown)


def change(
    session: Session, request: Request, who: SignedIn, wishes: Mapping[str, Value | None]
) -> Parameters:
    """Set some parameters, to their defaults if None is given; audit the differences."""
    before = store.parameters(session)
    wishes = rules.checked(context_of(request).settings, wishes)
    kept = {key: value for key, value in wishes.items() if value is not None}
    found = store.save(session, kept, who.user.id)
    if back := [key for key, value in wishes.items() if value is None]:
        found = store.reset(session, back)
    check_mail(who, before, found, wishes)
    check_speech_key(before, found)
    if any(found[key] != before[key] for key in MAIL):
        tell_administrators(session, who)
    for key in wishes:
        if found[key] != before[key]:
            old = {"value": rules.shown(key, before[key])}
            new = {"value": rules.shown(key, found[key])}
            note(session, request, who, "parameter.changed", "parameters", key, old, new)
    return found


def show_parameters(session: Session, reader: Reader) -> ParameterList:
    """Show all parameters, with the users who have set them."""
    found, changes = store.parameters(session), store.changes(session)
    people = names(session, {one.user for one in changes.values() if one.user is not None})
    shown = []
    for key, one in PARAMETERS.items():
        changed = changes.get(key)
        user = changed.user if changed else None
        number = _is_number(one)
        shown.append(
            ParameterShape(
                key=key,
                group=one.group,
                label=reader.gettext(PARAMETER_LABELS.get(key, key)),
                help=reader.gettext(PARAMETER_HELP.get(key, "")),
                value=rules.shown(key, found[key]),
                default=one.default,
                least=one.least if number else None,
                most=one.most if number else None,
                unit=one.unit,
                secret=one.secret,
                choices=list(one.choices),
                changed_at=changed.at if changed else None,
                changed_by=Named(id=user, name=people.get(user, "")) if user is not None else None,
            )
        )
    return ParameterList(items=shown, next=None)


def _is_number(one: Parameter) -> bool:
    return isinstance(one.default, int) and not isinstance(one.default, bool)

"""Parameters, as administrators set them."""

import re
from collections.abc import Iterable, Mapping

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm.kernel.errors import InvalidError, MissingError
from crm.parameters.models import ParameterRow
from crm.parameters.parameter import PARAMETERS, Parameter, ParameterChange, Parameters, Value
from crm.sql.db import notify

ECHO_TEST = "*43"  # the dialplan's own
_CODE = re.compile(r"[*#][0-9]{1,6}")


def parameters(session: Session) -> Parameters:
    """Read all parameters."""
    query = select(ParameterRow.key, ParameterRow.value)
    return Parameters({key: value for key, value in session.execute(query)})  # noqa: C416


def changes(session: Session) -> dict[str, ParameterChange]:
    """Give when, and by which user, each parameter was set; a default is left out."""
    query = select(ParameterRow.key, ParameterRow.changed_at, ParameterRow.changed_by)
    return {key: ParameterChange(at, user) for key, at, user in session.execute(query)}


def reset(session: Session, keys: Iterable[str]) -> Parameters:
    """Set some parameters back to their defaults."""
    return save(session, {key: _known(key).default for key in keys}, None)


def save(session: Session, values: Mapping[str, object], user: int | None) -> Parameters:
    """Set some parameters, all or none; InvalidError names the one that is not valid.

    An unchanged value is not written, and a value equal to the default is removed.
    """
    before = parameters(session)
    for key, given in values.items():
        one = _known(key)
        value = one.check(given)
        if value == one.default:
            session.execute(delete(ParameterRow).where(ParameterRow.key == key))
        elif value != before[key]:
            _write(session, key, value, user)
        if value != before[key]:
            notify(session, f"parameters:{key}")
    _check_together(found := parameters(session))
    return found


def _known(key: str) -> Parameter:
    known = PARAMETERS.get(key)
    if known is None:
        raise MissingError("There is no setting “{key}”.", key=key[:50])
    return known


def _write(session: Session, key: str, value: Value, user: int | None) -> None:
    columns = {"value": value, "changed_at": func.clock_timestamp(), "changed_by": user}
    saved = insert(ParameterRow).values(key=key, **columns)
    session.execute(saved.on_conflict_do_update(index_elements=[ParameterRow.key], set_=columns))


def _check_together(found: Parameters) -> None:
    if found.text("mail_server") and not found.text("mail_from"):
        raise InvalidError("Email needs a sender address.", field="mail_from")
    if found.number("session_idle_minutes") > 60 * found.number("session_hours"):
        raise InvalidError(
            "The idle timeout cannot be longer than the maximum session.",
            field="session_idle_minutes",
        )
    codes = {key: found.text(key) for key in ("voicemail_code", "voicemail_other_code")}
    for key, code in codes.items():
        if code and (not _CODE.fullmatch(code) or code == ECHO_TEST):
            raise InvalidError("A code is * or # and 1 to 6 digits, and not *43.", field=key)
    if codes["voicemail_code"] and len(set(codes.values())) == 1:
        raise InvalidError("The two codes must differ.", field="voicemail_other_code")

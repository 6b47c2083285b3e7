"""Actions on trunks that pages and API share: show, add, change, delete, test."""

from dataclasses import replace
from typing import Any

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.datastructures import State

from crm.charges.store import rates_of_trunk
from crm.kernel.errors import ConflictError
from crm.people.person import SignedIn
from cti.asterisk.sip_probe import probe_trunk
from cti.outbound.store import rules_of_trunk
from cti.trunks import store
from cti.trunks.probe import ProbeResult
from cti.trunks.trunk import Trunk, TrunkId
from web.kit.audit import note
from web.kit.i18n import Reader
from web.kit.request import context_of
from web.trunks.shapes import TrunkBody, TrunkChange, TrunkLine, TrunkShape
from web.trunks.views import show_line, show_settings

THING = "trunks"
MOST_NAMED = 10


def show_trunks(session: Session, state: State, reader: Reader) -> list[TrunkLine]:
    """Show all trunks with their present states; `state` is that of the app."""
    return [show_line(one, state, reader) for one in store.trunks(session)]


def show_trunk(session: Session, trunk: int) -> TrunkShape:
    """Show the settings of one trunk."""
    return show_settings(store.trunk(session, trunk))


def make_trunk(session: Session, request: Request, who: SignedIn, body: TrunkBody) -> TrunkId:
    """Add a trunk; the engine gives it to Asterisk at once."""
    made = store.add_trunk(session, Trunk(id=TrunkId(0), **_settings(body)))
    note(session, request, who, "trunk.added", THING, made.id, {}, _noted(made))
    return made.id


def write_trunk(
    session: Session, request: Request, who: SignedIn, trunk: int, body: TrunkChange
) -> None:
    """Change the given fields of a trunk; calls on it go on."""
    known = store.trunk_to_change(session, trunk)
    changed = replace(known, **_settings(body))
    if not changed.username.strip():
        changed = replace(changed, username="", password="")
    if changed == known:
        return
    changed = store.change_trunk(session, changed)
    before, after = _noted(known), _noted(changed)
    if before != after:
        note(session, request, who, "trunk.changed", THING, known.id, before, after)
    if changed.password != known.password:
        note(session, request, who, "trunk.password_changed", THING, known.id)


def remove_trunk(session: Session, request: Request, who: SignedIn, trunk: int) -> None:
    """Delete a trunk that nothing uses; calls on it go on."""
    known = store.trunk_to_change(session, trunk)
    if rules := rules_of_trunk(session, trunk):
        raise ConflictError(
            "The trunk “{name}” is used by these outbound rules: {rules}. Change them first.",
            name=known.name,
            rules=", ".join(rules),
        )
    if rates := rates_of_trunk(session, trunk):
        raise ConflictError(
            "The trunk “{name}” is used by these rates: {rates}. Change them first.",
            name=known.name,
            rates=", ".join(rates[:MOST_NAMED]),
        )
    store.delete_trunk(session, known)
    note(session, request, who, "trunk.deleted", THING, known.id, _noted(known), {})


def run_test(request: Request, who: SignedIn, trunk: int) -> ProbeResult:
    """Test a trunk from this machine, which takes some seconds, and note who did it."""
    database = context_of(request).database
    with database.begin() as session:
        known = store.trunk(session, trunk)
    result = probe_trunk(known)
    with database.begin() as session:
        said = {"verdict": result.verdict.value}
        note(session, request, who, "trunk.tested", THING, known.id, {}, said)
    return result


def _settings(body: TrunkBody | TrunkChange) -> dict[str, Any]:
    """Give the settings that a body names, as a trunk has them; an empty password is none."""
    said = {name: value for name, value in dict(body).items() if value is not None}
    if "active" in said:
        said["enabled"] = said.pop("active")
    for name in ("addresses", "codecs"):
        if name in said:
            said[name] = tuple(said[name])
    if isinstance(body, TrunkChange) and not said.get("password"):
        said.pop("password", None)
    return said


def _noted(trunk: Trunk) -> dict[str, Any]:
    return show_settings(trunk).model_dump(mode="json", exclude={"id", "has_password"})

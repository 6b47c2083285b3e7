"""Valid requests for imports and for the contacts of the address book."""

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sqlalchemy import text
from walks.good_request import GoodRequest

from crm.imports.importing import ImportAction
from crm.imports.store import act, end, lock_import
from web.kit.clock import now

if TYPE_CHECKING:
    from walks.requests import Targets

CHECKED = (ImportAction.CHECK, ImportAction.FINISH)
RUN = (*CHECKED, ImportAction.RUN, ImportAction.FINISH)
COLUMNS = {"header": True, "mapping": {"name": 0}, "options": {"duplicates": "skip"}}
FILE = {"file": ("customers.csv", b"name,phone\nLi,13800138000\n")}
CONTACT_FORM = {"name": "刘强", "number_1": "021 6123 0001", "label_1": "客服"}
NUMBERS = [{"number": "021 6123 0001", "label": "客服"}]
CONTACT = {"name": "刘强", "numbers": NUMBERS}


def contact(targets: "Targets") -> dict[str, Any]:
    return {"contact": int(targets.made("/address-book/contacts", CONTACT)["id"])}


def import_in(targets: "Targets", *actions: ImportAction) -> dict[str, Any]:
    """Make an import and bring it into the state after some actions."""
    path = "/api/v1/imports/upload?target=customers"
    answer = targets.visitor.send_files(path, {}, FILE)
    assert answer.status_code == 201, answer.text
    id_ = int(answer.json()["id"])
    with targets.site.database.begin() as session:
        for action in actions:
            one = lock_import(session, id_)
            done = end if action is ImportAction.FINISH else act
            done(session, one, action, now())
        session.execute(text("UPDATE imports SET added = 1 WHERE id = :id"), {"id": id_})
        session.execute(text("DELETE FROM jobs WHERE kind = 'import'"))
    return {"import_id": id_}


IMPORT_REQUESTS: dict[str, Callable[["Targets"], GoodRequest]] = {
    "POST /address-book/contacts": lambda _: GoodRequest(CONTACT_FORM),
    "POST /api/v1/address-book/contacts": lambda _: GoodRequest(CONTACT),
    "POST /address-book/contacts/{contact}": lambda t: GoodRequest(
        {**CONTACT_FORM, "company": secrets.token_hex(4)}, contact(t)
    ),
    "PATCH /address-book/contacts/{contact}": lambda t: GoodRequest({"note": "x"}, contact(t)),
    "DELETE /address-book/contacts/{contact}": lambda t: GoodRequest({}, contact(t)),
    "POST /address-book/contacts/{contact}/remove": lambda t: GoodRequest({}, contact(t)),
    "POST /imports/upload": lambda _: GoodRequest({"target": "customers"}, files=FILE),
    "POST /imports/{import_id}/check": lambda t: GoodRequest(
        {"header": "on", "name": "0", "duplicates": "skip"}, import_in(t)
    ),
    "POST /api/v1/imports/{import_id}/check": lambda t: GoodRequest(COLUMNS, import_in(t)),
    "POST /imports/{import_id}/run": lambda t: GoodRequest({}, import_in(t, *CHECKED)),
    "POST /imports/{import_id}/cancel": lambda t: GoodRequest({}, import_in(t)),
    "POST /imports/{import_id}/undo": lambda t: GoodRequest({}, import_in(t, *RUN)),
}

"""Files of new phones: their list with the secrets, and their configurations."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from fastapi import Request, Response
from sqlalchemy.orm import Session

from acd.store import AgentSettings
from crm.kernel.errors import InvalidError
from crm.people.person import SignedIn
from web.kit.audit import note
from web.kit.export import export
from web.kit.i18n import N_
from web.kit.request import reader_of
from web.phones.actions import accounts_of
from web.phones.provisioning import PhoneAccount, Vendor, file_name, provisioning


def phones_file(  # noqa: PLR0913, PLR0917 - whose file, of which kind, and what was shown
    session: Session,
    request: Request,
    who: SignedIn,
    kind: str,
    secrets: Mapping[int, str],
    passwords: Mapping[int, str],
) -> Response:
    """Make a file of the new phones that the page shows: a list, or configurations."""
    found = accounts_of(session, request, secrets)
    note(session, request, who, "phones.exported", "phones", "", {}, _noted(kind, found))
    if kind in set(Vendor):
        return _configurations(Vendor(kind), [account for account, _ in found])
    if kind not in {"csv", "xlsx"}:
        raise InvalidError(N_("“{key}” is not one of the options."), "file", key=kind[:50])
    reader = reader_of(request)
    heads = (
        N_("Full name"),
        N_("Extension"),
        N_("Server"),
        N_("Port"),
        N_("Transport"),
        N_("Desk phone password"),
        N_("Sign-in password"),
    )
    rows = [
        (
            agent.name,
            agent.extension,
            account.sip.server,
            str(account.sip.port),
            account.sip.transport,
            account.secret,
            passwords.get(agent.id, ""),
        )
        for account, agent in found
    ]
    title = reader.gettext(N_("Phones"))
    words = [reader.gettext(one) for one in heads]
    return export(request, "phones", title, words, rows, "csv" if kind == "csv" else "xlsx")


def _noted(kind: str, found: Sequence[tuple[PhoneAccount, AgentSettings]]) -> dict[str, Any]:
    return {"file": kind[:20], "extensions": [agent.extension for _, agent in found]}


def _configurations(vendor: Vendor, accounts: Sequence[PhoneAccount]) -> Response:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for account in accounts:
            archive.writestr(file_name(vendor, account), provisioning(vendor, account))
    name = quote(f"phones-{vendor}.zip")
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }
    return Response(packed.getvalue(), media_type="application/zip", headers=headers)

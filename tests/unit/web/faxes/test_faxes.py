"""Faxes: who reads them, what is downloaded, who has handled one."""

import secrets
from io import BytesIO
from pathlib import Path

import pytest
from fastapi import FastAPI
from PIL import Image
from sqlalchemy import insert
from sqlalchemy.orm import Session, sessionmaker
from unit.web.visitor import Visitor

from crm.audit.store import AuditFilter, entries
from crm.faxes.models import FaxRow
from crm.kernel.destination import DestinationKind
from crm.parameters.store import save
from web.destinations.targets import FAX_INSTALLED, targets_of
from web.faxes.files import pdf_of
from web.kit.settings import Settings

Database = sessionmaker[Session]


def tiff(path: Path, pages: int = 2, dpi: tuple[float, float] = (204.0, 98.0)) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    first, *others = [Image.new("1", (1728, 1100), 1) for _ in range(pages)]
    first.save(path, save_all=True, append_images=others, compression="group4", dpi=dpi)


@pytest.fixture
def fax(database: Database, settings: Settings) -> int:
    file = f"fax-{secrets.token_hex(4)}"
    tiff(settings.messages_dir / "fax" / f"{file}.tiff")
    row = {
        "call": "c1",
        "file": file,
        "caller": "+8613900139077",
        "called": "+8610",
        "state": "failed",
        "why": "the other side hung up",
        "pages": 2,
        "station": "MILLER",
    }
    with database.begin() as session:
        return int(session.scalars(insert(FaxRow).values(row).returning(FaxRow.id)).one())


def test_a_supervisor_reads_a_fax_and_the_download_is_logged(
    chen_jing: Visitor, fax: int, database: Database
) -> None:
    page = chen_jing.get(f"/faxes/{fax}").text
    whole = chen_jing.get(f"/api/v1/faxes/{fax}/file")
    pdf = chen_jing.get(f"/api/v1/faxes/{fax}/file?format=pdf")

    assert "MILLER" in page
    assert "MILLER" in chen_jing.get("/faxes").text
    assert whole.headers["content-type"] == "image/tiff"
    assert Image.open(BytesIO(whole.content)).n_frames == 2
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF")
    with database.begin() as session:
        read = AuditFilter(action="fax.read", which=str(fax))
        assert len(entries(session, read).items) == 2


def test_an_agent_reads_none(li_wei: Visitor, fax: int) -> None:
    assert li_wei.get("/api/v1/faxes").json()["items"] == []
    assert li_wei.get(f"/faxes/{fax}").status_code == 404
    assert li_wei.get(f"/api/v1/faxes/{fax}/file").status_code == 404
    assert li_wei.ask(f"/faxes/{fax}", {"handled": True}, "PATCH").status_code == 404
    assert li_wei.post("/faxes/handle", {"ids": [fax]}).status_code in {303, 404}


def test_it_is_marked_as_handled_and_back(chen_jing: Visitor, fax: int) -> None:
    assert chen_jing.post("/faxes/handle", {"ids": [fax]}).status_code == 303
    first = chen_jing.get(f"/api/v1/faxes/{fax}").json()
    chen_jing.post(f"/faxes/{fax}", {})
    back = chen_jing.get(f"/api/v1/faxes/{fax}").json()

    assert first["handled_by"]["name"]
    assert back["handled_at"] is None
    assert chen_jing.post("/faxes/handle", {}).status_code == 422


def test_a_file_that_is_gone_is_a_sentence(
    chen_jing: Visitor, fax: int, settings: Settings
) -> None:
    for path in (settings.messages_dir / "fax").glob("*.tiff"):
        path.unlink()

    assert chen_jing.get(f"/api/v1/faxes/{fax}/file").status_code == 404
    assert "The file of this fax is missing." in chen_jing.get(f"/faxes/{fax}").text


def test_a_coarse_fax_is_as_high_as_it_was_sent(tmp_path: Path) -> None:
    tiff(tmp_path / "coarse.tiff", 1)
    tiff(tmp_path / "fine.tiff", 1, (204.0, 196.0))

    assert b"MediaBox" in pdf_of(tmp_path / "coarse.tiff")
    coarse, fine = (len(heights(pdf_of(tmp_path / f"{one}.tiff"))) for one in ("coarse", "fine"))
    assert coarse == fine == 1
    assert heights(pdf_of(tmp_path / "coarse.tiff")) != heights(pdf_of(tmp_path / "fine.tiff"))


def heights(pdf: bytes) -> list[bytes]:
    return [line for line in pdf.split(b"/") if line.startswith(b"MediaBox")]


def offered(session: Session) -> bool:
    return targets_of(session)[DestinationKind.FAX][""].active


def test_the_destination_is_offered_where_faxes_can_be_received_and_are(
    chen_jing: Visitor, database: Database, app: FastAPI
) -> None:
    assert app is not None
    with database() as session:
        assert not offered(session)
        session.info[FAX_INSTALLED] = True
        assert offered(session)
        save(session, {"faxes": False}, None)
        assert not offered(session)
    assert "Fax is not installed" in chen_jing.get("/faxes").text

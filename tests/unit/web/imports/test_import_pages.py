"""The pages of imports: from the file to the result, and what is refused on the way."""

import re
import secrets
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import text as sql
from sqlalchemy.orm import Session, sessionmaker
from unit.web.imports.importing import (
    ImportWorker,
    ask,
    check,
    send,
    text,
    uploaded,
    workbook,
)
from unit.web.visitor import Visitor

from web.kit.clock import now
from web.kit.settings import Settings
from web.kit.uploads.files import remove_old_uploads

Database = sessionmaker[Session]
ROWS = [["姓名", "电话"], ["王小明", "13800138001"]]


@pytest.fixture
def worker(settings: Settings, database: Database) -> ImportWorker:
    with database.begin() as session:
        session.execute(sql("DELETE FROM jobs"))
    return ImportWorker(settings, database)


def test_a_user_goes_from_the_file_to_the_result(admin: Visitor, worker: ImportWorker) -> None:
    assert "/imports/new?target=customers" in admin.get("/customers").text
    # The browser refuses a file that is too large before it is sent.
    assert 'data-most-mb="20"' in admin.get("/imports/new?target=customers").text
    sent = {"file": ("客户.csv", text(ROWS, "gb18030"))}
    answer = admin.send_files("/imports/upload", {"target": "customers"}, sent)
    place = answer.headers["location"]
    assert answer.status_code == 303

    page = admin.get(place).text
    assert "王小明" in page
    assert "客户.csv" in page
    assert re.search(r'name="phones".*?<option value="1" selected>B: 电话', page, re.DOTALL)
    form = {"header": "on", "name": "0", "mobile": "1", "duplicates": "add"}
    assert admin.post(f"{place}/check", form).status_code == 303
    assert 'hx-trigger="every 1s"' in admin.get(place).text
    worker.round()
    progress = admin.get(f"{place}/progress", HX_Request="true").text
    assert 'hx-trigger="load"' in progress
    checked = admin.get(place).text
    assert 'data-testid="run"' in checked
    assert admin.get(f"{place}/columns").text.count("<select") > 5
    assert admin.post(f"{place}/run").status_code == 303
    assert admin.post(f"{place}/run").status_code == 409
    worker.round()
    done = admin.get(place).text
    assert 'data-state="done"' in done
    assert 'data-testid="undo"' in done
    assert "客户.csv" in admin.get("/imports").text


def test_a_wrong_choice_is_told_at_its_field_and_the_others_are_kept(admin: Visitor) -> None:
    made = uploaded(admin, text(ROWS))
    answer = admin.post(f"/imports/{made['id']}/check", {"phones": "1", "duplicates": "update"})

    assert answer.status_code == 422
    assert "Select the column of the file." in answer.text
    assert '<option value="update" selected>' in answer.text
    twice = admin.post(f"/imports/{made['id']}/check", {"name": "0", "phones": "0"})
    assert "chosen twice" in twice.text


def bomb() -> bytes:
    """Make a workbook that claims cells in its farthest corner."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(workbook([["a"]]))) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
                content = content.replace(b"</sheetData>", far)
            new.writestr(name, content)
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "This file is empty."),
        (b"\n \n", "The file has no rows."),
        (b"%PDF-1.7 and so on", "Choose a workbook"),
        (b"PK\x03\x04 no zip", "Choose a workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "damaged"),
        (text([["x"] * 101]), "more than 100 columns"),
        (bomb(), "too large to be read"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_at_its_field(
    admin: Visitor, settings: Settings, content: bytes, sentence: str
) -> None:
    before = set(settings.uploads_dir.glob("*"))
    answer = send(admin, content)
    page = admin.send_files(
        "/imports/upload", {"target": "customers"}, {"file": ("a.xlsx", content)}
    )

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "file")
    assert sentence in answer.json()["detail"]
    assert (page.status_code, sentence in page.text) == (422, True)
    assert set(settings.uploads_dir.glob("*")) == before


def test_a_form_without_a_file_is_told(admin: Visitor) -> None:
    page = admin.post("/imports/upload", {"target": "customers"})

    assert page.status_code == 422
    assert "Choose a file." in page.text


def test_a_file_above_the_limit_of_the_site_is_refused(admin: Visitor) -> None:
    admin.ask("/parameters", {"import_megabytes": 1}, "PATCH")
    answer = send(admin, b"name\n" + b"Li\n" * 400_000)
    admin.ask("/parameters", {"import_megabytes": 20}, "PATCH")

    assert answer.status_code == 422
    assert "larger than 1 MB" in answer.json()["detail"]


def test_a_file_above_the_limit_of_the_route_is_refused_unread(admin: Visitor) -> None:
    headers = {"X-CSRF-Token": admin.word, "Content-Length": str(70 * 1024 * 1024)}
    answer = admin.client.post("/api/v1/imports/upload", content=b"x", headers=headers)

    assert answer.status_code == 413


def test_too_many_rows_are_refused(admin: Visitor) -> None:
    answer = send(admin, b"name\n" + b"Li\n" * 100_001)

    assert answer.status_code == 422
    assert "100,000 rows" in answer.json()["detail"]


def test_agents_import_no_customers(li_wei: Visitor) -> None:
    assert li_wei.get("/imports").status_code == 403
    assert send(li_wei, text(ROWS)).status_code == 403
    assert "/imports/new" not in li_wei.get("/customers").text


def test_a_file_is_given_back_to_its_owner_only_and_as_a_download(
    visitor: Visitor, database: Database
) -> None:
    visitor.enter(database, "chen.jing")
    html = b"<html>,<script>\nLi,1\n"
    made = uploaded(visitor, html, name="..\\evil<b>.html")
    answer = visitor.get(f"/imports/{made['id']}/file")

    assert made["file_name"] == "evil<b>.html"
    assert answer.content == html
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"
    visitor.enter(database, "admin")
    assert visitor.get(f"/imports/{made['id']}/file").status_code == 404
    assert visitor.get(f"/imports/{made['id']}").status_code == 200


def test_an_upload_with_a_key_is_carried_out_once(admin: Visitor) -> None:
    word, many = secrets.token_hex(8), "Li\n" * 900_000
    body = (
        f"--{word}\r\nContent-Disposition: form-data; name=file; filename=a.csv\r\n\r\n"
        f"name\r\n{many}\r\n--{word}--\r\n"
    ).encode()
    headers = {
        "X-CSRF-Token": admin.word,
        "Idempotency-Key": word,
        "Content-Type": f"multipart/form-data; boundary={word}",
    }
    small = body.replace(many.encode(), b"Li\n" * 90_000)
    first = admin.client.post("/api/v1/imports/upload", content=small, headers=headers)
    again = admin.client.post("/api/v1/imports/upload", content=small, headers=headers)
    other = admin.client.post("/api/v1/imports/upload", content=body, headers=headers)

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["id"] == again.json()["id"]
    assert other.status_code == 422


def test_old_files_that_are_not_in_use_are_removed(
    admin: Visitor, worker: ImportWorker, settings: Settings, database: Database
) -> None:
    unused, running = uploaded(admin, text(ROWS)), uploaded(admin, text(ROWS))
    check(admin, worker, running)
    ask(admin, running, "run")
    later = now() + timedelta(days=40)
    with database.begin() as session:
        remove_old_uploads(session, settings, 30, later)
        kept = session.execute(
            sql("SELECT id, upload FROM imports WHERE id = ANY(:ids)"),
            {"ids": [unused["id"], running["id"]]},
        )
        uploads = {id_: upload for id_, upload in kept}  # noqa: C416 - rows are no tuples
    names = {path.name for path in settings.uploads_dir.iterdir()}
    worker.round()

    assert uploads[unused["id"]] is None
    assert {name.partition(".")[0] for name in names} == {uploads[running["id"]]}
    assert admin.get(f"/imports/{unused['id']}").status_code == 200

"""The agents' levels as a file: exported, edited, and imported again."""

import csv
import io
import secrets

import pytest
from sqlalchemy.orm import Session, sessionmaker
from unit.web.conftest import People
from unit.web.visitor import Visitor

from acd.skill_levels.store import levels
from acd.store import agents
from crm.imports.importing import BadRow
from crm.imports.row import FileRow, ReadRow, RowOutcome, RowResult, WriteTask, read_row
from web.skills.importing import LEVELS

Rows = list[tuple[str, ...]]


@pytest.fixture
def skill(admin: Visitor) -> str:
    name = f"Skill {secrets.token_hex(4)}"
    return str(admin.ask("/skills", {"name_en": name, "name_zh": f"技能{name}"}).json()["key"])


def exported(visitor: Visitor) -> tuple[list[str], Rows]:
    text = visitor.get("/skills/matrix/export?format=csv").content.decode("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(text))
    return head, [tuple(row) for row in rows]


def imported(
    database: sessionmaker[Session], rows: Rows, *, dry_run: bool = False
) -> list[RowOutcome | BadRow]:
    mapping = {"extension": 0, "skill": 2, "level": 3}
    read = [
        read_row(FileRow(at, row), LEVELS.columns, mapping, "CN") for at, row in enumerate(rows)
    ]
    good = [one for one in read if isinstance(one, ReadRow)]
    with database.begin() as session:
        written = iter(LEVELS.write(session, good, WriteTask(1, {}, "CN", dry_run)))
        return [one if isinstance(one, BadRow) else next(written) for one in read]


def level_of(database: sessionmaker[Session], agent: int, skill: str) -> int:
    with database.begin() as session:
        found = {int(one): dict(theirs) for one, theirs in levels(session).items()}
    return {str(key): at for key, at in found.get(agent, {}).items()}.get(skill, 0)


def extension_of(database: sessionmaker[Session], agent: int) -> str:
    with database.begin() as session:
        return next(one.extension for one in agents(session) if one.id == agent)


def test_what_was_exported_edited_and_imported_counts(
    admin: Visitor, people: People, database: sessionmaker[Session], skill: str
) -> None:
    extension = extension_of(database, people.li_wei)
    head, rows = exported(admin)
    assert head == ["Extension", "Agent", "Skill", "Skill level"]
    assert all(one.result is RowResult.SKIPPED for one in imported(database, rows))  # type: ignore[union-attr]

    name = next(row[2] for row in rows if skill.partition("-")[2] in row[2])
    mine = (extension, "whoever", name)
    assert [one.result for one in imported(database, [(*mine, "7")], dry_run=True)] == [  # type: ignore[union-attr]
        RowResult.ADDED
    ]
    assert level_of(database, people.li_wei, skill) == 0, "a dry run writes nothing"
    imported(database, [(*mine, "7")])
    assert level_of(database, people.li_wei, skill) == 7
    assert (*mine[:1], *mine[2:], "7") in [(row[0], *row[2:]) for row in exported(admin)[1]]
    [changed] = imported(database, [(extension, "", f"技能{name}", "8.0")])
    assert isinstance(changed, RowOutcome)
    assert changed.result is RowResult.CHANGED
    imported(database, [(extension, "", skill, "0")])
    assert level_of(database, people.li_wei, skill) == 0


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        (("99999", "", "{skill}", "3"), "extension"),
        (("{extension}", "", "nothing", "3"), "skill"),
        (("{extension}", "", "{skill}", "11"), "level"),
        (("{extension}", "", "{skill}", "much"), "level"),
        (("{extension}", "", "{skill}", ""), "level"),
    ],
)
def test_bad_rows_come_back_with_their_reason(
    people: People,
    database: sessionmaker[Session],
    skill: str,
    cells: tuple[str, ...],
    field: str,
) -> None:
    extension = extension_of(database, people.li_wei)
    row = tuple(cell.format(skill=skill, extension=extension) for cell in cells)
    good = (extension, "", skill, "4")
    wrong, written = imported(database, [row, good])
    if isinstance(wrong, BadRow):
        assert wrong.column == field
    else:
        assert wrong.result is RowResult.BAD
        assert wrong.error is not None
        assert wrong.error.field == field
    assert isinstance(written, RowOutcome)
    assert written.result is RowResult.ADDED


def test_the_matrix_leads_to_import_and_export(admin: Visitor, skill: str) -> None:
    page = admin.get("/skills/matrix").text
    assert "/imports/new?target=skill-levels" in page
    assert admin.get("/imports/new?target=skill-levels").status_code == 200
    assert admin.get("/skills/matrix/export?format=xlsx").status_code == 200
    assert skill

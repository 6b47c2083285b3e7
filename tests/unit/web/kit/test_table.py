"""Lists: the query that an address asks for, and the addresses on a drawn list."""

from urllib.parse import parse_qs, urlsplit

from crm.people.rights import Right
from crm.preferences.preference import View
from web.kit.listing.page import chosen_columns
from web.kit.listing.query import read_sort
from web.kit.listing.table import Action, FilterField, Heading, Table, TableRow, lay_out

NAME = Heading("name", "Name", sort="name", required=True)
LEVEL = Heading("level", "Level", sort="level")
NOTE = Heading("note", "Note", shown=False)
COLUMNS = (NAME, LEVEL, NOTE)
SORTS = ("name", "level")


def table(**changed):
    said = {"name": "customers", "url": "/customers", "title": "Customers", "columns": COLUMNS}
    return Table(rows=[TableRow(1, {})], **{**said, **changed})


def words(url):
    return {key: value[0] for key, value in parse_qs(urlsplit(url).query).items()}


def laid_out(shown, path="/customers", rights=()):
    return lay_out(shown, path, 7, rights)


def test_an_order_goes_up_or_down():
    assert read_sort("name", SORTS, "-level") == ("name", False)
    assert read_sort("-name", SORTS, "-level") == ("name", True)


def test_an_order_that_cannot_be_is_the_usual_one():
    assert read_sort("note", SORTS, "-level") == ("level", True)
    assert read_sort("'; drop table", SORTS, "") == ("", False)


def test_a_usual_order_need_not_be_a_column():
    assert read_sort("", SORTS, "-updated") == ("updated", True)


def test_chosen_columns_stand_in_the_lists_own_order_and_what_is_required_is_there():
    assert chosen_columns(["note", "gone"], COLUMNS) == ("name", "note")


def test_a_person_who_never_chose_has_the_usual_columns():
    assert chosen_columns(None, COLUMNS) == ()
    assert [one.column.key for one in laid_out(table()).headings] == ["name", "level"]


def test_a_heading_turns_the_order_round_and_begins_at_the_first_page():
    shown = laid_out(table(sort="name"), "/customers?q=wang&sort=name&cursor=c1")

    first, second = shown.headings
    assert (first.sorted, second.sorted) == ("ascending", "")
    assert words(first.url) == {"q": "wang", "sort": "-name"}
    assert words(second.url) == {"q": "wang", "sort": "level"}


def test_next_and_previous_lead_there_and_back():
    path, seen = "/customers?q=wang", []
    for cursor in ("c1", "c2", "c3"):
        path = laid_out(table(next=cursor), path).next_url
        seen.append(words(path)["cursor"])
    back = []
    while path:
        path = laid_out(table(), path).previous_url
        back.append(words(path).get("cursor", "") if path else None)

    assert seen == ["c1", "c2", "c3"]
    assert back == ["c2", "c1", "", None]


def test_the_first_page_has_nothing_before_it():
    shown = laid_out(table(next="c1"))

    assert (shown.previous_url, shown.first_url) == ("", "")


def test_another_page_size_begins_at_the_first_page():
    shown = laid_out(table(limit=30), "/customers?cursor=c1&before=&q=x")

    assert [one.label for one in shown.sizes if one.current] == ["30"]
    assert words(shown.sizes[0].url) == {"q": "x", "limit": "10"}


def test_the_filter_carries_along_what_is_not_its_own():
    shown = laid_out(
        table(filters=[FilterField("q", "Name", value="x")]), "/customers?q=x&sort=-name&cursor=c1"
    )

    assert list(shown.kept) == [("sort", "-name")]
    assert shown.filtered


def test_words_of_the_lists_own_address_stay():
    shown = laid_out(table(url="/customers/5?tab=calls", next="c1"), "/customers/5?tab=calls&q=x")

    assert words(shown.next_url) == {"tab": "calls", "q": "x", "cursor": "c1"}
    assert shown.clear_url == "/customers/5?tab=calls"


def test_another_pages_words_are_not_the_lists():
    shown = laid_out(table(next="c1"), "/elsewhere?q=x")

    assert words(shown.next_url) == {"cursor": "c1"}


def test_files_hold_what_is_filtered_and_all_pages_of_it():
    shown = laid_out(table(export_url="/customers/export"), "/customers?q=x&cursor=c1&view=3")

    assert words(shown.csv_url) == {"q": "x", "format": "csv"}
    assert urlsplit(shown.xlsx_url).path == "/customers/export"


def test_a_view_is_an_address_and_only_ones_own_can_be_deleted():
    views = [
        View(3, 7, "customers", "Mine", {"q": "x"}, shared=False),
        View(4, 8, "customers", "Hers", {"level": "gold"}, shared=True),
    ]

    mine, hers = laid_out(table(views=views), "/customers?view=4").views

    assert words(mine.url) == {"q": "x", "view": "3"}
    assert (mine.own, mine.current) == (True, False)
    assert (hers.own, hers.current, hers.shared) == (False, True, True)


def test_actions_are_shown_to_users_with_the_right():
    actions = [
        Action("level", "Set level", "/customers/level", right=Right.CUSTOMERS_EDIT),
        Action("print", "Print", "/customers/print"),
    ]

    assert [one.name for one in laid_out(table(actions=actions)).actions] == ["print"]
    allowed = laid_out(table(actions=actions), rights=["customers.edit"])
    assert [one.name for one in allowed.actions] == ["level", "print"]

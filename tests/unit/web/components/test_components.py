"""The components as they are drawn, and the page that shows them all."""

import re
from html.parser import HTMLParser

import pytest
from unit.web.visitor import Visitor

VOID = {"input", "meta", "link", "br", "use"}


class Page(HTMLParser):
    """Ids and references to them, forms and their fields, and unclosed tags."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.pointers, self.styled, self.open, self.crossed = [], [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        if "id" in said:
            self.ids.append(said["id"])
        for name in ("aria-describedby", "aria-labelledby", "aria-controls", "for", "form"):
            self.pointers += (said.get(name) or "").split()
        self.styled += [
            f"{tag} {name}" for name in said if name == "style" or name.startswith("on")
        ]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.crossed.append(tag)


@pytest.fixture
def text(admin: Visitor) -> str:
    answer = admin.get("/components")
    assert answer.status_code == 200, answer.text
    return answer.text


def test_ids_are_there_once_and_what_points_finds_its_place(text):
    page = Page(text)

    assert sorted({one for one in page.ids if page.ids.count(one) > 1}) == []
    assert [one for one in page.pointers if one not in page.ids] == []


def test_tags_are_closed_in_their_order(text):
    page = Page(text)

    assert page.crossed == []


def test_nothing_needs_a_style_or_script_in_the_page(text):
    assert Page(text).styled == []
    assert re.findall(r"<script(?![^>]*(?:src=|application/json))", text) == []


def test_a_name_with_marks_of_html_is_only_a_name(text):
    assert "O&#39;Brien &lt;b&gt;" in text
    assert "O'Brien <b>" not in text


def test_a_mistake_stands_beside_its_field(text):
    field = re.search(r'<input[^>]*name="email"[^>]*>', text)

    assert field
    assert 'aria-invalid="true"' in field[0]
    assert 'aria-describedby="showcase-email-error"' in field[0]
    assert re.search(r'id="showcase-email-error">Enter a valid email address\.<', text)


def test_an_action_that_cannot_be_undone_asks_first(text):
    button = re.search(r'<button[^>]*data-testid="bulk-delete"[^>]*>', text)

    assert button
    assert 'data-confirm="Delete the selected rows?"' in button[0]


def test_a_chart_is_told_as_a_table_too(text):
    assert text.count('data-island="chart"') == 2
    assert re.search(r'<th scope="row">Li Wei</th><td class="text-end numeric">31</td>', text)


def test_an_empty_list_says_so(text):
    assert "Nothing here yet." in text


def test_the_page_is_chinese_for_a_chinese_reader(admin: Visitor):
    admin.post("/language", {"language": "zh_CN", "next": "/components"})
    try:
        text = admin.get("/components").text
    finally:
        admin.post("/language", {"language": "en", "next": "/components"})

    assert "共 5 条" in text
    assert 'lang="zh-CN"' in text


def test_the_shell_shows_the_menu_of_ones_rights(li_wei: Visitor):
    text = li_wei.get("/calls").text

    assert 'id="sidebar"' in text
    assert 'href="/desk"' in text
    assert 'href="/parameters"' not in text


def test_without_a_session_there_is_no_menu_and_no_search(visitor: Visitor):
    text = visitor.get("/sign-in").text

    assert 'id="sidebar"' not in text
    assert 'id="search"' not in text

"""Texts with delimiters: their character set and their delimiter."""

import pytest

from crm.imports.delimited import guess_delimiter, guess_encoding

LINES = "姓名,电话\n王小明,13800138000\n李娜,13900139000\n陈静怡,13500135004\n"


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("gb18030", "gb18030"),
    ],
)
def test_a_character_set_is_recognised(encoding: str, found: str) -> None:
    content = LINES.encode(encoding)

    assert guess_encoding(content) == found
    assert content.decode(found) == LINES


def test_english_is_read_in_any_set() -> None:
    assert guess_encoding(b"name,phone\nLi,1\n") == "utf-8"


def test_a_broken_byte_makes_no_other_character_set() -> None:
    content = LINES.encode().replace(b"13800138000", b"1380\xff0138000")

    assert guess_encoding(content) == "utf-8"
    assert guess_encoding(LINES.encode("gb18030") + b"\xff") == "gb18030"


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b,c\n1,2,3\n", ","),
        ("a;b;c\n1,5;2;3\n", ";"),
        ("a\tb\n1, 2\t2\n", "\t"),
        ("a|b\n1|2\n", "|"),
        ("13800138000\n13900139000\n", ","),
        ('"a, b";c\n"d, e";f\n', ";"),
        ("", ","),
    ],
)
def test_a_delimiter_is_recognised(text: str, delimiter: str) -> None:
    assert guess_delimiter(text) == delimiter

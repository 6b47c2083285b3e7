"""Names of one line."""

import pytest

from crm.kernel.text import one_line


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Li Wei ", "Li Wei"),
        ("A\r\nB", "A  B"),
        ("A\u2028B\x00\x1b", "A B"),
        ("José 张三", "José 张三"),
        ("\r\n", ""),
    ],
)
def test_a_name_is_one_line_without_control_characters(typed: str, kept: str) -> None:
    assert one_line(typed) == kept


def test_a_name_is_cut_without_a_space_at_its_end() -> None:
    assert one_line("ab cd", 3) == "ab"

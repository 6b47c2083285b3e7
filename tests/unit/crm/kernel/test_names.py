"""Names: which are the same, what finds them, and their order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.kernel.errors import InvalidError
from crm.kernel.names import comparable, is_visible, needed_name, sort_key, spellings


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("José", "jose"),
        ("José", "Jose\u0301"),
        ("O\u2019Brien", "O'Brien"),
        ("O'Brien", "OBrien"),
        ("Li\u3000Wei", "li wei"),
        ("Li\u200b Wei", "Li  Wei"),
        ("\u202aLi Wei\u202c", "Li Wei"),
        ("\uff2c\uff49", "li"),
        ("Jean-Luc", "Jean\u2011Luc"),
        ("Jean-Luc", "jean luc"),
        ("Stra\u00dfe", "STRASSE"),
        ("\u0141ukasz \u00d8rsted", "lukasz orsted"),
        ("\u0130stanbul", "istanbul"),
        ("\u5f20\u00b7\u4e09", "\u5f20 \u4e09"),
        ("\u0645\u064f\u062d\u0645\u062f", "\u0645\u062d\u0645\u062f"),
    ],
)
def test_names_are_compared_without_what_people_leave_out(one: str, other: str) -> None:
    assert comparable(one) == comparable(other)


@pytest.mark.parametrize(("one", "other"), [("か", "が"), ("किरण", "करण"), ("Li", "Le")])
def test_letters_that_differ_stay_different(one: str, other: str) -> None:
    assert comparable(one) != comparable(other)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("张三", "zhangsan"),
        ("张三", "zs"),
        ("张三", "三"),
        ("吕布", "lvbu"),
        ("吕布", "lubu"),
        ("重庆银行", "chongqingyinhang"),
        ("重庆银行", "cqyh"),
        ("单雄信", "shanxiongxin"),
        ("单雄信", "danxiongxin"),
        ("曾国藩", "zgf"),
        ("阿Ben", "aben"),
        ("Zhang San", "zhangsan"),
        ("Émile Zola", "emile zola"),
    ],
)
def test_a_name_is_found_by_its_spellings(name: str, typed: str) -> None:
    assert any(typed in one for one in spellings(name))


def test_a_latin_name_has_no_pinyin() -> None:
    assert spellings("José") == ("jose",)
    assert spellings("") == spellings("\u200b") == ()


def test_names_are_sorted_latin_first_and_chinese_by_pinyin() -> None:
    names = ["Émile", "emma", "zack", "Zoë", "阿强", "李四", "曾国藩", "张三", "赵六"]
    by_code_point = sorted(names)

    assert sorted(by_code_point, key=sort_key) == names


def test_accents_and_case_decide_only_between_equal_names() -> None:
    names = ["Zoe", "Zoë", "Zoe Lang", "Zoë Lind", "Zora"]
    by_code_point = sorted(names)

    assert sorted(by_code_point, key=sort_key) == names


def test_a_name_of_one_character_group_stays_together() -> None:
    names = ["张二", "张三", "章一", "张a"]

    assert sorted(names, key=sort_key) == ["张a", "张二", "张三", "章一"]


@pytest.mark.parametrize(
    "name", ["", " ", "\u200b", "\u3000\u2060", "\ufeff", "\u3164", "\u00ad\u2800", "\u0301", "\0"]
)
def test_a_name_that_shows_nothing_is_refused(name: str) -> None:
    assert not is_visible(name)
    with pytest.raises(InvalidError) as refused:
        needed_name(name, 100)
    assert refused.value.field == "name"


@pytest.mark.parametrize("name", ["x", "王", "😀", "'", "\u0647\u200c", "-"])
def test_a_name_that_shows_anything_is_taken(name: str) -> None:
    assert needed_name(f" {name} ", 100) == name


@given(st.text(max_size=250))
def test_any_text_has_a_key_that_the_database_takes(name: str) -> None:
    key = sort_key(name)

    assert "\0" not in key
    assert len(key.encode()) < 2000
    assert comparable(comparable(name)) == comparable(name)
    assert all("\0" not in one for one in spellings(name))

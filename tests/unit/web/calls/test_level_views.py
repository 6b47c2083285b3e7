"""What a customer's level changed, as a sentence in both languages."""

from zoneinfo import ZoneInfo

import pytest

from crm.people.person import Language
from web.calls.level_views import level_sentence, own_sentences
from web.kit.i18n import Reader

LEVEL = {"name": "VIP", "name_zh": "贵宾", "priority": 5}


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (Language.ENGLISH, "VIP: priority +5, needs English 5"),
        (Language.CHINESE, "贵宾：优先级 +5，需要 英语 5 级"),  # noqa: RUF001 - Chinese marks
    ],
)
def test_a_level_is_told_by_its_effects(language: Language, said: str) -> None:
    skills = {"english": "English" if language is Language.ENGLISH else "英语"}
    reader = Reader(language, ZoneInfo("UTC"), "CN")
    assert level_sentence(LEVEL, ["english 5"], skills, reader) == said


def test_a_level_without_effects_is_only_named() -> None:
    level = {"name": "VIP", "name_zh": "", "priority": 0}
    assert level_sentence(level, [], {}, Reader(Language.CHINESE, ZoneInfo("UTC"), "CN")) == "VIP"


OWN = {"needs": ["german 5", "law 2"], "left": ["chess 1"], "over": False}


@pytest.mark.parametrize(
    ("language", "over", "said"),
    [
        (
            Language.ENGLISH,
            False,
            [
                "The call flow asks for German 5, Law 2",
                "The call flow asks for Chess 1, which no agent of this queue has",
            ],
        ),
        (
            Language.CHINESE,
            True,
            [
                "呼叫流程曾要求 German 5、Law 2，等待时限已过",  # noqa: RUF001 - Chinese marks
                "呼叫流程要求 Chess 1，但本队列没有具备该技能的坐席",  # noqa: RUF001 - the same
            ],
        ),
    ],
)
def test_what_a_call_alone_needs_is_told(language: Language, over: bool, said: list[str]) -> None:  # noqa: FBT001
    skills = {"german": "German", "law": "Law", "chess": "Chess"}
    reader = Reader(language, ZoneInfo("UTC"), "CN")
    assert list(own_sentences({**OWN, "over": over}, skills, reader)) == said
    assert not list(own_sentences({}, skills, reader))

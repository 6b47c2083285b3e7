"""Figures in typed texts are written as callers expect to hear them."""

# ruff: noqa: RUF001
import pytest

from ivr.prompt_library.spoken_text import spoken_text
from web.ops.setup.spoken_words import WORDS

ENGLISH = [
    ("For sales, press 1.", "For sales, press one."),
    ("1,250 calls", "one thousand two hundred and fifty calls"),
    ("on 2026-11-30", "on November thirtieth twenty twenty six"),
    ("at 15:05", "at three oh five P M"),
    ("$12.50", "twelve dollars and fifty cents"),
    ("12.5% off", "twelve point five percent off"),
    ("Call 400 800 1234.", "Call four zero zero eight zero zero one two three four."),
    ("area code 0571", "area code zero five seven one"),
    ("model A12, version 1.2.3", "model A12, version 1.2.3"),
    ("on 2026-13-45", "on 2026-13-45"),
    ("at 25:99", "at 25:99"),
    ("", ""),
]
CHINESE = [
    ("销售请按1", "销售请按一"),
    ("2位客户，第2名", "两位客户，第二名"),
    ("2026年11月30日下午15:05", "二零二六年十一月三十日下午三点零五分"),
    ("¥12.50", "十二元五角"),
    ("优惠12%", "优惠百分之十二"),
    ("拨打13800138000", "拨打幺三八零零幺三八零零零"),
    ("共1250件", "共一千二百五十件"),
]


@pytest.mark.parametrize(("typed", "spoken"), ENGLISH)
def test_an_english_text_says_its_figures(typed: str, spoken: str) -> None:
    assert spoken_text(typed, "en", WORDS) == spoken


@pytest.mark.parametrize(("typed", "spoken"), CHINESE)
def test_a_chinese_text_says_its_figures(typed: str, spoken: str) -> None:
    assert spoken_text(typed, "zh_CN", WORDS) == spoken

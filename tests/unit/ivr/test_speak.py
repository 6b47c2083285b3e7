"""Numbers, dates, times, money and waits as they are said in English and Chinese."""

from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.ivr.speak_reader import chinese_number, english_number, text

from ivr.speak.languages import SPEECH, speech_in
from ivr.speak.speech import LARGEST, Currency
from web.ops.setup.spoken_words import WORDS

READERS = {"en": english_number, "zh_CN": chinese_number}

NUMBERS = [
    (0, "zero", "零"),
    (1, "one", "一"),
    (2, "two", "二"),
    (9, "nine", "九"),
    (10, "ten", "十"),
    (11, "eleven", "十一"),
    (12, "twelve", "十二"),
    (13, "thirteen", "十三"),
    (15, "fifteen", "十五"),
    (19, "nineteen", "十九"),
    (20, "twenty", "二十"),
    (21, "twenty one", "二十一"),
    (22, "twenty two", "二十二"),
    (30, "thirty", "三十"),
    (45, "forty five", "四十五"),
    (80, "eighty", "八十"),
    (99, "ninety nine", "九十九"),
    (100, "a hundred", "一百"),
    (101, "a hundred and one", "一百零一"),
    (105, "a hundred and five", "一百零五"),
    (110, "a hundred and ten", "一百一十"),
    (111, "a hundred and eleven", "一百一十一"),
    (120, "a hundred and twenty", "一百二十"),
    (200, "two hundred", "两百"),
    (202, "two hundred and two", "两百零二"),
    (222, "two hundred and twenty two", "两百二十二"),
    (999, "nine hundred and ninety nine", "九百九十九"),
    (1000, "a thousand", "一千"),
    (1001, "a thousand and one", "一千零一"),
    (1010, "a thousand and ten", "一千零一十"),
    (1100, "one thousand one hundred", "一千一百"),
    (1105, "one thousand one hundred and five", "一千一百零五"),
    (2000, "two thousand", "两千"),
    (2002, "two thousand and two", "两千零二"),
    (2020, "two thousand and twenty", "两千零二十"),
    (2222, "two thousand two hundred and twenty two", "两千二百二十二"),
    (10000, "ten thousand", "一万"),
    (10001, "ten thousand and one", "一万零一"),
    (10010, "ten thousand and ten", "一万零一十"),
    (10100, "ten thousand one hundred", "一万零一百"),
    (11000, "eleven thousand", "一万一千"),
    (12345, "twelve thousand three hundred and forty five", "一万二千三百四十五"),
    (20000, "twenty thousand", "两万"),
    (22000, "twenty two thousand", "两万二千"),
    (100000, "one hundred thousand", "十万"),
    (100005, "one hundred thousand and five", "十万零五"),
    (100010, "one hundred thousand and ten", "十万零一十"),
    (105000, "one hundred and five thousand", "十万五千"),
    (200000, "two hundred thousand", "二十万"),
    (202000, "two hundred and two thousand", "二十万二千"),
    (1000000, "a million", "一百万"),
    (1000001, "a million and one", "一百万零一"),
    (1100000, "one million one hundred thousand", "一百一十万"),
    (2000000, "two million", "两百万"),
    (10000000, "ten million", "一千万"),
    (100000000, "one hundred million", "一亿"),
    (100000001, "one hundred million and one", "一亿零一"),
    (101000000, "one hundred and one million", "一亿零一百万"),
    (200000000, "two hundred million", "两亿"),
    (1000000000, "a billion", "十亿"),
    (1000010000, "one billion ten thousand", "十亿零一万"),
    (2000000000, "two billion", "二十亿"),
    (-3, "minus three", "负三"),
    (-200, "minus two hundred", "负两百"),
    (Decimal("3.14"), "three point one four", "三点一四"),
    (Decimal("0.5"), "zero point five", "零点五"),
    (Decimal("-2.50"), "minus two point five", "负二点五"),
    (Decimal("200.0"), "two hundred", "两百"),
]
MOMENTS = [
    ((0, 0), "twelve midnight", "凌晨零点整"),
    ((0, 5), "twelve oh five a m", "凌晨零点零五分"),
    ((2, 0), "two a m", "凌晨两点整"),
    ((2, 2), "two oh two a m", "凌晨两点零二分"),
    ((5, 59), "five fifty nine a m", "凌晨五点五十九分"),
    ((6, 0), "six a m", "上午六点整"),
    ((9, 30), "nine thirty a m", "上午九点三十分"),
    ((11, 11), "eleven eleven a m", "上午十一点十一分"),
    ((12, 0), "twelve noon", "中午十二点整"),
    ((12, 45), "twelve forty five p m", "中午十二点四十五分"),
    ((13, 0), "one p m", "下午一点整"),
    ((14, 10), "two ten p m", "下午两点十分"),
    ((17, 20), "five twenty p m", "下午五点二十分"),
    ((18, 0), "six p m", "晚上六点整"),
    ((22, 22), "ten twenty two p m", "晚上十点二十二分"),
    ((23, 59), "eleven fifty nine p m", "晚上十一点五十九分"),
]
DAYS = [
    ((2026, 11, 30), "monday november thirtieth twenty twenty six", "二零二六年十一月三十日星期一"),
    ((2026, 2, 2), "monday february second twenty twenty six", "二零二六年二月二日星期一"),
    ((2005, 1, 21), "friday january twenty first two thousand and five",
     "二零零五年一月二十一日星期五"),
    ((2000, 12, 31), "sunday december thirty first two thousand", "二零零零年十二月三十一日星期日"),
    ((1905, 10, 12), "thursday october twelfth nineteen oh five", "一九零五年十月十二日星期四"),
    ((1900, 5, 20), "sunday may twentieth nineteen hundred", "一九零零年五月二十日星期日"),
    ((2010, 6, 5), "saturday june fifth twenty ten", "二零一零年六月五日星期六"),
    ((2100, 8, 11), "wednesday august eleventh twenty one hundred", "二一零零年八月十一日星期三"),
]  # fmt: skip
AMOUNTS = [
    ("0", "CNY", "zero yuan", "零元"),
    ("1", "CNY", "one yuan", "一元"),
    ("2", "CNY", "two yuan", "两元"),
    ("2.2", "CNY", "two yuan and twenty fen", "两元两角"),
    ("105.20", "CNY", "a hundred and five yuan and twenty fen", "一百零五元两角"),
    ("105.02", "CNY", "a hundred and five yuan and two fen", "一百零五元零二分"),
    ("105.22", "CNY", "a hundred and five yuan and twenty two fen", "一百零五元两角二分"),
    ("0.02", "CNY", "two fen", "两分"),
    ("0.5", "CNY", "fifty fen", "五角"),
    ("22", "CNY", "twenty two yuan", "二十二元"),
    ("-8.8", "CNY", "minus eight yuan and eighty fen", "负八元八角"),
    ("-0.001", "CNY", "zero yuan", "零元"),
    ("1", "USD", "one dollar", "一美元"),
    ("2.01", "USD", "two dollars and one cent", "两美元一美分"),
    ("0.99", "USD", "ninety nine cents", "九十九美分"),
    ("1", "EUR", "one euro", "一欧元"),
    ("19.90", "EUR", "nineteen euros and ninety cents", "十九欧元九十欧分"),
    ("1.01", "GBP", "one pound and one penny", "一英镑一便士"),
    ("3.50", "GBP", "three pounds and fifty pence", "三英镑五十便士"),
    ("2.005", "USD", "two dollars", "两美元"),
]
DURATIONS = [
    (0, "zero seconds", "零秒钟"),
    (1, "one second", "一秒钟"),
    (2, "two seconds", "两秒钟"),
    (60, "one minute", "一分钟"),
    (61, "one minute and one second", "一分钟一秒钟"),
    (120, "two minutes", "两分钟"),
    (720, "twelve minutes", "十二分钟"),
    (3600, "one hour", "一小时"),
    (7325, "two hours two minutes and five seconds", "两小时两分钟五秒钟"),
    (86400, "one day", "一天"),
    (180000, "two days and two hours", "两天两小时"),
    (-5, "zero seconds", "零秒钟"),
]
RANGES = [
    ((0, 1), "less than one minute", "不到一分钟"),
    ((0, 2), "less than two minutes", "不到两分钟"),
    ((1, 2), "about one to two minutes", "大约一到两分钟"),
    ((2, 4), "about two to four minutes", "大约两到四分钟"),
    ((1, 1), "about one minute", "大约一分钟"),
    ((5, 5), "about five minutes", "大约五分钟"),
    ((12, 22), "about twelve to twenty two minutes", "大约十二到二十二分钟"),
]
AHEAD = [
    (0, "you are next", "您是下一位"),
    (1, "one caller is ahead of you", "您前面还有一位来电者在等候"),
    (2, "two callers are ahead of you", "您前面还有两位来电者在等候"),
    (12, "twelve callers are ahead of you", "您前面还有十二位来电者在等候"),
    (105, "a hundred and five callers are ahead of you", "您前面还有一百零五位来电者在等候"),
]
WAITED = [
    (59, "you have been waiting for less than one minute", "您已等候不到一分钟"),
    (60, "you have been waiting for one minute", "您已等候一分钟"),
    (179, "you have been waiting for two minutes", "您已等候两分钟"),
    (3700, "you have been waiting for one hour and one minute", "您已等候一小时一分钟"),
]


def spoken(what, *values):
    return tuple(
        text(language, getattr(speech, what)(*values)) for language, speech in SPEECH.items()
    )


@pytest.mark.parametrize(("value", "english", "chinese"), NUMBERS)
def test_numbers(value, english, chinese):
    assert spoken("number", value) == (english, chinese)


@pytest.mark.parametrize(("at", "english", "chinese"), MOMENTS)
def test_times(at, english, chinese):
    assert spoken("moment", time(*at)) == (english, chinese)


@pytest.mark.parametrize(("day", "english", "chinese"), DAYS)
def test_dates(day, english, chinese):
    assert spoken("day", date(*day)) == (english, chinese)


@pytest.mark.parametrize(("amount", "currency", "english", "chinese"), AMOUNTS)
def test_money(amount, currency, english, chinese):
    assert spoken("money", Decimal(amount), Currency(currency)) == (english, chinese)


@pytest.mark.parametrize(("seconds", "english", "chinese"), DURATIONS)
def test_durations(seconds, english, chinese):
    assert spoken("duration", seconds) == (english, chinese)


@pytest.mark.parametrize(("minutes", "english", "chinese"), RANGES)
def test_ranges_of_minutes(minutes, english, chinese):
    assert spoken("minutes", *minutes) == (english, chinese)
    assert spoken("estimate", *minutes) == (
        f"the remaining wait is {english}", f"预计还需等候{chinese}",
    )  # fmt: skip


@pytest.mark.parametrize(("count", "english", "chinese"), AHEAD)
def test_callers_ahead(count, english, chinese):
    assert spoken("ahead", count) == (english, chinese)


@pytest.mark.parametrize(("seconds", "english", "chinese"), WAITED)
def test_the_time_waited(seconds, english, chinese):
    assert spoken("waited", seconds) == (english, chinese)


def test_a_telephone_number_has_another_one_than_other_digits():
    assert spoken("digits", "1-0*1#") == ("one zero star one pound", "一零星号一井号")
    assert spoken("telephone", "+86 110") == ("eight six one one zero", "八六幺幺零")


def test_an_unknown_language_is_english():
    assert speech_in("fr") is SPEECH["en"]


def test_a_number_that_is_too_large_is_not_spoken():
    for speech in SPEECH.values():
        with pytest.raises(ValueError, match="1000000000000"):
            speech.number(LARGEST + 1)


@pytest.mark.parametrize("language", SPEECH)
def test_each_number_of_a_small_table_reads_back(language):
    for value in [*range(12_000), *range(99_900, 100_200), *range(999_900, 1_000_200)]:
        assert READERS[language](SPEECH[language].number(value)) == value


@pytest.mark.parametrize("language", SPEECH)
@given(st.integers(-LARGEST, LARGEST))
def test_every_number_reads_back(language, value):
    said = SPEECH[language].number(value)
    assert set(said) <= set(WORDS[language])
    assert READERS[language](said) == value


@pytest.mark.parametrize("language", SPEECH)
@given(st.decimals(-LARGEST, LARGEST, places=3))
def test_every_fraction_reads_back(language, value):
    assert READERS[language](SPEECH[language].number(value)) == value


@pytest.mark.parametrize("language", SPEECH)
@given(
    st.datetimes(),
    st.decimals(-(10**9), 10**9, places=2),
    st.sampled_from(Currency),
    st.integers(0, 10**7),
)
def test_whatever_is_said_has_recorded_words(language, at, amount, currency, count):
    speech = SPEECH[language]
    said = (
        *speech.day(at.date()),
        *speech.moment(at.time()),
        *speech.money(amount, currency),
        *speech.duration(count),
        *speech.waited(count),
        *speech.ahead(count),
        *speech.estimate(count, count + 3),
        *speech.telephone(str(count)),
    )
    assert set(said) <= set(WORDS[language])

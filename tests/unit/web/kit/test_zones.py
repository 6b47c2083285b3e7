"""The list of time zones."""

from datetime import UTC, datetime

from crm.people.person import Language
from web.kit.i18n import Reader
from web.kit.zones import grouped_zones

AT = datetime(2026, 1, 1, tzinfo=UTC)


def listed(chosen: str = "") -> set[str]:
    groups = grouped_zones(Reader(Language.ENGLISH, UTC, "CN"), AT, chosen)
    return {one.key for _, choices in groups for one in choices}


def test_a_zone_with_the_clock_of_another_is_listed_only_where_it_is_chosen() -> None:
    assert {"Asia/Shanghai", "America/New_York", "UTC"} <= listed()
    assert "Asia/Chongqing" not in listed()
    assert "Asia/Chongqing" in listed("Asia/Chongqing")

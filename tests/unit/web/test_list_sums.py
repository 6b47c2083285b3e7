"""The sums below a list: on its page, in its files, by the API, within what a user may see."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker
from unit.web.callbacks import asking as callbacks
from unit.web.lost_calls.losing import forget, lose
from unit.web.visitor import Visitor

from crm.charges.calls.store import keep_charges
from crm.charges.charge import Charge
from web.kit.clock import now
from web.kit.listing.declaration import FilterKind, Listing
from web.listings import listings

# Lines that are sums already, and scores: they have tests of their own.
FIGURES = {"seats", "seat_traffic", "scores", "score_figures"}
SUMMED = [one for one in listings() if one.sums and one.name not in FIGURES]
every_sum = pytest.mark.parametrize("listing", SUMMED, ids=lambda one: one.name)


def _charge(call: str) -> Charge:
    whose, at = (None, None, "", None), now() - timedelta(days=1)
    return Charge(call, call, at, *whose, "+861", "mobile", 60.0, "", None, Decimal(1), "CNY")


@pytest.fixture(scope="module", autouse=True)
def rows(database: sessionmaker[Session]) -> Iterator[None]:
    """Lost calls and charges beside the calls of the site."""
    for seconds in (60, 120):
        lose(database, ago=seconds)
        callbacks.ask(database, ago=seconds)
    with database.begin() as session:
        keep_charges(session, [_charge("sum-1"), _charge("sum-2")])
    yield
    forget(database)
    callbacks.forget(database)
    with database.begin() as session:
        session.execute(text("DELETE FROM call_charges"))


def test_the_lists_with_sums_are_those_of_calls() -> None:
    assert {one.name for one in SUMMED} == {"calls", "callbacks", "charges", "lost_calls"}


@every_sum
def test_the_sums_come_after_the_rows_and_follow_the_filter(
    admin: Visitor, listing: Listing[Any]
) -> None:
    word = next(one.name for one in listing.filters if one.kind is FilterKind.TEXT)
    part = admin.get(f"{listing.url}/sums").text

    assert f'hx-get="{listing.url}/sums' in admin.get(listing.url).text
    assert part.count("<dt>") >= 3
    assert admin.get(f"{listing.url}/sums?{word}=nonsense").text.count("<dt>") == 0
    assert 'data-testid="sums"' not in admin.get(f"{listing.url}?{word}=nonsense").text


@every_sum
def test_the_sums_stand_at_the_end_of_the_files(admin: Visitor, listing: Listing[Any]) -> None:
    part = admin.get(f"{listing.url}/sums").text
    lines = admin.get(f"{listing.export_address}?format=csv").text.splitlines()
    sums = part.count("<dt>")

    assert set(lines[-sums - 1]) == {","}, "an empty line comes before them"
    assert all(part.count(line.partition(",")[0]) for line in lines[-sums:])


def test_the_api_sums_the_calls_that_a_filter_leaves(admin: Visitor) -> None:
    queries = ("", "?result=answered", "?caller=%2B999999")
    every, some, none = (admin.get(f"/api/v1/calls/sum{query}").json() for query in queries)

    assert every["calls"] > some["calls"] > none["calls"] == 0
    assert every["talk_seconds"] >= every["talk_average_seconds"] > 0

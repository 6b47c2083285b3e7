"""Destinations as texts and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.kernel.destination import (
    NUMBERED,
    WITHOUT_KEY,
    Destination,
    DestinationKind,
    read_destination,
)
from crm.kernel.errors import InvalidError

keys = st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=100)
destinations = st.one_of(
    st.builds(
        Destination, st.sampled_from(sorted({*DestinationKind} - NUMBERED - WITHOUT_KEY)), keys
    ),
    st.builds(Destination, st.sampled_from(sorted(NUMBERED)), st.integers(1, 10**9).map(str)),
    st.builds(Destination, st.sampled_from(sorted(WITHOUT_KEY))),
)


@given(destinations)
def test_a_destination_is_read_back_from_its_text(destination):
    assert read_destination(str(destination)) == destination


def test_the_text_is_the_kind_and_which_one_of_it():
    assert str(Destination(DestinationKind.QUEUE, "support")) == "queue:support"
    assert str(Destination(DestinationKind.RING_GROUP, "sales")) == "ring-group:sales"
    assert str(Destination(DestinationKind.HANG_UP)) == "hangup"
    assert str(Destination(DestinationKind.FAX)) == "fax"
    assert read_destination("callback:a:b") == Destination(DestinationKind.CALLBACK, "a:b")


@pytest.mark.parametrize(
    "text",
    ["", "queue", "queue:", "queue: ", "queue: support", "queue:a\nb", "queue:" + "x" * 101,
     "hangup:", "hangup:now", "fax:1", "custom:crm",
     "agent:li", "agent:-7", "agent:\u0667", "flow:1.5", "moon:1", ":x",
     "Queue:support"],
)  # fmt: skip
def test_nonsense_is_no_destination(text):
    with pytest.raises(InvalidError):
        read_destination(text)

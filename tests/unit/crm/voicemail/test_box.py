"""What can be set of a voicemail box, and of a message in it."""

import pytest

from crm.kernel.errors import InvalidError
from crm.voicemail.box import BoxDraft, check_draft, read_addresses, read_pin
from crm.voicemail.message import Care, MessageState, check_assigned, state_of


@pytest.mark.parametrize(("typed", "read"), [("", ""), (" ", ""), (" 4071 ", "4071")])
def test_a_pin_is_of_digits(typed: str, read: str) -> None:
    assert read_pin(typed) == read


@pytest.mark.parametrize("typed", ["123", "40 71", "abcd", "٤٠٧١", "40711407114"])
def test_what_is_no_pin_is_refused(typed: str) -> None:
    with pytest.raises(InvalidError, match="A PIN has 4 to 10 digits") as told:
        read_pin(typed)
    assert told.value.field == "pin"


@pytest.mark.parametrize("typed", ["0000", "1234", "4321", "567890"])
def test_a_pin_that_everybody_tries_first_is_refused(typed: str) -> None:
    with pytest.raises(InvalidError, match="too easy"):
        read_pin(typed)


def test_a_box_is_of_an_agent_or_of_a_group() -> None:
    check_draft(BoxDraft("Night"))
    check_draft(BoxDraft("Night", agent=1))
    with pytest.raises(InvalidError, match="not both"):
        check_draft(BoxDraft("Night", agent=1, group=2))


def test_mail_addresses_are_checked_and_count_once() -> None:
    assert read_addresses([" a@b.cn", "A@B.cn", "", "c@d.cn"]) == ("A@B.cn", "c@d.cn")
    with pytest.raises(InvalidError, match="valid email"):
        read_addresses(["a@b.cn", "nobody"])
    with pytest.raises(InvalidError, match="at most 10"):
        read_addresses([f"a{number}@b.cn" for number in range(11)])


@pytest.mark.parametrize(
    ("care", "state"),
    [
        (Care(), MessageState.NEW),
        (Care(assigned_to=3), MessageState.ASSIGNED),
        (Care(handled=True), MessageState.HANDLED),
        (Care(assigned_to=3, handled=True), MessageState.HANDLED),
    ],
)
def test_the_state_follows_from_what_was_set(care: Care, state: MessageState) -> None:
    assert state_of(care) is state


def test_only_a_new_person_must_be_one_who_can_open_messages() -> None:
    check_assigned(Care(assigned_to=3), Care(), [3])
    check_assigned(Care(assigned_to=3), Care(assigned_to=3), [])
    check_assigned(Care(), Care(assigned_to=3), [])
    with pytest.raises(InvalidError):
        check_assigned(Care(assigned_to=4), Care(assigned_to=3), [3])

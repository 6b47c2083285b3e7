"""Destinations: only what calls can be sent to is taken, and each is named."""

import pytest

from crm.kernel.destination import DestinationKind as Kind
from crm.kernel.destination import read_destination
from crm.kernel.errors import InvalidError
from crm.people.person import Language
from web.destinations.actions import describe, fields, posted, read
from web.destinations.targets import DestinationTarget
from web.kit.i18n import Reader, reader, site_zone
from web.kit.posted import Posted

TARGETS = {
    Kind.QUEUE: {
        "support": DestinationTarget("Support", name_zh="技术支持"),
        "old": DestinationTarget("Old", active=False, name_zh="旧"),
    },
    Kind.AGENT: {
        "7": DestinationTarget("Li Wei (1001)"),
        "8": DestinationTarget("Wang Fang (1002)", active=False),
    },
    Kind.RING_GROUP: {"3": DestinationTarget("Office")},
    Kind.FLOW: {"1": DestinationTarget("Welcome"), "2": DestinationTarget("Draft", active=False)},
    Kind.VOICEMAIL: {
        "4": DestinationTarget("After hours"),
        "5": DestinationTarget("Closed", active=False),
    },
    Kind.CUSTOM: {
        "6": DestinationTarget("CRM"),
        "9": DestinationTarget("Old CRM", active=False),
    },
}


def of(language: Language) -> Reader:
    return reader(language, "", site_zone("CN"), "CN")


ENGLISH, CHINESE = of(Language.ENGLISH), of(Language.CHINESE)


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("queue:support", "Queue: Support"),
        ("agent:7", "Agent: Li Wei (1001)"),
        ("flow:1", "Call flow: Welcome"),
        ("ring-group:3", "Ring group: Office"),
        ("voicemail:4", "Voicemail: After hours"),
        ("custom:6", "Custom destination: CRM"),
        ("number:138 0013 8000", "Outside number: 138 0013 8000"),
        ("hangup", "Hang up"),
    ],
)
def test_a_destination_is_read_and_named(text: str, english: str) -> None:
    found = read(text, TARGETS, "CN", "destination")

    assert describe(found, TARGETS, ENGLISH).replace("\u2068", "").replace("\u2069", "") == english


def test_a_name_is_in_the_language_of_the_reader() -> None:
    assert "技术支持" in describe(read_destination("queue:support"), TARGETS, CHINESE)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Select a destination"),
        ("queue:nowhere", "There is no queue “nowhere”"),
        ("queue:old", "“Old” is inactive"),
        ("agent:99", "There is no agent 99"),
        ("agent:8", "Wang Fang (1002) is inactive"),
        ("flow:2", "not published"),
        ("flow:9", "There is no call flow 9"),
        ("number:", "Enter the outside number"),
        ("number:abc", "is not a phone number"),
        ("voicemail:5", "“Closed” is inactive"),
        ("voicemail:7", "There is no voicemail box 7"),
        ("custom:9", "“Old CRM” is inactive"),
        ("custom:7", "There is no custom destination 7"),
        ("fax:1", "is not a destination"),
        ("fax", "cannot be received"),
        ("callback:none", "There is no queue"),
        ("nonsense", "is not a destination"),
        ("x" * 300, "is not a destination"),
    ],
)
def test_anything_else_is_refused_at_its_field(text: str, said: str) -> None:
    with pytest.raises(InvalidError) as refused:
        read(text, TARGETS, "CN", "closed")

    assert said in str(refused.value)
    assert refused.value.field == "closed"


def test_a_form_offers_what_is_active_and_keeps_what_is_chosen() -> None:
    select, number = fields("to", "To", "queue:old", TARGETS, ENGLISH)
    keys = [option.key for _, group in select.groups for option in group]

    offered = [
        "queue:support",
        "agent:7",
        "ring-group:3",
        "flow:1",
        "voicemail:4",
        "custom:6",
        "number",
        "hangup",
    ]
    assert keys == [*offered, "queue:old"]
    assert (select.value, number.value) == ("queue:old", "")


def test_a_callback_is_not_to_be_taken_for_its_queue() -> None:
    targets = {**TARGETS, Kind.CALLBACK: TARGETS[Kind.QUEUE]}
    select, _ = fields("to", "To", "callback:support", targets, ENGLISH)
    offered = [option for _, group in select.groups for option in group]

    assert [one.name for one in offered if one.key == "callback:support"] == ["Callback: Support"]
    assert str(read("callback:support", targets, "CN", "to")) == "callback:support"


def test_a_form_gives_the_text_of_what_was_chosen() -> None:
    outside = {"to": ["number"], "to_number": [" 138 0013 8000 "]}

    assert posted(Posted(outside), "to") == "number:138 0013 8000"
    assert posted(Posted({"to": ["hangup"], "to_number": ["1"]}), "to") == "hangup"
    select, number = fields("to", "To", "number:+8613800138000", TARGETS, ENGLISH)
    assert (select.value, number.value) == ("number", "138 0013 8000")

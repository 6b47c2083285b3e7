"""The names of destinations in the live views."""

import pytest
from journeys.site import open_site

from crm.custom_destinations.custom import CustomDestination, CustomId
from crm.kernel.destination import read_destination
from crm.voicemail.box import BoxId, VoicemailBox
from cti.core import events as e
from cti.core.place_names import name_of
from cti.routes.rule import RoutePlan


@pytest.mark.parametrize(
    ("to", "name"),
    [
        ("agent:1", "Agent 1"),
        ("agent:99", ""),
        ("queue:support", "support"),
        ("queue:gone", "gone"),
        ("flow:1", "Hotline"),
        ("flow:9", "9"),
        ("voicemail:3", "After hours"),
        ("voicemail:4", "4"),
        ("custom:5", "CRM"),
        ("ring-group:6", "6"),
        ("number:+8613800138000", "+8613800138000"),
        ("fax", ""),
    ],
)
def test_a_destination_has_its_name_and_one_that_is_gone_its_key(to, name):
    site = open_site()
    custom = CustomDestination(CustomId(5), "CRM", "https://crm.example/", ())
    boxes = {BoxId(3): VoicemailBox(BoxId(3), "After hours")}
    site.hear(e.RoutesChanged(RoutePlan({}, boxes=boxes, custom={custom.id: custom})))

    assert name_of(site.state, read_destination(to)) == name

"""The phones of an agent and the guest, as objects of PJSIP."""

import re

import pytest

from acd.agent import Phone
from cti.asterisk.pjsip import guest_objects, phone_objects
from cti.asterisk.translate import (
    endpoint_of,
)


def test_the_two_phones_of_an_agent_have_names_of_their_own():
    assert endpoint_of("1001", Phone.SIP) == "1001"
    assert endpoint_of("1001", Phone.BROWSER) == "w1001"


def test_a_phone_has_one_place_and_a_newer_registration_takes_it():
    aor = phone_objects("1001", "secret", Phone.SIP, "Li Wei")["aor"]

    assert (aor["max_contacts"], aor["remove_existing"]) == ("1", "yes")


def test_silence_is_no_death_of_a_desk_phone_which_session_timers_find():
    desk, browser = (
        phone_objects("1001", "secret", phone, "Li Wei")["endpoint"]
        for phone in (Phone.SIP, Phone.BROWSER)
    )

    assert (desk["rtp_timeout"], desk["rtp_timeout_hold"]) == ("0", "0")
    assert (desk["timers"], desk["timers_sess_expires"], desk["timers_min_se"]) == (
        "always",
        "90",
        "90",
    )
    assert browser["rtp_timeout"] == "20"  # browsers always send RTCP


def test_a_guest_can_call_in_and_cannot_be_called():
    made = guest_objects("guest-07", "secret")

    assert set(made) == {"auth", "endpoint"}
    assert "aors" not in made["endpoint"]
    assert made["endpoint"]["context"] == "hotline-guest"
    assert made["endpoint"]["allow_transfer"] == "no"


@pytest.mark.parametrize(
    "name",
    ['A" <+8610086> "B', "A\r\ncallerid: x", "A\\", "A\u2028B", 'A"B', "<sip:evil@x>", "A\x00B"],
)
def test_a_name_stays_within_the_quotes_of_the_caller_id(name):
    callerid = phone_objects("1001", "secret", Phone.SIP, name)["endpoint"]["callerid"]

    assert re.fullmatch(r'"[^"\\<>\x00-\x1f\u2028]*" <1001>', callerid), callerid


def test_a_long_name_is_cut_between_two_letters_before_asterisk_cuts_it_within_one():
    callerid = phone_objects("1001", "secret", Phone.SIP, "张" * 60)["endpoint"]["callerid"]

    assert callerid == f'"{"张" * 26}" <1001>'


def test_the_sound_of_a_desk_phone_arrives_at_one_address_only():
    bound = phone_objects("1001", "secret", Phone.SIP, "Li Wei", "127.0.0.1")["endpoint"]
    free = phone_objects("1001", "secret", Phone.SIP, "Li Wei")["endpoint"]
    browser = phone_objects("w1001", "", Phone.BROWSER, "Li Wei", "127.0.0.1")["endpoint"]

    assert (bound["media_address"], bound["bind_rtp_to_media_address"]) == ("127.0.0.1", "yes")
    # Named also when it is empty: Asterisk keeps a value that is not sent.
    assert (free["media_address"], free["bind_rtp_to_media_address"]) == ("", "no")
    assert "media_address" not in browser

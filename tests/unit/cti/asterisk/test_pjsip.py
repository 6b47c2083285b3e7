"""The phones of an agent and the guest, as objects of PJSIP."""

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

"""What a trunk's settings may be, and how its endpoint is named."""

from dataclasses import replace

import pytest
from unit.cti.trunks.lines import CARRIER, PROVIDER

from crm.kernel.errors import InvalidError
from cti.trunks.trunk import (
    PRESETS,
    CallerIdForm,
    Codec,
    Preset,
    Transport,
    TrunkId,
    checked,
    endpoint_name,
    host_and_port,
    trunk_of_endpoint,
)


def test_an_endpoint_s_name_gives_its_trunk_again():
    assert endpoint_name(TrunkId(7)) == "trunk-7"
    assert trunk_of_endpoint("trunk-7") == TrunkId(7)


@pytest.mark.parametrize(
    "name", ["trunk-local", "trunk-", "trunk-07", "trunk-7-01", "1001", "trunk-\u0667", ""]
)
def test_phones_and_static_endpoints_are_no_trunks(name):
    assert trunk_of_endpoint(name) is None


@pytest.mark.parametrize("preset", Preset)
def test_every_preset_needs_only_a_name_a_host_and_an_account(preset):
    made = replace(PRESETS[preset], name="x", host="sip.example")
    if made.registers:
        made = replace(made, username="u", password="p")

    assert checked(made) == made


@pytest.mark.parametrize("host", ["sip.example", "SIP.Example.", "192.0.2.7", "2001:db8::5", "pbx"])
def test_a_host_is_a_name_or_an_address(host):
    assert checked(replace(CARRIER, host=f" {host} ")).host == host.lower()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("host", ""),
        ("host", "a b"),
        ("host", "sip.example;transport=tcp"),
        ("host", "sip.example:5060"),
        ("host", "192.0.2.256"),
        ("host", "-x.example"),
        ("host", "x" * 254),
        ("name", " \u200b"),
        ("port", 0),
        ("port", 65536),
        ("realm", 'a"b'),
        ("realm", "a\nb"),
        ("auth_username", "a;b"),
        ("from_user", "a,b"),
        ("from_user", "a@b@c"),
        ("from_user", "王"),
        ("from_domain", "a b"),
        ("outbound_proxy", "sip.example:99999"),
        ("outbound_proxy", "sip.example;lr"),
        ("addresses", ("192.0.2.0/33",)),
        ("addresses", ("10.0.0.1 10.0.0.2",)),
        ("addresses", ("a,b",)),
        ("codecs", ()),
        ("qualify_seconds", 5),
        ("session_seconds", 89),
        ("max_channels", -1),
        ("username", "a b"),
        ("password", 'x"y'),
        ("password", "x\r\ny"),
    ],
)
def test_a_wrong_value_is_blamed_on_its_field(field, value):
    with pytest.raises(InvalidError) as caught:
        checked(replace(PROVIDER, **{field: value}))

    assert caught.value.field == field


def test_a_trunk_that_registers_needs_an_account():
    with pytest.raises(InvalidError) as caught:
        checked(replace(PROVIDER, username=""))
    assert caught.value.field == "username"

    with pytest.raises(InvalidError) as caught:
        checked(replace(PROVIDER, password=""))
    assert caught.value.field == "password"


def test_the_caller_s_number_is_not_lost_behind_a_from_user():
    with pytest.raises(InvalidError) as caught:
        checked(replace(CARRIER, from_user="x", caller_id_form=CallerIdForm.FROM))

    assert caught.value.field == "caller_id_form"


def test_what_is_given_twice_counts_once():
    made = checked(
        replace(
            CARRIER,
            addresses=("10.0.0.0/8", "10.0.0.0/8", "192.0.2.9"),
            codecs=(Codec.G722, Codec.ALAW, Codec.G722),
        )
    )

    assert made.addresses == ("10.0.0.0/8", "192.0.2.9")
    assert made.codecs == (Codec.G722, Codec.ALAW)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("sbc.example", ("sbc.example", None)),
        ("sbc.example:5070", ("sbc.example", 5070)),
        ("[2001:db8::5]:5061", ("2001:db8::5", 5061)),
        ("[2001:db8::5]", ("2001:db8::5", None)),
    ],
)
def test_a_proxy_may_name_its_port(text, found):
    assert host_and_port(text) == found


def test_the_usual_port_follows_the_transport():
    assert (Transport.UDP.usual_port, Transport.TLS.usual_port) == (5060, 5061)


def test_a_password_is_in_no_log_line():
    assert "pw 1" not in repr(PROVIDER)

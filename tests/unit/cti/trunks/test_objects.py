"""A trunk as the objects that Asterisk is given."""

from dataclasses import replace

import pytest
from unit.cti.trunks.lines import CARRIER, PROVIDER

from cti.trunks.objects import Place, client_uri, places_of, server_uri, trunk_objects
from cti.trunks.trunk import (
    CallerIdForm,
    CallerSource,
    Codec,
    NumberSource,
    Transport,
    TrunkId,
)


def endpoint(trunk, **more):
    return trunk_objects(replace(trunk, **more))[Place("endpoint", f"trunk-{trunk.id}")]


def test_a_carrier_s_line_is_known_by_its_address_and_has_no_password():
    made = trunk_objects(CARRIER)

    assert [place.kind for place in made] == ["aor", "endpoint", "identify"]
    assert made[Place("identify", "trunk-1-01")]["match"] == "192.0.2.7"
    assert made[Place("aor", "trunk-1")]["contact"] == "sip:192.0.2.7:5060"
    assert "outbound_auth" not in made[Place("endpoint", "trunk-1")]


def test_every_address_has_an_object_of_its_own():
    made = trunk_objects(replace(CARRIER, addresses=("10.0.0.0/8", "192.0.2.7", "192.0.2.9")))
    matches = [fields["match"] for place, fields in made.items() if place.kind == "identify"]

    assert matches == ["192.0.2.7", "10.0.0.0/8", "192.0.2.9"]


def test_a_trunk_that_only_calls_out_is_known_by_no_address():
    made = trunk_objects(replace(CARRIER, inbound=False))

    assert not any(place.kind == "identify" for place in made)


def test_an_inactive_trunk_has_no_objects():
    assert trunk_objects(replace(CARRIER, enabled=False)) == {}


def test_a_provider_s_line_registers_and_tries_for_ever():
    registration = trunk_objects(PROVIDER)[Place("registration", "trunk-2")]

    assert registration["client_uri"] == "sip:8610555@sip.provider.example"
    assert registration["server_uri"] == "sip:sip.provider.example:5060"
    assert registration["contact_user"] == "8610555"
    assert registration["auth_rejection_permanent"] == "no"
    assert registration["max_random_initial_delay"] == "0"
    assert int(registration["max_retries"]) > 100_000
    assert "line" not in registration  # calls from any address would be taken


def test_an_ims_username_is_an_address_itself():
    ims = replace(PROVIDER, username="+861012345678@ims.example.com")

    assert client_uri(ims) == "sip:+861012345678@ims.example.com"
    assert trunk_objects(ims)[Place("registration", "trunk-2")]["contact_user"] == "+861012345678"


def test_asterisk_moves_no_caller_by_itself_and_follows_no_forwarding():
    made = endpoint(CARRIER)

    assert made["allow_transfer"] == "no"
    assert made["redirect_method"] == "user"
    assert made["identify_by"] == "ip"
    assert made["direct_media"] == "no"
    assert (made["rtp_timeout"], made["rtp_timeout_hold"]) == ("60", "0")
    assert made["timers"] == "always"


@pytest.mark.parametrize("trunk", [CARRIER, PROVIDER, replace(PROVIDER, transport=Transport.TLS)])
def test_nothing_is_pushed_that_asterisk_cannot_change_again(trunk):
    fields = [name for fields in trunk_objects(trunk).values() for name in fields]

    assert not {"set_var", "match_header"} & set(fields)


def test_the_number_dialed_is_read_where_the_trunk_says():
    assert endpoint(CARRIER)["context"] == "hotline-in"
    assert endpoint(CARRIER, number_source=NumberSource.TO)["context"] == "hotline-in-to"


@pytest.mark.parametrize(
    ("form", "pai", "rpid"),
    [
        (CallerIdForm.PAI, "yes", "no"),
        (CallerIdForm.RPID, "no", "yes"),
        (CallerIdForm.FROM, "no", "no"),
    ],
)
def test_the_caller_s_number_goes_into_the_chosen_header(form, pai, rpid):
    made = endpoint(PROVIDER, caller_id_form=form)

    assert (made["send_pai"], made["send_rpid"]) == (pai, rpid)
    # With a user of its own, From would not show the caller's number.
    assert ("from_user" in made) is (form is not CallerIdForm.FROM)


def test_the_caller_is_read_from_an_asserted_identity_only_where_it_is_trusted():
    assert endpoint(CARRIER, caller_source=CallerSource.FROM)["trust_id_inbound"] == "no"
    assert endpoint(CARRIER, caller_source=CallerSource.PAI)["trust_id_inbound"] == "yes"


def test_a_number_is_hidden_only_where_that_is_allowed():
    assert endpoint(CARRIER)["trust_id_outbound"] == "yes"
    assert endpoint(CARRIER, hide_allowed=False)["trust_id_outbound"] == "no"


def test_codecs_keep_their_order_and_sound_is_encrypted_if_asked():
    made = endpoint(CARRIER, codecs=(Codec.G722, Codec.ALAW), srtp=True)

    assert (made["allow"], made["media_encryption"]) == ("g722,alaw", "sdes")


@pytest.mark.parametrize(
    ("transport", "name", "uri"),
    [
        (Transport.UDP, "transport-udp", "sip:192.0.2.7:5060"),
        (Transport.TCP, "transport-tcp", "sip:192.0.2.7:5060;transport=tcp"),
        (Transport.TLS, "transport-tls", "sip:192.0.2.7:5060;transport=tls"),
        (
            Transport.TLS_UNVERIFIED,
            "transport-tls-unverified",
            "sip:192.0.2.7:5060;transport=tls",
        ),
    ],
)
def test_a_transport_has_its_object_and_its_uri(transport, name, uri):
    trunk = replace(CARRIER, transport=transport)

    assert endpoint(trunk)["transport"] == name
    assert server_uri(trunk) == uri


def test_an_address_of_ipv6_stands_in_brackets():
    assert server_uri(replace(CARRIER, host="2001:db8::5")) == "sip:[2001:db8::5]:5060"


def test_a_proxy_gets_every_request():
    made = trunk_objects(replace(PROVIDER, outbound_proxy="10.1.1.1:5062"))
    ways = {place.kind: fields.get("outbound_proxy") for place, fields in made.items()}

    for kind in ("aor", "endpoint", "registration"):
        assert ways[kind] == "sip:10.1.1.1:5062;lr"


def test_sound_stays_on_one_address_if_it_is_named():
    made = trunk_objects(CARRIER, "127.0.0.1")[Place("endpoint", "trunk-1")]

    assert (made["media_address"], made["bind_rtp_to_media_address"]) == ("127.0.0.1", "yes")


def test_every_object_has_a_place_where_it_is_looked_for():
    full = replace(PROVIDER, addresses=tuple(f"10.0.0.{n}" for n in range(1, 21)))

    assert set(trunk_objects(full)) <= set(places_of(TrunkId(2)))

"""Configurations of desk phones: the makers' own keys, and nothing that breaks out of a line."""

import xml.etree.ElementTree as ET

import pytest

from web.people.shapes import SipSettings
from web.phones.provisioning import PhoneAccount, Vendor, file_name, provisioning

SIP = SipSettings(server="pbx.example", port=5070, user="1001")
ACCOUNT = PhoneAccount("Li <Wei> & 李伟", SIP, "s3cret&x")


def test_a_yealink_has_account_keys():
    lines = provisioning(Vendor.YEALINK, ACCOUNT).splitlines()
    assert lines[0] == "#!version:1.0.0.1"
    said = dict(line.split(" = ", 1) for line in lines[1:])
    assert said["account.1.sip_server.1.address"] == "pbx.example"
    assert said["account.1.sip_server.1.port"] == "5070"
    assert said["account.1.auth_name"] == said["account.1.user_name"] == "1001"
    assert said["account.1.password"] == "s3cret&x"
    assert said["account.1.session_timer.expires"] == "90"
    assert said["account.1.codec.pcma.priority"] == "1"


def test_a_grandstream_has_p_values_as_xml():
    found = ET.fromstring(provisioning(Vendor.GRANDSTREAM, ACCOUNT))  # noqa: S314 - our own
    assert found.tag == "gs_provision"
    said = {one.tag: one.text for one in found[0]}
    assert (said["P47"], said["P35"], said["P36"]) == ("pbx.example:5070", "1001", "1001")
    assert (said["P34"], said["P3"]) == ("s3cret&x", "Li <Wei> & 李伟")
    assert (said["P130"], said["P57"], said["P260"]) == ("0", "8", "90")


def test_a_fanvil_has_a_text_with_its_header():
    text = provisioning(Vendor.FANVIL, ACCOUNT)
    assert text.startswith("<<VOIP CONFIG FILE>>Version:2.")
    assert text.rstrip().endswith("<<END OF FILE>>")
    said = dict(line.split(":", 1) for line in text.split("\r\n") if line.startswith("SIP1"))
    said = {key.strip(): value for key, value in said.items()}
    assert said["SIP1 Register Addr"] == "pbx.example"
    assert said["SIP1 Register Pswd"] == "s3cret&x"
    assert said["SIP1 Session Timer"] == "1"


@pytest.mark.parametrize("vendor", Vendor)
def test_a_name_of_several_lines_adds_no_line(vendor):
    named = provisioning(vendor, PhoneAccount("Li\r\naccount.1.password = x", SIP, "s"))
    plain = provisioning(vendor, PhoneAccount("Li", SIP, "s"))
    assert len(named.splitlines()) == len(plain.splitlines())


def test_files_are_named_by_extension_and_maker():
    assert file_name(Vendor.YEALINK, ACCOUNT) == "1001-yealink.cfg"

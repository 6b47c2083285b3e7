"""The TLS certificate: made, kept and renewed; or given, and checked."""

from datetime import UTC, datetime, timedelta

import pytest

from web.kit.settings import load_settings
from web.ops.setup import certificate
from web.ops.setup.certificate import have_certificate, sip_certificate
from web.ops.setup.steps import SetupError

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def settings(home, **more):
    return load_settings({"HOTLINE_HOME": str(home), "HOTLINE_TLS": "1", **more})


def given(home, certificate_of, key_of):
    return settings(
        home,
        HOTLINE_TLS_CERTIFICATE=str(certificate_of.certificate),
        HOTLINE_TLS_KEY=str(key_of.key),
    )


@pytest.fixture
def here(monkeypatch):
    """A machine with known addresses and names."""
    monkeypatch.setattr(certificate, "own_addresses", lambda: ("10.1.2.3", "fd00::7"))
    monkeypatch.setattr(certificate, "host_names", lambda: ("desk", "desk.local"))


def test_without_tls_there_is_none(tmp_path):
    assert have_certificate(settings(tmp_path, HOTLINE_TLS="0"), AT) is None


@pytest.mark.usefixtures("here")
def test_ours_is_for_every_name_and_address_of_this_machine(tmp_path):
    made = have_certificate(
        settings(tmp_path, HOTLINE_NAME="calls.example", HOTLINE_EXTERNAL_ADDRESS="203.0.113.7"),
        AT,
    )

    wanted = ("calls.example", "desk", "desk.local", "localhost", "127.0.0.1")
    assert all(made.is_for(one) for one in (*wanted, "203.0.113.7", "10.1.2.3", "[fd00::7]"))
    assert not made.is_for("evil.example")
    assert made.expires_at - AT < 398 * DAY


def test_ours_and_its_key_are_private(tmp_path):
    made = have_certificate(settings(tmp_path), AT)

    modes = {one.stat().st_mode & 0o777 for one in (made.certificate, made.key)}
    assert modes == {0o600}
    assert made.key.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(("days", "kept"), [(0, True), (366, True), (368, False), (500, False)])
def test_ours_is_renewed_a_month_before_its_end(tmp_path, days, kept):
    first = have_certificate(settings(tmp_path), AT)
    later = have_certificate(settings(tmp_path), AT + days * DAY)

    assert (later.expires_at == first.expires_at) is kept


@pytest.mark.usefixtures("here")
def test_ours_is_made_anew_for_a_new_name(tmp_path):
    have_certificate(settings(tmp_path), AT)

    assert have_certificate(settings(tmp_path, HOTLINE_NAME="new.example"), AT).is_for(
        "new.example"
    )


def test_a_given_pair_is_taken_as_it_is(tmp_path):
    pair = have_certificate(settings(tmp_path / "ca"), AT)

    found = have_certificate(given(tmp_path, pair, pair), AT)

    assert found.given
    assert found.certificate == pair.certificate


def test_a_given_key_of_another_certificate_is_refused(tmp_path):
    one, other = (have_certificate(settings(tmp_path / name), AT) for name in ("a", "b"))

    with pytest.raises(SetupError, match="is not the key of"):
        have_certificate(given(tmp_path, one, other), AT)


@pytest.mark.parametrize(("days", "why"), [(400, "expired on"), (-3, "valid only from")])
def test_a_given_certificate_out_of_its_time_is_refused(tmp_path, days, why):
    pair = have_certificate(settings(tmp_path / "ca"), AT)

    with pytest.raises(SetupError, match=why):
        have_certificate(given(tmp_path, pair, pair), AT + days * DAY)


@pytest.mark.parametrize("content", [None, b"", b"no certificate", b"\xff\x00"])
def test_an_invalid_certificate_is_explained_in_a_sentence(tmp_path, content):
    pair = have_certificate(settings(tmp_path / "ca"), AT)
    if content is None:
        pair.certificate.unlink()
    else:
        pair.certificate.write_bytes(content)

    with pytest.raises(SetupError, match="HOTLINE_TLS_CERTIFICATE"):
        have_certificate(given(tmp_path, pair, pair), AT)


def test_an_invalid_key_is_explained_in_a_sentence(tmp_path):
    pair = have_certificate(settings(tmp_path / "ca"), AT)
    pair.key.write_bytes(pair.certificate.read_bytes())

    with pytest.raises(SetupError, match="HOTLINE_TLS_KEY"):
        have_certificate(given(tmp_path, pair, pair), AT)


def test_a_star_stands_for_one_name_before_the_rest():
    found = certificate.Certificate(None, None, given=True, names=("*.example.com",), expires_at=AT)

    assert found.is_for("calls.example.com")
    assert not found.is_for("a.calls.example.com")
    assert not found.is_for("example.com")


@pytest.mark.usefixtures("here")
def test_encrypted_sip_has_the_certificate_of_the_web_also_where_the_web_has_no_tls(tmp_path):
    plain = settings(tmp_path, HOTLINE_TLS="0")
    made = sip_certificate(plain, AT)

    assert not made.given
    assert made.is_for("desk.local")
    assert have_certificate(settings(tmp_path), AT).certificate == made.certificate
    assert sip_certificate(given(tmp_path, made, made), AT).given

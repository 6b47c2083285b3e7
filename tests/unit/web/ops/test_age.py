"""Encrypted files: they are decrypted only with their key, and only if unchanged."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.ops import age, bech32
from web.ops.age import DecryptingReader, EncryptingWriter, LockError, Passphrase

KEY = age.new_private_key()
WORDS = Passphrase("correct horse battery 电池")
SIZES = (0, 1, 65535, 65536, 65537, 200_000)


@pytest.fixture(autouse=True)
def little_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.ops.age.WORK", 4)


def locked(told: bytes, lock: age.Lock = KEY.public) -> bytes:
    out = io.BytesIO()
    writer = EncryptingWriter(out, lock)
    for start in range(0, len(told), 50_000):
        writer.write(told[start : start + 50_000])
    writer.finish()
    return out.getvalue()


def opened(sealed: bytes, key: age.Key = KEY, size: int = -1) -> bytes:
    reader = DecryptingReader(io.BytesIO(sealed), key)
    if size < 0:
        return reader.read()
    return b"".join(iter(lambda: reader.read(size), b""))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("piece", [-1, 7001, 65536])
def test_an_encrypted_file_is_decrypted(size: int, piece: int) -> None:
    told = bytes(range(256)) * (size // 256) + b"x" * (size % 256)

    assert opened(locked(told), KEY, piece) == told
    assert opened(locked(told, WORDS), WORDS, piece) == told


def test_another_key_or_passphrase_opens_nothing() -> None:
    with pytest.raises(LockError, match="another key"):
        opened(locked(b"x"), age.new_private_key())
    with pytest.raises(LockError, match="another passphrase"):
        opened(locked(b"x", WORDS), Passphrase("correct horse battery"))
    with pytest.raises(LockError, match="for a key"):
        opened(locked(b"x"), WORDS)
    with pytest.raises(LockError, match="with a passphrase"):
        opened(locked(b"x", WORDS), KEY)
    with pytest.raises(LockError, match="not encrypted"):
        opened(b"plain", KEY)


SEALED = locked(b"words " * 30_000)


@given(st.integers(0, len(SEALED) - 1), st.integers(1, 255))
def test_one_changed_letter_anywhere_is_seen(place: int, change: int) -> None:
    spoilt = bytearray(SEALED)
    spoilt[place] ^= change

    with pytest.raises(LockError):
        opened(bytes(spoilt))


@given(st.integers(0, len(SEALED) - 1))
def test_a_missing_end_is_seen(length: int) -> None:
    with pytest.raises(LockError):
        opened(SEALED[:length])


def test_a_file_cut_between_two_pieces_is_known_to_be_cut() -> None:
    head = SEALED.index(b"\n", SEALED.index(b"--- ")) + 1 + 16
    with pytest.raises(LockError, match="cut off"):
        opened(SEALED[: head + 65536 + 16])


def test_pieces_in_another_order_do_not_open() -> None:
    head = SEALED.index(b"\n", SEALED.index(b"--- ")) + 1 + 16
    one, two = SEALED[head : head + 65552], SEALED[head + 65552 : head + 2 * 65552]
    with pytest.raises(LockError):
        opened(SEALED[:head] + two + one + SEALED[head + 2 * 65552 :])


def test_appended_bytes_are_detected() -> None:
    with pytest.raises(LockError):
        opened(SEALED + b"more")


def test_keys_have_a_checksum_that_detects_one_wrong_letter() -> None:
    text = str(KEY.public)

    assert age.read_public_key(text) == KEY.public
    assert age.read_private_key(f"# a remark\n\n{KEY.as_text()}\n") == KEY
    for wrong in (text[:-1], text[:-1] + ("q" if text[-1] != "q" else "p"), "age1", "", "Age1x"):
        with pytest.raises(ValueError, match=r"."):
            age.read_public_key(wrong)
    assert KEY.as_text() not in repr(KEY)


def test_a_key_of_age_itself_is_read() -> None:
    """From the test vectors of BIP 173 and of the format's specification."""
    assert bech32.decode("a", "A12UEL5L") == b""
    told = bech32.decode("abcdef", "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw")
    assert told.hex() == "00443214c74254b635cf84653a56d7c675be77df"

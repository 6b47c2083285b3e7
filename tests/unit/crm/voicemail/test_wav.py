"""A WAV whose sizes were never written gets those that it has."""

import struct

import pytest

from crm.voicemail.wav import mended_head

SAMPLES = b"\x01\x02" * 800


def head(whole: int, data: int, before: bytes = b"") -> bytes:
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, 8000, 16000, 2, 16)
    return b"RIFF" + struct.pack("<I", whole) + b"WAVE" + form + before + b"data" + _size(data)


def _size(bytes_: int) -> bytes:
    return struct.pack("<I", bytes_)


WHOLE = len(head(0, 0)) + len(SAMPLES)


def test_a_finished_file_stays_as_it_is() -> None:
    finished = head(WHOLE - 8, len(SAMPLES)) + SAMPLES

    assert mended_head(finished, len(finished)) is None


@pytest.mark.parametrize(
    ("whole", "data"), [(0, 0), (36, 0), (WHOLE - 8, 0), (0, len(SAMPLES)), (2**32 - 1, 2**32 - 1)]
)
def test_sizes_that_are_missing_or_too_large_are_written(whole: int, data: int) -> None:
    broken = head(whole, data) + SAMPLES

    assert mended_head(broken, len(broken)) == head(WHOLE - 8, len(SAMPLES)) + SAMPLES


def test_a_sample_that_was_cut_in_half_does_not_count() -> None:
    broken = head(0, 0) + SAMPLES + b"\x01"

    mended = mended_head(broken, len(broken))

    assert mended is not None
    assert mended[40:44] == _size(len(SAMPLES))


def test_other_parts_may_stand_before_the_samples() -> None:
    other = b"LIST" + _size(3) + b"abc\0"
    broken = head(0, 0, other) + SAMPLES

    mended = mended_head(broken, len(broken))

    assert mended is not None
    assert mended.startswith(head(len(broken) - 8, len(SAMPLES), other))


def test_the_beginning_of_a_file_is_enough() -> None:
    beginning = head(0, 0)

    assert mended_head(beginning, WHOLE) == head(WHOLE - 8, len(SAMPLES))


def test_a_file_without_any_sample_is_mended_once() -> None:
    empty = mended_head(head(0, 0), len(head(0, 0)))

    assert empty is not None
    assert mended_head(empty, len(empty)) is None


@pytest.mark.parametrize("bad", [b"", b"RIFF", b"OggS" + bytes(60), head(0, 0)[:-8]])
def test_what_is_no_wav_is_refused(bad: bytes) -> None:
    with pytest.raises(ValueError, match="no"):
        mended_head(bad, len(bad))

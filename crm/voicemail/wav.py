"""The header of a WAV file that was never finished: Asterisk writes the sizes at the end.

A crashed Asterisk leaves both sizes as they were at the start, 0 in the file, although the samples
are there. Players then show a message of no length.
"""

import struct

HEAD_BYTES = 4096
"""The bytes at a file's beginning that hold everything before its samples."""

_RIFF_BYTES, _CHUNK_BYTES = 12, 8
_LARGEST = 0xFFFFFFFF


def mended_head(head: bytes, size: int) -> bytes | None:
    """Give the beginning of a WAV file with the sizes that the file has; None if nothing is wrong.

    `head` is the beginning of the file, `size` all its bytes. Sizes that are too large or zero are
    replaced; ValueError for a file that is no WAV.
    """
    if len(head) < _RIFF_BYTES or head[:4] != b"RIFF" or head[8:12] != b"WAVE":
        raise ValueError("no WAV file")
    at = _RIFF_BYTES
    while at + _CHUNK_BYTES <= len(head):
        name, length = struct.unpack_from("<4sI", head, at)
        if name == b"data":
            return _with_sizes(head, at, size)
        at += _CHUNK_BYTES + length + length % 2
    raise ValueError("no samples")


def _with_sizes(head: bytes, data: int, size: int) -> bytes | None:
    there = min(size - data - _CHUNK_BYTES, _LARGEST)
    (length,) = struct.unpack_from("<I", head, data + 4)
    (whole,) = struct.unpack_from("<I", head, 4)
    if 0 < length <= there and 0 < whole <= size - _CHUNK_BYTES:
        return None
    mended = bytearray(head)
    struct.pack_into("<I", mended, data + 4, there - there % 2)
    struct.pack_into("<I", mended, 4, min(size - _CHUNK_BYTES, _LARGEST))
    return bytes(mended) if mended != head else None

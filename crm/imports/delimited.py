"""Texts with delimiters (CSV): which characters they are in, and what stands between the cells."""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from itertools import islice

DELIMITERS = (",", "\t", ";", "|")
SAMPLE_LINES = 30
UNREADABLE = "\ufffd"  # what a decoder gives for bytes that are no character
HEAD_BYTES = 4096
_MANY = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_BAD_SHARE = 3  # good characters of several bytes for each bad byte that make a text UTF-8


def guess_encoding(content: bytes) -> str:
    """Guess in which character set a text is: UTF-8, UTF-16 or GB18030.

    A few broken bytes do not make a UTF-8 text another one.
    """
    if content.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    head = content[:HEAD_BYTES]
    evens, odds = head[0::2].count(0), head[1::2].count(0)
    if evens + odds:
        return "utf-16-le" if odds >= evens else "utf-16-be"
    broken = content.decode("utf-8", "replace").count(UNREADABLE)
    if not broken or len(_MANY.findall(content)) >= _BAD_SHARE * broken:
        return "utf-8"
    return "gb18030"


def guess_delimiter(text: str) -> str:
    """Guess what stands between the cells: what gives the most equal rows of several cells."""
    best, found = 0.0, ","
    for delimiter in DELIMITERS:
        counts = [len(row) for row in islice(_rows(text, delimiter), SAMPLE_LINES) if any(row)]
        if not counts:
            continue
        usual = max(set(counts), key=counts.count)
        score = counts.count(usual) / len(counts) * (usual - 1)
        if score > best:
            best, found = score, delimiter
    return found


def is_unreadable(cells: Sequence[str]) -> bool:
    """Whether a cell holds characters that could not be decoded."""
    return any(UNREADABLE in one for one in cells)


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    while True:
        try:
            yield next(reader)
        except csv.Error:
            continue
        except StopIteration:
            return

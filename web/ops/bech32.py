"""Bech32: bytes as letters with a checksum (BIP 173, without its limit on length).

age writes its keys in it; the checksum of six letters always detects one wrong letter.
"""

LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECK_LETTERS = 6


def encode(prefix: str, data: bytes) -> str:
    """Write bytes with a prefix, in small letters."""
    values = _regroup(data, 8, 5, pad=True)
    check = _polymod([*_expand(prefix), *values, *[0] * _CHECK_LETTERS]) ^ 1
    sums = [(check >> 5 * (5 - place)) & 31 for place in range(_CHECK_LETTERS)]
    return f"{prefix}1" + "".join(LETTERS[value] for value in (*values, *sums))


def decode(prefix: str, text: str) -> bytes:
    """Read the bytes; ValueError if a letter is wrong or the prefix differs."""
    if text not in {text.lower(), text.upper()}:
        raise ValueError("small and large letters are mixed")
    found, one, rest = text.lower().rpartition("1")
    if found != prefix or not one or any(letter not in LETTERS for letter in rest):
        raise ValueError("it is spelt otherwise")
    values = [LETTERS.index(letter) for letter in rest]
    if len(values) < _CHECK_LETTERS or _polymod([*_expand(prefix), *values]) != 1:
        raise ValueError("a letter is wrong")
    return bytes(_regroup(values[:-_CHECK_LETTERS], 5, 8, pad=False))


def _expand(prefix: str) -> list[int]:
    codes = prefix.encode()
    return [*(code >> 5 for code in codes), 0, *(code & 31 for code in codes)]


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for place, part in enumerate(_GENERATOR):
            check ^= part if top >> place & 1 else 0
    return check


def _regroup(values: bytes | list[int], given: int, wanted: int, *, pad: bool) -> list[int]:
    kept, bits, found = 0, 0, []
    for value in values:
        kept, bits = kept << given | value, bits + given
        while bits >= wanted:
            bits -= wanted
            found.append(kept >> bits & (1 << wanted) - 1)
    left = kept & (1 << bits) - 1
    if pad and bits:
        found.append(left << wanted - bits)
    elif not pad and (bits >= given or left):
        raise ValueError("it does not come out even")
    return found

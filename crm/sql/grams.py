"""Small pieces of text by which a search finds its way without reading a whole table.

PostgreSQL's own full-text search knows no Chinese words, and its trigrams are an extension that a
site's database may not have. So the house cuts names itself: a row keeps the pieces of its text in
an array with a GIN index, a search asks for the rows that hold all pieces of what was typed, and
what is found is compared with the text itself once more, as pieces say nothing of their order.
"""

import unicodedata

LONGEST = 100  # letters of a search that are looked for


def plain(text: str) -> str:
    """Make a text comparable: letters of any width and case are one, and a blank is a blank."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def digits_of(text: str) -> str:
    """Keep a number's digits."""
    return "".join(letter for letter in text if letter in "0123456789")


def grams(*texts: str) -> set[str]:
    """Cut texts into what may be looked for: pairs and triples of letters, and words' beginnings.

    A Chinese character is looked for alone too; of other letters only those that begin a word, as
    `e` alone is in every name.
    """
    found: set[str] = set()
    for word in plain(" ".join(texts)).split():
        found.add(f"^{word[0]}")
        found |= {letter for letter in word if not letter.isascii()}
        found |= _pieces(word, 2) | _pieces(word, 3)
    return found


def number_grams(*numbers: str) -> set[str]:
    """Cut telephone numbers into triples of digits."""
    return {piece for number in numbers for piece in _pieces(digits_of(number), 3)}


def wanted(text: str) -> set[str]:
    """Tell which pieces a row must hold to be what somebody looks for; empty if nothing is."""
    found: set[str] = set()
    for word in plain(text).split():
        if len(word) == 1:
            found.add(f"^{word}" if word.isascii() else word)
        else:
            found |= _pieces(word, min(len(word), 3))
    return found


def _pieces(word: str, letters: int) -> set[str]:
    return {word[at : at + letters] for at in range(len(word) - letters + 1)}

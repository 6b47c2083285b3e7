"""Small pieces of text, so that a search by part of a text can use an index.

PostgreSQL's full-text search knows no Chinese words, and its trigrams are an extension that a
database may not have. So a row keeps the pieces of its text in an array with a GIN index. A search
looks for the rows with all pieces of the typed text, and compares those rows with the text itself,
because the pieces have no order.
"""

import unicodedata

LONGEST = 100  # characters of a search that are used


def plain(text: str) -> str:
    """Make texts comparable: without differences of width, case and spacing."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def digits_of(text: str) -> str:
    """Give the digits of a number."""
    return "".join(letter for letter in text if letter in "0123456789")


def grams(*texts: str) -> set[str]:
    """Cut texts into pieces: pairs and triples of letters, and the first letters of words.

    A single Chinese character can be searched; of other single letters only the first of a word,
    because `e` is in every name.
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
    """Give the pieces that a row must have to match a search; empty for an empty search."""
    found: set[str] = set()
    for word in plain(text).split():
        if len(word) == 1:
            found.add(f"^{word}" if word.isascii() else word)
        else:
            found |= _pieces(word, min(len(word), 3))
    return found


def _pieces(word: str, letters: int) -> set[str]:
    return {word[at : at + letters] for at in range(len(word) - letters + 1)}

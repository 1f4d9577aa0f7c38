"""What is searched for, as pieces of text, and its marks in what was found. A pure rule.

A piece is what stands between spaces: `D-17`, `src/app.py`, `sess`. Its words follow each other in what is found, the
last one may go on: `src/app.py` finds `src/app.pyi`. The databases cut pieces into words themselves (index.py); here it
is done once more to mark them.
"""

import re
import unicodedata
from collections.abc import Iterator

from markupsafe import Markup

MOST_PIECES = 12
AROUND = 90
_ACCENT = "\u0300-\u036f"
_WORD = re.compile(rf"(?:[^\W_][{_ACCENT}]*)+")
_ACCENTS = re.compile(f"[{_ACCENT}]+")
_CODE = re.compile(r"(?:D-?)?([0-9]{1,9})", re.IGNORECASE)


def pieces(text: str) -> list[str]:
    """The pieces of a search that hold a letter or a digit: of others nothing can be found."""
    return [piece for piece in text.split() if _WORD.search(piece)][:MOST_PIECES]


def number(text: str) -> int | None:
    """The number of the item that is searched for, if that is what it is: `D-17`, `d17`, `17`."""
    found = _CODE.fullmatch(text.strip())
    return int(found[1]) if found and int(found[1]) < 2**31 else None


def folded(text: str) -> str:
    """Without accents and capitals."""
    return _ACCENTS.sub("", unicodedata.normalize("NFD", text)).lower()


class Marker:
    """Marks the words of a search in a text."""

    def __init__(self, text: str) -> None:
        self._whole: set[str] = set()
        self._beginnings: set[str] = set()
        for piece in pieces(text):
            *whole, last = (folded(word) for word in _WORD.findall(piece))
            self._whole.update(whole)
            self._beginnings.add(last)

    def found_in(self, text: str) -> set[str]:
        """Those of the words that stand in a text."""
        return {one for word in _WORD.findall(text) for one in self._matching(word)}

    @property
    def wanted(self) -> set[str]:
        return self._whole | self._beginnings

    def marked(self, text: str) -> Markup:
        """The text, escaped, with its words marked."""
        return Markup().join(self._parts(text))

    def excerpt(self, text: str) -> Markup:
        """What stands around the first word that is found; the text's beginning when none is."""
        text = " ".join(text.split())
        first = next((word for word in _WORD.finditer(text) if self._matching(word[0])), None)
        middle = first.start() if first else 0
        begin, end = _edge(text, middle - AROUND // 2), _edge(text, middle + AROUND)
        before, after = "…" if begin else "", "…" if end < len(text) else ""
        return Markup("{}{}{}").format(before, self.marked(text[begin:end].strip()), after)

    def _parts(self, text: str) -> Iterator[str | Markup]:
        end = 0
        for word in _WORD.finditer(text):
            if self._matching(word[0]):
                yield text[end : word.start()]
                yield Markup("<mark>{}</mark>").format(word[0])
                end = word.end()
        yield text[end:]

    def _matching(self, word: str) -> set[str]:
        plain = folded(word)
        return {one for one in self._beginnings if plain.startswith(one)} | (self._whole & {plain})


def _edge(text: str, place: int) -> int:
    """The space nearest to a place, so that no word is cut, unless a word is endless."""
    if place <= 0 or place >= len(text):
        return min(max(place, 0), len(text))
    space = text.find(" ", place, place + 30)
    return place if space < 0 else space

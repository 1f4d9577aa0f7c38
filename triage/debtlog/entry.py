"""One item as a debt log tells it, and the log as a whole."""

import re
from dataclasses import dataclass
from datetime import date

from triage.boards.category import Category
from triage.items.spread import Spread
from triage.items.state import State


@dataclass(frozen=True, kw_only=True)
class Entry:
    """An item in a log. `lines` are its first and last line in the file, counted from 1.

    `origin` recognises the same item in a later import of the same log: its own id there, else its title.
    """

    title: str
    state: State = State.OPEN
    category: Category | None = None
    why: str = ""
    fix: str = ""
    size: str = ""
    spread: Spread = Spread.UNKNOWN
    paths: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    number: int | None = None
    origin: str = ""
    closed: date | None = None
    reason: str = ""
    lines: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Log:
    """What was understood, and in plain sentences what was not."""

    entries: tuple[Entry, ...] = ()
    notes: tuple[str, ...] = ()


# str.splitlines() and many editors break a line at each of these; Markdown and git only at "\n".
_BREAKS = re.compile(r"\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# Control characters, direction overrides and isolates, and half surrogates: they hide text or cannot be stored.
_UNSAFE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def tidy(text: str) -> str:
    """Text with "\\n" as its only line break, no spaces at line ends, no blank first or last line, nothing unsafe."""
    plain = _UNSAFE.sub("", _BREAKS.sub("\n", text))
    return "\n".join(line.rstrip() for line in plain.split("\n")).strip("\n")


def tidy_line(text: str) -> str:
    """The same on a single line, without spaces around it."""
    return " ".join(line.strip() for line in tidy(text).split("\n") if line)


def same_title(title: str) -> str:
    """What two spellings of one title have in common: its words in small letters, without marks."""
    return " ".join(re.findall(r"\w+", title.casefold()))

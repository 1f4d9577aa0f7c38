"""Cheap, expensive, catastrophic: what each means, and what it insists on before it lets an item in.

A category says what a debt will cost to fix later, not how bad the code looks.
"""

from enum import StrEnum
from typing import Protocol


class Category(StrEnum):
    INBOX = "inbox"
    CHEAP = "cheap"
    EXPENSIVE = "expensive"
    CATASTROPHIC = "catastrophic"

    @property
    def label(self) -> str:
        return self.value.capitalize()

    @property
    def stance(self) -> str:
        return STANCES[self]

    @property
    def examples(self) -> tuple[str, ...]:
        return EXAMPLES[self]

    def misses(self, item: "Reasoned") -> tuple[str, ...]:
        """The names of what must be written about an item before it can be categorised so: `why`, `fix`."""
        if self is not Category.EXPENSIVE:
            return ()
        return tuple(name for name in ("why", "fix") if not getattr(item, name).strip())


class Reasoned(Protocol):
    """Anything with a why and a fix: an item, a draft, an entry of a debt log."""

    @property
    def why(self) -> str: ...
    @property
    def fix(self) -> str: ...


STANCES = {
    Category.INBOX: "not yet sorted",
    Category.CHEAP: "take it freely",
    Category.EXPENSIVE: "accept reluctantly, on the record",
    Category.CATASTROPHIC: "refuse always",
}

EXAMPLES = {
    Category.INBOX: (),
    Category.CHEAP: (
        "manual processes to automate later",
        "UI polish",
        "features that are basic for now",
        "test gaps off the critical path",
    ),
    Category.EXPENSIVE: (
        "wrong abstractions that touch many parts",
        "missing observability",
        "hard-coded configuration",
    ),
    Category.CATASTROPHIC: (
        "a wrong database choice that touches every query",
        "auth without a user model",
        "no tests anywhere",
        "synchronous patterns that block scaling",
        "business rules in templates or views",
    ),
}

QUESTIONS = (
    "Does it touch every query or screen?",
    "Can it be fixed inside one sprint?",
    "Would anyone dare to refactor around it?",
)

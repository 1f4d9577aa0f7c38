"""What a retrospective asks of a process change: was it done, did it help; and what the ballots say. A pure rule."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

# A change that it is too early to judge comes up again, so often.
MOST_ROLLS = 2


class Done(StrEnum):
    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class Helped(StrEnum):
    YES = "yes"
    NO = "no"
    EARLY = "early"

    @property
    def words(self) -> str:
        return "too early" if self is Helped.EARLY else self.value


Answer = TypeVar("Answer", Done, Helped)


def outcome(ballots: Mapping[Answer, int]) -> Answer | None:
    """The answer that most ballots gave; None where two have as many, or nobody answered: that is talked about."""
    most = max(ballots.values(), default=0)
    leading = [answer for answer, count in ballots.items() if count == most]
    return leading[0] if most and len(leading) == 1 else None


def may_roll(rolled: int) -> bool:
    """May one more retrospective find it too early, after so many that did?"""
    return rolled < MOST_ROLLS

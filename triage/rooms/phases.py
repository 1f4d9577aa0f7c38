"""What the phases of every ritual have in common: an order, a question, and minutes. A pure rule."""

from datetime import timedelta
from enum import StrEnum
from typing import Self

# Whatever a team meets for, it is over in half an hour.
PLANNED = timedelta(minutes=30)


class RoomPhase(StrEnum):
    """`gerund` is what the team is doing in it, as a sentence begins ("Sorting"); `minutes` is its share of the 30."""

    gerund: str
    minutes: int
    question: str

    def __new__(cls, value: str, gerund: str, minutes: int, question: str) -> Self:
        phase = str.__new__(cls, value)
        phase._value_ = value
        phase.gerund, phase.minutes, phase.question = gerund, minutes, question
        return phase

    @property
    def label(self) -> str:
        return self.value.capitalize()

    @property
    def next(self) -> Self | None:
        after = self.later
        return after[0] if after else None

    @property
    def later(self) -> tuple[Self, ...]:
        """The phases after this one."""
        phases = tuple(type(self))
        return phases[phases.index(self) + 1 :]

    @property
    def earlier(self) -> tuple[Self, ...]:
        """The phases before this one, the nearest last."""
        phases = tuple(type(self))
        return phases[: phases.index(self)]

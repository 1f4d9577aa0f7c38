"""What a debt costs while it is left, beside what it costs to fix. A pure rule.

Nothing is said but what is recorded: fewer than three sprints are no record, and points are not minutes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from triage.items.duration import minutes as said

SPRINTS = 6
MIN_RECORD = 3
LEAST_RISING = 30
MINUTES_A_DAY = 8 * 60
LONG = 100


def is_rising(minutes: Sequence[int]) -> bool:
    """Of sprints, the oldest first: did this and the last one cost more than those before, and half an hour at least?

    Both together, because a sprint that has only begun would make everything fall.
    """
    *before, last, this = minutes
    return last + this >= LEAST_RISING and (last + this) * len(before) > 2 * sum(before)


@dataclass(frozen=True)
class Record:
    """An item's interest: the minutes of the last six sprints, the oldest first, the present one last.

    `known` counts those before the present one in which the item was on the board.
    """

    minutes: tuple[int, ...] = (0,) * SPRINTS
    known: int = 0

    @property
    def this_sprint(self) -> int:
        return self.minutes[-1]

    @property
    def total(self) -> int:
        return sum(self.minutes)

    @property
    def is_rising(self) -> bool:
        return is_rising(self.minutes)

    @property
    def rise(self) -> str:
        """`1 h 30 min in this and the last sprint, 10 min a sprint before`."""
        *before, last, this = self.minutes
        a_sprint = round(sum(before) / len(before))
        return f"{said(last + this)} in this and the last sprint, {_some(a_sprint)} a sprint before"

    @property
    def words(self) -> str:
        """The six sprints, for whoever sees no bars: `0, 0, 30, 10, 45 and 60 min`."""
        *others, this = map(str, self.minutes)
        return f"{', '.join(others)} and {this} min"

    @property
    def a_sprint(self) -> float | None:
        """Minutes on average, the present sprint aside because it goes on. None: there is not enough record."""
        first = next((place for place, minutes in enumerate(self.minutes) if minutes), SPRINTS)
        known = max(self.known, SPRINTS - 1 - first)  # what was merged into it may be older
        return sum(self.minutes[-1 - known : -1]) / known if known >= MIN_RECORD else None

    def pays_back(self, size: float | None, unit: str) -> str:
        """After how many sprints fixing it was cheaper: `pays back in 24 sprints`. Nothing where nobody can say."""
        sprints = self._sprints_to_pay_back(size, unit)
        if sprints is None or sprints > LONG:
            return ""
        return f"pays back in {sprints} sprints" if sprints > 1 else "pays back within a sprint"

    def _sprints_to_pay_back(self, size: float | None, unit: str) -> int | None:
        if not (size and self.a_sprint and unit == "days"):
            return None
        return ceil(round(size * MINUTES_A_DAY / self.a_sprint, 6))

    def sentence(self, size: float | None, unit: str, spread: str) -> str:
        """`2 days to fix, about 40 min a sprint, spreads when we build on it; pays back in 24 sprints`."""
        known = self.a_sprint is not None
        facts = (f"{_sized(size, unit)} to fix" if size is not None else "", self._usual if known else "", spread)
        end = self.pays_back(size, unit)
        if not known:
            end = "not enough record to say what leaving it costs"
        elif self._sprints_to_pay_back(size, unit) and not end:
            end = f"does not pay back in {LONG} sprints"
        sentence = "; ".join(filter(None, (", ".join(filter(None, facts)), end)))
        return sentence[:1].upper() + sentence[1:]

    @property
    def _usual(self) -> str:
        return f"about {said(max(round(self.a_sprint), 1))} a sprint" if self.a_sprint else "no interest logged"


def _some(minutes: int) -> str:
    return said(minutes) if minutes else "nothing"


def _sized(size: float, unit: str) -> str:
    return f"{size:g} {unit.removesuffix('s') if size == 1 else unit}"

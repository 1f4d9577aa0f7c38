"""Sprints until nothing is left, drawn from the team's own past sprints. A pure rule: one record, one answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from random import Random

TRIALS = 500
HORIZON = 100
MIN_RECORD = 4
LIKELY, SURE = 50, 85


@dataclass(frozen=True)
class Forecast:
    """When nothing is left: within `likely` sprints in half of the trials, within `sure` in 85 % of them.

    None: too few of the trials get there in HORIZON sprints.
    """

    open: int
    sprints: int
    change: int  # of open debt, over all sprints of the record
    likely: int | None = None
    sure: int | None = None

    @property
    def is_known(self) -> bool:
        return self.sprints >= MIN_RECORD

    def sentence(self, what: str) -> str:
        """`what` is the debt that is counted: "open debt", "expensive debt"."""
        if not self.open:
            return "Nothing is open."
        if not self.is_known:
            there_are = ("there are none", "there is one", "there are two", "there are three")[self.sprints]
            return f"Not enough record: the forecast needs four whole sprints, and {there_are}."
        if self.likely is None:
            return self._why_never
        gone = f"All {what} is gone in {_sprints(self.likely)}"
        if self.sure is None:
            return f"{gone} as likely as not; even {HORIZON} sprints are not enough for {SURE} % certainty."
        if self.sure == self.likely:
            return f"{gone} with {SURE} % certainty."
        return f"{gone} as likely as not, in {self.sure} with {SURE} % certainty."

    @property
    def _why_never(self) -> str:
        if self.change > 0:
            return f"Never at this pace: in the last {self.sprints} sprints more was taken on than paid down."
        if self.change == 0:
            return f"Never at this pace: in the last {self.sprints} sprints as much was taken on as paid down."
        return f"Not in sight: at this pace, more likely than not, some is still open in {HORIZON} sprints."

    @property
    def assumptions(self) -> str:
        """What the sentence rests on; nothing when nothing was drawn."""
        if not (self.open and self.is_known):
            return ""
        return (
            f"Drawn {TRIALS} times from the last {self.sprints} sprints as they were, in any order; "
            "it assumes that the coming ones are like them."
        )


def forecast(open_count: int, changes: Sequence[int], seed: int = 0) -> Forecast:
    """`changes` is the net change of open debt in each past whole sprint: taken on minus gone."""
    # Their order says nothing about the coming sprints, so it must not change the answer either.
    return _forecast(max(open_count, 0), tuple(sorted(changes)), seed)


@lru_cache(maxsize=512)
def _forecast(open_count: int, changes: tuple[int, ...], seed: int) -> Forecast:
    record = (open_count, len(changes), sum(changes))
    if not open_count:
        return Forecast(*record, likely=0, sure=0)
    if len(changes) < MIN_RECORD:
        return Forecast(*record)
    # Not seeded by the open count: all counts meet the same futures, and more open debt is never gone sooner.
    rng = Random(f"{seed} {changes}")  # noqa: S311 - futures may be guessed
    trials = [_sprints_needed(open_count, rng.choices(changes, k=HORIZON)) for _ in range(TRIALS)]
    arrivals = sorted(needed for needed in trials if needed is not None)
    return Forecast(*record, likely=_within(arrivals, LIKELY), sure=_within(arrivals, SURE))


def _sprints_needed(open_count: int, future: Sequence[int]) -> int | None:
    return next((n for n, change in enumerate(accumulate(future), 1) if open_count + change <= 0), None)


def _within(arrivals: Sequence[int], percent: int) -> int | None:
    """The sprints in which so many percent of the trials arrive."""
    needed = TRIALS * percent // 100
    return arrivals[needed - 1] if len(arrivals) >= needed else None


def _sprints(count: int) -> str:
    return "1 sprint" if count == 1 else f"{count} sprints"

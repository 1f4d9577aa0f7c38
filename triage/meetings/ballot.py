"""What ballots and dots decide: what is settled without a word, and what is talked about first. A pure rule."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import pvariance

from triage.boards.category import Category


@dataclass(frozen=True)
class Split:
    """The ballots on one item, in total."""

    cheap: int = 0
    expensive: int = 0
    catastrophic: int = 0

    @property
    def ballots(self) -> dict[Category, int]:
        """How many for each category that anyone chose, the mildest first."""
        counts = {
            Category.CHEAP: self.cheap,
            Category.EXPENSIVE: self.expensive,
            Category.CATASTROPHIC: self.catastrophic,
        }
        return {category: count for category, count in counts.items() if count}

    @property
    def count(self) -> int:
        return sum(self.ballots.values())

    @property
    def is_unanimous(self) -> bool:
        return len(self.ballots) == 1

    @property
    def agreed(self) -> Category | None:
        return next(iter(self.ballots)) if self.is_unanimous else None

    @property
    def spread(self) -> tuple[int, float]:
        """How far apart the ballots are, to sort by: the steps between the extremes, then the variance in steps."""
        steps = [0] * self.cheap + [1] * self.expensive + [2] * self.catastrophic
        return (steps[-1] - steps[0], pvariance(steps)) if steps else (0, 0)

    def words(self) -> str:
        """As the room reads it: "2 cheap, 1 catastrophic"; empty without ballots."""
        return ", ".join(f"{count} {category}" for category, count in self.ballots.items())


def tally(categories: Iterable[Category]) -> Split:
    return Split(**Counter[str](categories))


def settled(split: Split, voters: int) -> Category | None:
    """The category that an item gets without a word, or None when it must be talked about.

    All its ballots agree, and they came from at least half of the `voters`, the people who cast any ballot in this
    intake: one hasty ballot out of twelve settles nothing, and one person alone settles everything.
    """
    return split.agreed if split.count * 2 >= voters else None


@dataclass(frozen=True)
class Point:
    """An item of the agenda, as far as its place there goes. Dots that are still hidden count as none."""

    item_id: int
    split: Split
    dots: int
    needs_exit: bool
    position: int


def agenda_order(points: Iterable[Point]) -> list[int]:
    """The ids of the items in the order in which the meeting talks about them.

    Splits come first, the widest spread before all, since only talking settles them; then the items with the most
    dots; then those that need an exit; then the rest. Each rule decides where those before it leave a tie, so an item
    with both a split and dots is a split. What ties in all of them keeps its old order: position, then id.
    """
    as_they_were = sorted(points, key=lambda point: (point.position, point.item_id))
    # A reversed sort leaves ties as they were.
    ordered = sorted(as_they_were, key=lambda point: (point.split.spread, point.dots, point.needs_exit), reverse=True)
    return [point.item_id for point in ordered]

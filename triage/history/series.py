"""What happened to the debts, sprint by sprint. A pure rule.

It begins with how things stand today and goes back through the turns of the items: so it costs what the sprints hold
that are looked at, however much was before them.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from statistics import median
from typing import NamedTuple

from triage.items.state import ELSEWHERE, PART

OPEN = ("inbox", "cheap", "expensive", "catastrophic")
RANKED = {name: rank for rank, name in enumerate(OPEN)}
OVER = ("paid", "dropped", "refused")
IN_USE = (*OPEN, "paid")
RESHAPED = (ELSEWHERE, PART, "merged")
DAY = 24 * 60 * 60


class Turn(NamedTuple):
    """How an item stood before and after something happened: in a category, or closed."""

    item_id: int
    was: str | None
    now: str


class Stay(NamedTuple):
    """How long an item had been in the inbox, in days, when it left it."""

    item_id: int
    days: float


class Thing(NamedTuple):
    """An item as it is today; `stands_as` is its category while it is open, else its state.

    `reported` is the moment in seconds, as moments of thousands are compared.
    """

    board_id: int
    stands_as: str
    size: float | None
    reported: float


class Change(NamedTuple):
    """What a sprint did to an item.

    `began` is how it stood before, and of debt that is not new but came in another shape how it stood first. `of` is
    the category that it is counted in.
    """

    was: str | None
    now: str
    of: str
    began: str | None

    @property
    def is_counted(self) -> bool:
        """Did the team take it on or get rid of it? What is merged goes on in another."""
        return self.now != "merged" and self.began != self.now


@dataclass
class Open:
    """The open debt of one category at a moment. `size` is the sum of today's sizes, `unsized` those without."""

    count: int = 0
    size: float = 0
    unsized: int = 0

    def add(self, things: Sequence[Thing], by: int = 1) -> None:
        sizes = [thing.size for thing in things]
        self.count += len(sizes) * by
        self.size += sum(filter(None, sizes)) * by
        self.unsized += sizes.count(None) * by


@dataclass(frozen=True)
class Life:
    """What one sprint did to each item in the end, however often it went to and fro, and what left the inbox in it."""

    changes: Mapping[int, Change]
    stays: Sequence[Stay] = ()

    def growth(self, among: Collection[str] = OPEN, besides: Iterable[int] = ()) -> int:
        """By how much there is more debt than before in these categories, by what the team did; `besides` are left out.

        What was brought in, split or merged is the same debt in another shape.
        """
        left_out = Counter(self._shift(self.changes[id]) for id in besides if id in self.changes)
        return sum(
            ((now in among) - (began in among)) * (count - left_out[began, now])
            for (began, now), count in self._shifts.items()
        )

    @cached_property
    def _shifts(self) -> Counter[tuple[str | None, str]]:
        """How many items went from where to where."""
        return sum((Counter({self._shift(one): len(ids)}) for one, ids in self._alike.items()), Counter())

    @staticmethod
    def _shift(change: Change) -> tuple[str | None, str]:
        return (change.began, change.now) if change.is_counted else ("", "")

    @cached_property
    def moves(self) -> Mapping[tuple[str | None, str | None], Sequence[int]]:
        """The items that came to stand in another category, by both; None is not open."""
        moves: dict[tuple[str | None, str | None], list[int]] = {}
        for one, ids in self._alike.items():
            move = (one.was if one.was in OPEN else None, one.now if one.now in OPEN else None)
            if move[0] != move[1]:
                moves.setdefault(move, []).extend(ids)
        return moves

    @cached_property
    def _alike(self) -> Mapping[Change, Sequence[int]]:
        """The items that the same happened to: thousands went few ways, and each way is looked at once."""
        alike: dict[Change, list[int]] = {}
        for item_id, one in self.changes.items():
            alike.setdefault(one, []).append(item_id)
        return alike

    def _those(self, is_asked: Callable[[Change], bool]) -> dict[int, str]:
        return {item_id: one.of for one, ids in self._alike.items() if is_asked(one) for item_id in ids}

    @cached_property
    def taken(self) -> dict[int, str]:
        """New debt, and debt that was over and came back: the items, each with its category."""
        return self._those(lambda one: one.is_counted and one.began in (None, *OVER) and one.now in IN_USE)

    @cached_property
    def paid(self) -> dict[int, str]:
        """Paid down, what was taken on in the same sprint too."""
        return self._those(lambda one: one.is_counted and one.now == "paid")

    @cached_property
    def gone(self) -> dict[int, str]:
        """Dropped or refused; what was reported in the same sprint counts as never taken on."""
        return self._those(lambda one: one.began in OPEN and one.now in ("dropped", "refused"))

    @cached_property
    def brought(self) -> dict[int, str]:
        """Open debt that is not new, but came in from another log."""
        return self._those(lambda one: one.was == ELSEWHERE and one.now in OPEN)

    @cached_property
    def split(self) -> dict[int, str]:
        """Open debt that is not new, but was part of another."""
        return self._those(lambda one: one.was == PART and one.now in OPEN)

    @cached_property
    def merged(self) -> dict[int, str]:
        return self._those(lambda one: one.began in OPEN and one.now == "merged")

    @cached_property
    def worsened(self) -> dict[int, Change]:
        """From one category to a worse one; out of the inbox is neither better nor worse."""
        ranked = ((id, one, RANKED.get(one.began or "", 0), RANKED.get(one.now, 0)) for id, one in self.changes.items())
        return {item_id: one for item_id, one, was, now in ranked if 0 < was < now}

    @cached_property
    def wait(self) -> float | None:
        """The median stay in the inbox of what left it, in days."""
        return median(stay.days for stay in self.stays) if self.stays else None


@dataclass(frozen=True)
class Told:
    """A sprint, and how things stood at its end; `median_age` is that of what was open, in days."""

    life: Life
    open: Mapping[str, Open]
    median_age: float | None

    @property
    def count(self) -> int:
        return sum(each.count for each in self.open.values())


def net(turns: Iterable[Turn]) -> dict[int, Change]:
    """What the turns of one sprint, the latest first, did to each item in the end."""
    changes: dict[int, Change] = {}
    for item_id, was, now in turns:
        began = now if was in RESHAPED else was
        known = changes.get(item_id)
        if known is None:
            changes[item_id] = Change(was, now, now if now in OPEN else was or now, began)
        elif known.was != was or known.began != began:
            changes[item_id] = Change(was, known.now, known.of, began)
    return changes


def lead_back(things: Mapping[int, Thing], lives: Sequence[Life], later: Life, ends: Sequence[datetime]) -> list[Told]:
    """The sprints that end at these moments, with how things stood at their ends.

    `things` are all items that were open at some time since the first sprint began, or are; `later` is what happened
    behind the last one.
    """
    now = _Standing(things)
    told = []
    following = later
    for life, end in zip(reversed(lives), reversed(ends), strict=True):
        now.go_back(following)
        told.append(now.told(life, end))
        following = life
    return told[::-1]


class _Standing:
    """The open debt at a moment, on its way back in time."""

    def __init__(self, things: Mapping[int, Thing]) -> None:
        self.things = things
        columns: dict[str, list[Thing]] = {name: [] for name in OPEN}
        for thing in things.values():
            if thing.stands_as in columns:
                columns[thing.stands_as].append(thing)
        self.open = {name: Open() for name in OPEN}
        for name, those in columns.items():
            self.open[name].add(those)
        self.reported = sorted(thing.reported for those in columns.values() for thing in those)

    def go_back(self, life: Life) -> None:
        """To before what a sprint did."""
        for (was, now), ids in life.moves.items():
            things = [self.things[id] for id in ids if id in self.things]
            if now:
                self.open[now].add(things, -1)
            if was:
                self.open[was].add(things)
            if not was:
                for thing in things:
                    place = bisect_left(self.reported, thing.reported)
                    del self.reported[place : place + 1]
            if not now:
                self.reported = sorted([*self.reported, *(thing.reported for thing in things)])

    def told(self, life: Life, end: datetime) -> Told:
        return Told(
            life=life,
            open={name: Open(each.count, round(each.size, 6), each.unsized) for name, each in self.open.items()},
            median_age=(end.timestamp() - median(self.reported)) / DAY if self.reported else None,
        )

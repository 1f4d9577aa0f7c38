"""The calendar of sprints: number ↔ days. A pure rule."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, order=True)
class Span:
    """One sprint: its number, first and last day."""

    number: int
    first_day: date
    last_day: date

    def __contains__(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day

    @property
    def days(self) -> int:
        return (self.last_day - self.first_day).days + 1

    @property
    def working_days(self) -> int:
        """Five of seven."""
        return round(self.days * 5 / 7)


@dataclass(frozen=True)
class Calendar:
    """Sprints of equal length from number `first_number` on its first day on; those before are `earlier`'s."""

    first_day: date
    days: int
    first_number: int = 1
    earlier: "Calendar | None" = None

    @classmethod
    def counted_on(cls, stored: Iterable[Span], first_day: date, days: int) -> "Calendar":
        """The calendar of a team that wrote these sprints down, in the order of their numbers.

        They keep number and days, and those between two of them share the days between. What follows the last one is
        counted on from it in the present length, however long ago it was: a change of length moves only the sprints
        since then that nobody committed to.
        """
        calendar, number = None, 1
        for span in stored:
            if between := span.number - number:
                shared = (span.first_day - first_day).days // between
                calendar = cls(first_day, max(shared, 1), number, calendar)
            calendar = cls(span.first_day, span.days, span.number, calendar)
            first_day, number = span.last_day + timedelta(days=1), span.number + 1
        return cls(first_day, days, number, calendar)

    def sprint(self, number: int) -> Span:
        part = self
        while part.earlier and number < part.first_number:
            part = part.earlier
        first = part.first_day + timedelta(days=part.days * (number - part.first_number))
        return Span(number, first, first + timedelta(days=part.days - 1))

    def sprint_on(self, day: date) -> Span:
        """The sprint of a day; days before the first sprint belong to sprint 1."""
        part = self
        while part.earlier and day < part.first_day:
            part = part.earlier
        return self.sprint(max(1, (day - part.first_day).days // part.days + part.first_number))

    def target_on(self, day: date) -> Span:
        """The sprint that a meeting on a day commits to: the one half a sprint later.

        In the first half of a sprint that is the sprint itself, in the second half the next.
        """
        span = self.sprint_on(day)
        half = timedelta(days=span.days // 2)
        return span if day + half <= span.last_day else self.sprint(span.number + 1)

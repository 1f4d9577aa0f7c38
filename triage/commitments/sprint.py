"""The calendar of sprints: number ↔ days. A pure rule."""

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


@dataclass(frozen=True)
class Calendar:
    """Sprints of equal length, counted from 1 on the team's first day."""

    first_day: date
    days: int

    def sprint(self, number: int) -> Span:
        first = self.first_day + timedelta(days=self.days * (number - 1))
        return Span(number, first, first + timedelta(days=self.days - 1))

    def sprint_on(self, day: date) -> Span:
        """The sprint of a day; days before the first sprint belong to sprint 1."""
        return self.sprint(max(1, (day - self.first_day).days // self.days + 1))

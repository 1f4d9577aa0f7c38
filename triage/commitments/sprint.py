"""The calendar of sprints: number ↔ days, with breaks between them; and what a team can do in one. Pure rules."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from triage.refusal import Refused
from triage.web import filters

LONGEST = 60
LONGEST_BREAK = 366


@dataclass(frozen=True, order=True)
class Span:
    """One sprint: its number, first and last day, and how many days of a break came before it."""

    number: int
    first_day: date
    last_day: date
    break_days: int = 0

    def __contains__(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day

    @property
    def since(self) -> date:
        """The day from which on what happens counts with it: that of a break counts with the sprint after it."""
        return self.first_day - timedelta(days=self.break_days)

    @property
    def days(self) -> int:
        return (self.last_day - self.first_day).days + 1

    @property
    def working_days(self) -> int:
        """Five of seven."""
        return round(self.days * 5 / 7)


@dataclass(frozen=True)
class Calendar:
    """Sprints of equal length from number `first_number` on its first day on; those before are `earlier`'s.

    Between these and those lies a break of `break_days`, or none.
    """

    first_day: date
    days: int
    first_number: int = 1
    earlier: "Calendar | None" = None
    break_days: int = 0

    @classmethod
    def counted_on(cls, stored: Iterable[Span], first_day: date, days: int) -> "Calendar":
        """The calendar of a team that wrote these sprints down, in the order of their numbers.

        They keep number and days, and those between two of them share the days between. What follows the last one is
        counted on from it in the present length, however long ago it was: a change of length moves only the sprints
        since then that nobody committed to. Days that none of them has are a break.
        """
        calendar, number = None, 1
        for span in stored:
            if between := span.number - number:
                shared = max((span.first_day - first_day).days // between, 1)
                calendar = cls(first_day, shared, number, calendar)
                first_day += timedelta(days=shared * between)
            break_days = (span.first_day - first_day).days if calendar else 0
            calendar = cls(span.first_day, span.days, span.number, calendar, break_days)
            first_day, number = span.last_day + timedelta(days=1), span.number + 1
        return cls(first_day, days, number, calendar)

    def sprint(self, number: int) -> Span:
        part = self
        while part.earlier and number < part.first_number:
            part = part.earlier
        ahead = number - part.first_number
        first = part.first_day + timedelta(days=part.days * ahead)
        return Span(number, first, first + timedelta(days=part.days - 1), 0 if ahead else part.break_days)

    def sprint_on(self, day: date) -> Span:
        """The sprint of a day: in a break the coming one, and before the first sprint that."""
        part = self
        while part.earlier and day < part.first_day - timedelta(days=part.break_days):
            part = part.earlier
        return self.sprint(part.first_number + max(0, (day - part.first_day).days // part.days))

    def target_on(self, day: date) -> Span:
        """The sprint that a meeting on a day commits to: the one half a sprint later.

        In the first half of a sprint and in the break before it that is the sprint itself, in the second half the next.
        """
        span = self.sprint_on(day)
        half = timedelta(days=span.days // 2)
        return span if day + half <= span.last_day else self.sprint(span.number + 1)

    def is_written(self, number: int) -> bool:
        """Do its days stay whatever the length is changed to?"""
        return number < self.first_number

    def must_take(self, new: Span, today: date) -> None:
        """Raises Refused for days that a sprint cannot be given, seen from a day on which it is not over."""
        was, before, after = (self.sprint(new.number + step) for step in (0, -1, 1))
        if was.first_day <= today and new.first_day != was.first_day:
            raise Refused(
                f"Sprint {was.number} began on {filters.day(was.first_day)}, and that stays.", field="first_day"
            )
        if before.number and new.first_day <= before.last_day:
            raise Refused(
                f"Sprint {before.number} ends on {filters.day(before.last_day)}: begin after that.", field="first_day"
            )
        if _break_between(before, new) > LONGEST_BREAK:
            raise Refused("A break is a year long at most: begin earlier.", field="first_day")
        if new.last_day < today:
            raise Refused(f"Sprint {new.number} would be over: its last day is today or later.", field="last_day")
        if not self.is_written(after.number):
            return
        if new.last_day >= after.first_day:
            raise Refused(
                f"Sprint {after.number} begins on {filters.day(after.first_day)}: end before that,"
                " or let that one begin later first.",
                field="last_day",
            )
        if _break_between(new, after) > LONGEST_BREAK:
            raise Refused(
                f"Sprint {after.number} begins on {filters.day(after.first_day)}, and a break is a year long at most:"
                " end later.",
                field="last_day",
            )


def _break_between(one: Span, next: Span) -> int:
    return (next.first_day - one.last_day).days - 1


@dataclass(frozen=True)
class Plan:
    """What a team has in a sprint: its days, what it can do in them, and the share of that for debt.

    `own_capacity` and `own_percent` are the sprint's own, None where it has them as its team does. A sprint that was
    over before the team knew what it can do has an own capacity of 0.
    """

    span: Span
    usual_capacity: float | None
    usual_percent: int
    own_capacity: float | None = None
    own_percent: int | None = None

    @property
    def capacity(self) -> float | None:
        """In the team's unit; None where nobody knows it."""
        return (self.usual_capacity if self.own_capacity is None else self.own_capacity) or None

    @property
    def budget_percent(self) -> int:
        return self.usual_percent if self.own_percent is None else self.own_percent

    @property
    def budget(self) -> float | None:
        return None if self.capacity is None else self.capacity * self.budget_percent / 100

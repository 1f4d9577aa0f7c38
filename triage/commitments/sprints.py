"""Sprint: the row of a sprint that somebody committed to or changed, and the calendar that all of them make."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator
from sqlalchemy import Index, or_, select
from sqlalchemy.orm import Mapped

from triage.accounts.models import User
from triage.clock import today
from triage.commitments.sprint import LONGEST, Calendar, Plan, Span
from triage.database import Base, TeamOwned, db
from triage.events.models import Recorded
from triage.items.drafts import Day
from triage.refusal import Refused
from triage.teams.drafts import Capacity
from triage.teams.models import Team
from triage.web import filters
from triage.web.drafts import Draft

AHEAD = 26
Percent = Annotated[
    Annotated[int, Field(ge=0, le=100)] | None,
    BeforeValidator(lambda value: value.strip() or None if isinstance(value, str) else value),
]


class SprintDraft(Draft):
    """A sprint as a lead plans it. Without a capacity or a percentage it has them as its team does."""

    first_day: Day
    last_day: Day
    capacity: Capacity = None
    budget_percent: Percent = Field(default=None, title="debt budget in percent")

    @field_validator("last_day")
    @classmethod
    def _comes_after_the_first(cls, value: date, info: ValidationInfo) -> date:
        days = (value - info.data.get("first_day", value)).days + 1
        if days < 1:
            raise ValueError("It would end before it begins. Choose a later day.")
        if days > LONGEST:
            raise ValueError(f"A sprint has {LONGEST} days at most; this one would have {days}.")
        return value


class Sprint(Recorded, TeamOwned, Base):
    """A sprint somebody committed to or changed. Its days are written down, so that a new sprint length leaves the past
    alone; its figures are its own only where they differ from its team's, or since it is over.
    """

    __tablename__ = "sprint"
    __table_args__ = (Index("uq_sprint_team_id_number", "team_id", "number", unique=True),)

    number: Mapped[int]
    first_day: Mapped[date]
    last_day: Mapped[date]
    capacity: Mapped[float | None]
    budget_percent: Mapped[int | None]

    def __str__(self) -> str:
        return f"sprint {self.number}"

    @classmethod
    def calendar(cls, team: Team) -> Calendar:
        """A new sprint length counts from the last sprint that was written down."""
        return cls.calendars([team])[team.id]

    @classmethod
    def calendars(cls, teams: Collection[Team]) -> dict[int, Calendar]:
        """Those of some teams by their ids; many are asked for as quickly as one."""
        stored = cls._stored(teams)
        return {team.id: _calendar(team, stored[team.id]) for team in teams}

    @classmethod
    def current(cls, team: Team) -> Span:
        """The sprint the team is in today; in a break the coming one."""
        return cls.calendar(team).sprint_on(today(team.time_zone))

    @classmethod
    def target(cls, team: Team) -> Span:
        """The sprint that a meeting held today commits to: on its last Friday the next one, on its first Monday it."""
        return cls.calendar(team).target_on(today(team.time_zone))

    @classmethod
    def coming(cls, team: Team) -> list[Span]:
        """Those one can commit to: the present one and the two after it."""
        calendar = cls.calendar(team)
        current = calendar.sprint_on(today(team.time_zone))
        return [calendar.sprint(current.number + ahead) for ahead in range(3)]

    @classmethod
    def numbered(cls, team: Team, number: int) -> "Sprint":
        """The row of a sprint, made when it is first needed."""
        found = db.session.scalar(select(cls).where(cls.team_id == team.id, cls.number == number))
        return found or cls._write_down(team, number, number)[number]

    @classmethod
    def plans(cls, team: Team, numbers: Iterable[int]) -> list[Plan]:
        """What the team has in each of some sprints; many are asked for as quickly as one."""
        stored = cls._stored([team])[team.id]
        calendar = _calendar(team, stored)
        people = len(team.committers) if team.capacity is None and team.unit == "days" else 0
        plans = []
        for number in numbers:
            span, row = calendar.sprint(number), stored.get(number)
            # Nobody counts points from days and people.
            usual = team.capacity if team.capacity is not None else people * span.working_days or None
            own = (row.capacity, row.budget_percent) if row else (None, None)
            plans.append(Plan(span, usual, team.budget_percent, *own))
        return plans

    @classmethod
    def plan(cls, team: Team, number: int) -> Plan:
        return cls.plans(team, [number])[0]

    @classmethod
    def budget(cls, team: Team, number: int) -> float | None:
        """The share of a sprint's capacity that is for debt."""
        return cls.plan(team, number).budget

    @classmethod
    def change(cls, team: Team, number: int, draft: SprintDraft, *, by: User | None) -> None:
        """Give the present sprint or a coming one other days, or figures of its own.

        All from the present one on are written down first, so that this changes the length of no other. Raises Refused
        for a sprint that is over or too far ahead, and for days that it cannot have.
        """
        team.hold()
        calendar, day = cls.calendar(team), today(team.time_zone)
        present = calendar.sprint_on(day).number
        if number < present:
            raise Refused(f"Sprint {number} is over, and the past is not rewritten.")
        if number > present + AHEAD:
            raise Refused(f"Sprint {number} is too far ahead: plan those up to sprint {present + AHEAD}.")
        plan = cls.plan(team, number)
        had = {
            "first_day": plan.span.first_day,
            "last_day": plan.span.last_day,
            "capacity": plan.own_capacity,
            "budget_percent": plan.own_percent,
        }
        changed = {name: value for name, value in draft.model_dump().items() if value != had[name]}
        if not changed:
            return
        calendar.must_take(Span(number, draft.first_day, draft.last_day), day)
        sprint = cls._write_down(team, present, max(number, calendar.first_number - 1))[number]
        for name, value in changed.items():
            setattr(sprint, name, value)
        said = [
            f"{SprintDraft.label(name)} from {_said(had[name])} to {_said(value)}" for name, value in changed.items()
        ]
        sprint.record("changed", by=by, changes=said)

    @classmethod
    def settle(cls, team: Team) -> None:
        """Write into the sprints that are over what the team had in them, before it has something else."""
        is_open = or_(cls.capacity.is_(None), cls.budget_percent.is_(None))
        over = select(cls).where(cls.team_id == team.id, cls.last_day < today(team.time_zone), is_open)
        sprints = db.session.scalars(over).all()
        plans = cls.plans(team, [sprint.number for sprint in sprints]) if sprints else []
        for sprint, plan in zip(sprints, plans, strict=True):
            sprint.capacity, sprint.budget_percent = plan.capacity or 0, plan.budget_percent

    @classmethod
    def _write_down(cls, team: Team, first: int, last: int) -> dict[int, "Sprint"]:
        """The rows of some sprints by their numbers. Those without one get it, with the days that they have now."""
        team.hold()
        of_these = select(cls).where(cls.team_id == team.id, cls.number.between(first, last))
        rows = {row.number: row for row in db.session.scalars(of_these, execution_options={"populate_existing": True})}
        missing = [number for number in range(first, last + 1) if number not in rows]
        if missing:
            cls.settle(team)
            calendar = cls.calendar(team)
            for span in map(calendar.sprint, missing):
                rows[span.number] = cls(
                    team_id=team.id, number=span.number, first_day=span.first_day, last_day=span.last_day
                )
            db.session.add_all(rows.values())
            db.session.flush()
        return rows

    @classmethod
    def _stored(cls, teams: Collection[Team]) -> dict[int, dict[int, Any]]:
        """What is written down, by team and number and without objects: most pages ask for it."""
        columns = (cls.team_id, cls.number, cls.first_day, cls.last_day, cls.capacity, cls.budget_percent)
        stored: dict[int, dict[int, Any]] = {team.id: {} for team in teams}
        for row in db.session.execute(select(*columns).where(cls.team_id.in_(list(stored))).order_by(cls.number)):
            stored[row.team_id][row.number] = row
        return stored


def _calendar(team: Team, stored: dict[int, Any]) -> Calendar:
    spans = (Span(row.number, row.first_day, row.last_day) for row in stored.values())
    return Calendar.counted_on(spans, team.first_sprint_on, team.sprint_days)


def _said(value: object) -> str:
    if value is None:
        return "the team's"
    return filters.day(value) if isinstance(value, date) else f"{value:g}"

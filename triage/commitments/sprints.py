"""Sprint: the row of a sprint that somebody committed to or changed, and the calendar that all of them make."""

from datetime import date

from sqlalchemy import Index, select
from sqlalchemy.orm import Mapped

from triage.clock import today
from triage.commitments.sprint import Calendar, Span
from triage.database import Base, TeamOwned, db
from triage.teams.models import Team


class Sprint(TeamOwned, Base):
    """A sprint somebody committed to. Its days are written down, so that a new sprint length leaves the past alone."""

    __tablename__ = "sprint"
    __table_args__ = (Index("uq_sprint_team_id_number", "team_id", "number", unique=True),)

    number: Mapped[int]
    first_day: Mapped[date]
    last_day: Mapped[date]
    capacity: Mapped[float | None]
    budget_percent: Mapped[int | None]

    @classmethod
    def calendar(cls, team: Team) -> Calendar:
        """A new sprint length counts from the last sprint that was written down."""
        stored = db.session.execute(
            select(cls.number, cls.first_day, cls.last_day).where(cls.team_id == team.id).order_by(cls.number)
        )
        return Calendar.counted_on((Span(*row) for row in stored), team.first_sprint_on, team.sprint_days)

    @classmethod
    def current(cls, team: Team) -> Span:
        """The sprint the team is in today."""
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
        if found is None:
            team.hold()
            found = db.session.scalar(select(cls).where(cls.team_id == team.id, cls.number == number))
        if found is None:
            span = cls.calendar(team).sprint(number)
            found = cls(team_id=team.id, number=number, first_day=span.first_day, last_day=span.last_day)
            db.session.add(found)
            db.session.flush()
        return found

    @classmethod
    def budget(cls, team: Team, number: int) -> float | None:
        """The share of a sprint's capacity that is for debt: nobody counts points from days and people."""
        capacity = team.capacity
        if capacity is None and team.unit == "days":
            capacity = len(team.committers) * cls.calendar(team).sprint(number).working_days
        return None if capacity is None else capacity * team.budget_percent / 100

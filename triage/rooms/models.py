"""Ritual: what a team meets for in a room, phase by phase; a triage and a retrospective are its two kinds."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from sqlalchemy import ForeignKey, Index, Select, String, func, select, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from triage.accounts.models import User
from triage.clock import now
from triage.database import Base, TeamOwned, db, shared_now
from triage.events.models import Event, Recorded
from triage.refusal import Refused, Stale
from triage.rooms.kind import Kind
from triage.rooms.phases import RoomPhase
from triage.rooms.timer import Timer, recut
from triage.teams.models import Team

IDLE = timedelta(hours=3)
FARTHEST = timedelta(days=366)
REOPENING = timedelta(hours=24)
ABOUT_NOW = timedelta(hours=12)
TOGETHER = timedelta(minutes=15)


class Status(StrEnum):
    PLANNED = "planned"
    LIVE = "live"
    CLOSED = "closed"


class Ritual(Kind, Recorded, TeamOwned, Base):
    """Half an hour with a chair, a timer, and phases that everybody sees at once.

    Its kind (kind.py) says where it is at home: its `home` (a board, a team) has at most one live of the kind, and its
    lock and its versions are the home's.

    `turn` counts the phases that were entered: a request names the one it believes in. `turned` is the home's version
    at the last change that makes every screen anew: a phase, a reveal, the close. The events of the ritual are those of
    its home from `first_version` to `last_version`.
    """

    __tablename__ = "ritual"
    __mapper_args__ = {"polymorphic_on": "kind"}  # noqa: RUF012 - as SQLAlchemy wants it

    kind: Mapped[str] = mapped_column(String(20))
    status: Mapped[Status]
    planned_for: Mapped[datetime | None]
    phase_name: Mapped[str] = mapped_column("phase", String(30))
    turn: Mapped[int] = mapped_column(default=0)
    turned: Mapped[int] = mapped_column(default=0)
    chair_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    dots: Mapped[int]
    dots_per_item: Mapped[int]
    started_at: Mapped[datetime | None]
    entered_at: Mapped[datetime | None]
    deadline: Mapped[datetime | None]
    active_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    ended_itself: Mapped[bool] = mapped_column(default=False)
    ballots_revealed_at: Mapped[datetime | None]
    dots_revealed_at: Mapped[datetime | None]
    link_round: Mapped[int] = mapped_column(default=1)
    first_version: Mapped[int] = mapped_column(default=0)
    last_version: Mapped[int | None]

    chair: Mapped[User | None] = relationship()

    def __str__(self) -> str:
        return f"the {self.called} of {self.home.name}"

    # Beginning

    @classmethod
    def plan(cls, home: Any, planned_for: datetime, *, by: User) -> Self:
        """Put one into the calendar. Raises Refused for a moment that has passed or is years away."""
        if planned_for <= now():
            raise Refused("That moment has passed. Choose one that is still to come.", field="planned_for")
        if planned_for > now() + FARTHEST:
            raise Refused("That is more than a year ahead. Choose a day before that.", field="planned_for")
        ritual = cls._new(home)
        ritual.planned_for = planned_for
        ritual.record("planned", by=by, when=planned_for.isoformat())
        return ritual

    @classmethod
    def start(cls, home: Any, *, by: User) -> Self:
        """Begin one now, the one that was planned for about now if there is; who starts it has the chair.

        Raises Refused while another is live.
        """
        planned = db.session.scalar(
            select(cls)
            .where(cls.at_home(home), cls.status == Status.PLANNED, cls.planned_for < now() + ABOUT_NOW)
            .order_by(cls.planned_for.desc())
            .limit(1)
        )
        ritual = planned or cls._new(home)
        ritual.begin(by=by)
        return ritual

    @classmethod
    def _new(cls, home: Any) -> Self:
        """Planned, until it begins."""
        raise NotImplementedError

    @classmethod
    def _of(cls, people: Team, **values: object) -> Self:
        """A new one that a team has planned, with what its kind adds."""
        return cls(
            team_id=people.id,
            status=Status.PLANNED,
            dots=people.dots,
            dots_per_item=people.dots_per_item,
            phase=next(iter(cls.phases)),
            turn=0,
            turned=0,
            ended_itself=False,
            link_round=1,
            first_version=0,
            **values,
        )

    @classmethod
    def live_on(cls, home: Any) -> Self | None:
        """The one that goes on now: one that everybody left hours ago does not."""
        found = db.session.scalar(select(cls).where(cls.at_home(home), cls.status == Status.LIVE))
        return found if found and not found.is_idle else None

    @property
    def phase(self) -> Any:
        return self.phases(self.phase_name)  # type: ignore[call-arg]

    @phase.setter
    def phase(self, phase: RoomPhase) -> None:
        self.phase_name = phase.value

    @property
    def is_live(self) -> bool:
        return self.status is Status.LIVE and not self.is_idle

    @property
    def is_closed(self) -> bool:
        return self.status is Status.CLOSED or self.is_idle

    @property
    def is_idle(self) -> bool:
        """Forgotten open: it counts as ended, and the next write says so in the database too."""
        return self.status is Status.LIVE and self.active_at is not None and self.active_at + IDLE < now()

    @property
    def ended_at(self) -> datetime | None:
        """When it was closed, or ended by itself though nobody wrote that down yet."""
        return self.active_at + IDLE if self.is_idle and self.active_at else self.closed_at

    @property
    def is_fresh(self) -> bool:
        """Was it closed just now? Its people are still together."""
        return self.closed_at is not None and now() < self.closed_at + TOGETHER

    def begin(self, *, by: User) -> None:
        """Begin what was planned. Raises Refused while another of its kind is live there."""
        self.home.hold()
        if self.status is not Status.PLANNED:
            raise Refused(f"This {self.noun} has begun already.")
        self._must_be_alone("Join that one")
        moment = shared_now()
        self.status, self.started_at, self.chair = Status.LIVE, moment, by
        self.dots, self.dots_per_item = self.team.dots, self.team.dots_per_item
        self.first_version = self.home.version
        self._began()
        self.record("started", by=by)
        self._enter(next(iter(self.phases)), by=by, moment=moment)

    def cancel(self, *, by: User) -> None:
        """What was planned will not be. Raises Refused for one that has begun."""
        if self.status is not Status.PLANNED:
            raise Refused(f"This {self.noun} has begun. Close it instead.")
        self.record("cancelled", by=by)
        db.session.delete(self)

    # The phases

    def advance(self, *, seen: int, by: User) -> None:
        """On to the next phase that has something to do.

        Raises Stale when somebody was faster, Refused for anyone but the chair and while something is missing.
        """
        self.must_be_driving(seen, by)
        if lacks := self.missing:
            raise Refused(lacks)
        following = self.phase.next
        if following is None:
            raise Refused(f"This is the last phase. Close the {self.noun}.")
        self._enter(following, by=by, moment=shared_now())

    def go_back(self, phase: RoomPhase, *, seen: int, by: User) -> None:
        """Back to an earlier phase. What was revealed stays revealed, unless there was nothing to reveal."""
        self.must_be_driving(seen, by)
        if phase not in self.phase.earlier:
            raise Refused(f"{phase.label} is not before {self.phase.label}.")
        self._went_back()
        self._turn_to(phase, shared_now())
        self.record("went_back", by=by, now=phase.label)

    def _enter(self, phase: RoomPhase, *, by: User, moment: datetime) -> None:
        """The phase, or the next one that is not empty; each that is skipped is recorded with the reason."""
        while why := self.emptiness(phase):
            self.record("skipped", by=by, why=why, phase=phase.label)
            phase = phase.next or phase
        self._turn_to(phase, moment)
        self.record("entered", by=by, now=phase.label)

    def _turn_to(self, phase: RoomPhase, moment: datetime) -> None:
        self.phase, self.turn = phase, self.turn + 1
        self.entered_at = moment
        self.deadline = moment + recut(phase, self.started_at or moment, moment)
        self.show_anew()
        self._came()

    def show_anew(self) -> None:
        """Every screen asks for the whole room."""
        self.home.hold()
        self.turned = self.home.version

    def happened(self, *actions: str) -> Select[Event]:
        """What it recorded of itself in its present phase; an action goes without its kind: "skipped"."""
        return select(Event).where(
            *self.events,
            Event.version == self.turned,
            Event.subject_id == self.id,
            Event.action.in_([f"{self.event_kind}.{action}" for action in actions]),
        )

    @property
    def skipped(self) -> list[str]:
        """Which phases were passed over on the way to the present one, and why."""
        events = db.session.scalars(self.happened("skipped").order_by(Event.id))
        return [f"{event.what['phase']} was skipped: {event.why}." for event in events]

    @property
    def went_back(self) -> bool:
        """Was the present phase entered from a later one, or by reopening?"""
        return db.session.scalar(self.happened("went_back", "reopened").limit(1)) is not None

    # The chair

    def take_chair(self, *, by: User) -> None:
        """Anyone who may act can, at any time."""
        self.must_be_live()
        if self.chair_id != by.id:
            was, self.chair = self.chair, by
            self.chair_id = by.id
            self.record("chair_taken", by=by, was=was.name if was else "nobody")

    def extend(self, minutes: int, *, by: User) -> None:
        """More time: from the deadline on, or from now when that has passed."""
        self.must_be_chaired(by)
        moment = shared_now()
        self.deadline = Timer(self.deadline or moment).extended(timedelta(minutes=minutes), moment).deadline
        self.record("extended", by=by, minutes=minutes, phase=self.phase.label)

    # The end

    def close(self, *, seen: int, by: User) -> None:
        """Read-only from now on. Who cast which ballot and dot is forgotten for good. Raises as advance() does."""
        if self.status is Status.CLOSED:
            raise Stale(f"The {self.noun} is closed already.")
        self.must_be_driving(seen, by)
        if self.phase.next is not None:
            raise Refused("Go on to the close first: it shows what was decided.")
        if lacks := self.missing:  # it may have been reopened after it ended by itself
            raise Refused(lacks)
        self._end(shared_now())
        self.record("closed", by=by)

    def reopen(self, *, by: User) -> None:
        """Its chair may, for a day. Raises Refused for others, later, and while another of its kind is live."""
        self.end_when_idle()
        if self.status is not Status.CLOSED or self.closed_at is None:
            raise Refused(f"This {self.noun} is not closed.")
        if self.chair_id != by.id:
            raise Refused(f"{self.chair_name} had the chair and can reopen it.")
        if now() > self.closed_at + REOPENING:
            raise Refused("It was closed more than a day ago. Start a new one instead.")
        self.home.hold()
        self._must_be_alone("Close that first")
        moment = shared_now()
        self.status, self.closed_at, self.last_version, self.ended_itself = Status.LIVE, None, None, False
        self.record("reopened", by=by)
        self._turn_to([*self.phases][-1], moment)

    def end_when_idle(self) -> bool:
        """Write down that a forgotten one ended by itself, as of three idle hours after its last sign of life."""
        if not self.is_idle or self.active_at is None:
            return False
        moment = self.active_at + IDLE
        self._end(moment)
        self.ended_itself = True
        # What was done at its home since was not done in it.
        self.last_version = db.session.scalar(select(func.max(Event.version)).where(*self.events, Event.at <= moment))
        self.record("ended_itself", by=None)
        db.session.flush()  # the next takes its place as the live one
        return True

    def _must_be_alone(self, way_out: str) -> None:
        """One of a kind is live at a time: one that was forgotten ends now."""
        other = db.session.scalar(select(type(self)).where(type(self).at_home(self.home), Ritual.status == Status.LIVE))
        if other is not None and not other.end_when_idle():
            raise Refused(f"A {self.called} of {self.home.name} is live already. {way_out}.")

    def _end(self, moment: datetime) -> None:
        from triage.rooms.attendance import end_guests

        self.show_anew()
        self.status, self.closed_at, self.last_version = Status.CLOSED, moment, self.home.version
        self._forget()
        end_guests(self)

    # What a verb asks first

    def must_be_live(self) -> None:
        """Raises Refused for one that is planned or over."""
        if self.status is Status.PLANNED:
            raise Refused(f"This {self.noun} has not begun. Start it first.")
        if self.is_closed:
            raise Refused(f"This {self.noun} is closed, so nothing about it changes any more. Its minutes stay.")
        self.active_at = now()

    def must_be_in(self, *phases: RoomPhase) -> None:
        self.must_be_live()
        if self.phase not in phases:
            raise Stale(f"The {self.noun} has moved on to {self.phase.label}. You see it as it is now.")

    def must_be_chaired(self, by: User) -> None:
        self.must_be_live()
        if self.chair_id != by.id:
            raise Refused(f"{self.chair_name} has the chair. Take the chair to do this yourself.")

    def must_be_driving(self, seen: int, by: User) -> None:
        self.must_be_live()
        if seen != self.turn:
            raise Stale(f"Somebody was faster: the {self.noun} is in {self.phase.label} now.")
        self.must_be_chaired(by)

    @property
    def chair_name(self) -> str:
        return self.chair.name if self.chair else "Nobody"

    def hold(self) -> None:
        """Lock its home, then read it again."""
        self.home.hold_for(self)

    def event_places(self) -> dict[str, int | None]:
        self.home.hold()
        self.active_at = now()
        return {"version": self.home.version}


def one_live(column: Any, kind: str) -> Index:
    """The database, too, lets no home have two live ones of a kind."""
    where = text(f"status = 'live' AND kind = '{kind}'")
    return Index(f"uq_ritual_{column.key}_live", column, unique=True, sqlite_where=where, postgresql_where=where)

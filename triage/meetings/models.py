"""Meeting: the thirty minutes of one board, and the verbs of its chair."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, func, select, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from triage.accounts.models import User
from triage.boards.models import Board, BoardOwned
from triage.clock import now
from triage.commitments.models import Commitment, Verdict
from triage.commitments.sprints import Sprint
from triage.database import Base, db, shared_now
from triage.events.models import Event, Recorded
from triage.items.models import Item
from triage.meetings import focus, guards
from triage.meetings.agenda import Phase
from triage.meetings.agenda_item import AgendaItem
from triage.meetings.timer import Timer, recut
from triage.refusal import Refused, Stale

IDLE = timedelta(hours=3)
FARTHEST = timedelta(days=366)
REOPENING = timedelta(hours=24)
ABOUT_NOW = timedelta(hours=12)


class Status(StrEnum):
    PLANNED = "planned"
    LIVE = "live"
    CLOSED = "closed"


class Meeting(Recorded, BoardOwned, Base):
    """One triage.

    `turn` counts the phases that were entered: a request names the one it believes in. `turned` is the board's version
    at the last change that makes every screen anew: a phase, a reveal, the close. The events of the meeting are those
    of its board from `first_version` to `last_version`.
    """

    __tablename__ = "meeting"
    __table_args__ = (
        Index(
            "uq_meeting_board_id_live",
            "board_id",
            unique=True,
            sqlite_where=text("status = 'live'"),
            postgresql_where=text("status = 'live'"),
        ),
        Index("ix_meeting_board_id", "board_id"),
    )

    status: Mapped[Status]
    planned_for: Mapped[datetime | None]
    phase: Mapped[Phase] = mapped_column(default=Phase.REVIEW)
    turn: Mapped[int] = mapped_column(default=0)
    turned: Mapped[int] = mapped_column(default=0)
    chair_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    sprint_number: Mapped[int | None]
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
    focus_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"))
    focused_at: Mapped[datetime | None]
    nothing_why: Mapped[str] = mapped_column(String(500), default="")
    link_round: Mapped[int] = mapped_column(default=1)
    first_version: Mapped[int] = mapped_column(default=0)
    last_version: Mapped[int | None]

    chair: Mapped[User | None] = relationship()
    focus: Mapped[Item | None] = relationship()

    def __str__(self) -> str:
        return f"the triage of {self.board.name}"

    # Beginning

    @classmethod
    def plan(cls, board: Board, planned_for: datetime, *, by: User) -> "Meeting":
        """Put a meeting into the calendar. Raises Refused for a moment that has passed or is years away."""
        if planned_for <= now():
            raise Refused("That moment has passed. Choose one that is still to come.", field="planned_for")
        if planned_for > now() + FARTHEST:
            raise Refused("That is more than a year ahead. Choose a day before that.", field="planned_for")
        meeting = cls._new(board, Status.PLANNED)
        meeting.planned_for = planned_for
        meeting.record("planned", by=by, when=planned_for.isoformat())
        return meeting

    @classmethod
    def start(cls, board: Board, *, by: User) -> "Meeting":
        """Begin one now, the one that was planned for about now if there is; who starts it has the chair.

        Raises Refused while another is live.
        """
        planned = db.session.scalar(
            select(cls)
            .where(cls.board_id == board.id, cls.status == Status.PLANNED, cls.planned_for < now() + ABOUT_NOW)
            .order_by(cls.planned_for.desc())
            .limit(1)
        )
        meeting = planned or cls._new(board, Status.PLANNED)
        meeting.begin(by=by)
        return meeting

    @classmethod
    def _new(cls, board: Board, status: Status) -> "Meeting":
        team = board.team
        return cls(
            team_id=team.id,
            board=board,
            status=status,
            dots=team.dots,
            dots_per_item=team.dots_per_item,
            phase=Phase.REVIEW,
            turn=0,
            turned=0,
            ended_itself=False,
            nothing_why="",
            link_round=1,
            first_version=0,
        )

    @classmethod
    def live_on(cls, board: Board) -> "Meeting | None":
        """The meeting that goes on now: one that everybody left hours ago does not."""
        found = db.session.scalar(select(cls).where(cls.board_id == board.id, cls.status == Status.LIVE))
        return found if found and not found.is_idle else None

    @classmethod
    def sorts(cls, item: Item) -> bool:
        """Is its board being sorted now? Then the phase is not left before each item has its exit (guards.missing)."""
        meeting = cls.live_on(item.board)
        return meeting is not None and meeting.phase is Phase.SORT

    @classmethod
    def commits_to(cls, board: Board, sprint: int) -> bool:
        """Does the board's meeting that goes on now commit to this sprint? Then nothing it commits was added later."""
        meeting = cls.live_on(board)
        return meeting is not None and meeting.sprint_number == sprint

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

    def begin(self, *, by: User) -> None:
        """Begin a planned meeting. Raises Refused while another of the board is live."""
        self.board.hold()
        if self.status is not Status.PLANNED:
            raise Refused("This meeting has begun already.")
        self._must_be_alone("Join that one")
        moment = shared_now()
        self.status, self.started_at, self.chair = Status.LIVE, moment, by
        team = self.board.team
        self.dots, self.dots_per_item = team.dots, team.dots_per_item
        self.sprint_number = Sprint.target(team).number
        self.first_version = self.board.version
        self.record("started", by=by)
        self._enter(Phase.REVIEW, by=by, moment=moment)

    def cancel(self, *, by: User) -> None:
        """A planned meeting will not be. Raises Refused for one that has begun."""
        if self.status is not Status.PLANNED:
            raise Refused("This meeting has begun. Close it instead.")
        self.record("cancelled", by=by)
        db.session.delete(self)

    # The phases

    def advance(self, *, seen: int, by: User) -> None:
        """On to the next phase that has something to do.

        Raises Stale when somebody was faster, Refused for anyone but the chair and while something is missing.
        """
        self.must_be_driving(seen, by)
        lacks = guards.missing(self)
        if lacks:
            raise Refused(lacks)
        following = self.phase.next
        if following is None:
            raise Refused("This is the last phase. Close the meeting.")
        self._enter(following, by=by, moment=shared_now())

    def go_back(self, phase: Phase, *, seen: int, by: User) -> None:
        """Back to an earlier phase. What was revealed stays revealed, unless there was nothing to reveal."""
        self.must_be_driving(seen, by)
        if phase not in self.phase.earlier:
            raise Refused(f"{phase.label} is not before {self.phase.label}.")
        listed = AgendaItem.all_of(self)
        if not any(one.split.count for one in listed):
            self.ballots_revealed_at = None
        if not any(one.dots for one in listed):
            self.dots_revealed_at = None
        self._turn_to(phase, shared_now())
        self.record("went_back", by=by, now=phase.label)

    def _enter(self, phase: Phase, *, by: User, moment: datetime) -> None:
        """The phase, or the next one that is not empty; each that is skipped is recorded with the reason."""
        while why := guards.emptiness(self, phase):
            self.record("skipped", by=by, why=why, phase=phase.label)
            phase = phase.next or Phase.CLOSE
        self._turn_to(phase, moment)
        self.record("entered", by=by, now=phase.label)

    def _turn_to(self, phase: Phase, moment: datetime) -> None:
        self.phase, self.turn = phase, self.turn + 1
        self.entered_at = moment
        self.deadline = moment + recut(phase, self.started_at or moment, moment)
        self.show_anew()
        if phase is Phase.SORT:
            focus.draw_up(self)
            focus.first(self)

    def show_anew(self) -> None:
        """Every screen asks for the whole room."""
        self.board.hold()
        self.turned = self.board.version

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

    def postpone_verdict(self, commitment: Commitment, *, by: User) -> None:
        """Leave a verdict to the close. Raises Refused for one that is not due here."""
        self.must_be_chaired(by)
        if commitment not in guards.due(self) or commitment.verdict is not Verdict.OPEN:
            raise Refused(f"{commitment.item.code} has no verdict to postpone.")
        if commitment.id not in guards.postponed(self, "verdict"):
            self.record("postponed_verdict", by=by, id=commitment.id, item=str(commitment.item))

    def postpone_exit(self, item: Item, *, by: User) -> None:
        """Leave a catastrophic item's exit to the commit phase."""
        self.must_be_chaired(by)
        if item not in guards.exitless(self):
            raise Refused(f"{item.code} needs no exit.")
        if item.id not in guards.postponed(self, "exit"):
            self.record("postponed_exit", by=by, id=item.id, item=str(item))

    def commit_to_nothing(self, why: str, *, by: User) -> None:
        """The team commits to nothing in the next sprint, and says why."""
        self.must_be_live()
        if not why.strip():
            raise Refused("Say in one line why: the next meeting will ask.", field="why")
        self.nothing_why = why
        self.record("committed_to_nothing", by=by, why=why)

    # The end

    def close(self, *, seen: int, by: User) -> None:
        """Read-only from now on. Who cast which ballot and dot is forgotten for good. Raises as advance() does."""
        if self.status is Status.CLOSED:
            raise Stale("The meeting is closed already.")
        self.must_be_driving(seen, by)
        if self.phase is not Phase.CLOSE:
            raise Refused("Go on to the close first: it shows what was decided.")
        self._end(shared_now())
        self.record("closed", by=by)

    def reopen(self, *, by: User) -> None:
        """Its chair may, for a day. Raises Refused for others, later, and while another meeting is live."""
        self.end_when_idle()
        if self.status is not Status.CLOSED or self.closed_at is None:
            raise Refused("This meeting is not closed.")
        if self.chair_id != by.id:
            raise Refused(f"{self.chair_name} had the chair and can reopen it.")
        if now() > self.closed_at + REOPENING:
            raise Refused("It was closed more than a day ago. Start a new meeting instead.")
        self.board.hold()
        self._must_be_alone("Close that first")
        moment = shared_now()
        self.status, self.closed_at, self.last_version, self.ended_itself = Status.LIVE, None, None, False
        self.record("reopened", by=by)
        self._turn_to(Phase.CLOSE, moment)

    def end_when_idle(self) -> bool:
        """Write down that a forgotten meeting ended by itself, as of three idle hours after its last sign of life."""
        if not self.is_idle or self.active_at is None:
            return False
        moment = self.active_at + IDLE
        self._end(moment)
        self.ended_itself = True
        # What was done on the board since was not done in this meeting.
        self.last_version = db.session.scalar(
            select(func.max(Event.version)).where(Event.board_id == self.board_id, Event.at <= moment)
        )
        self.record("ended_itself", by=None)
        db.session.flush()  # the next meeting takes its place as the live one
        return True

    def _must_be_alone(self, way_out: str) -> None:
        """One meeting of a board is live at a time: one that was forgotten ends now."""
        other = db.session.scalar(
            select(Meeting).where(Meeting.board_id == self.board.id, Meeting.status == Status.LIVE)
        )
        if other is not None and not other.end_when_idle():
            raise Refused(f"A triage of {self.board.name} is live already. {way_out}.")

    def _end(self, moment: datetime) -> None:
        from triage.meetings.votes import forget_who

        self.show_anew()
        self.status, self.closed_at, self.last_version = Status.CLOSED, moment, self.board.version
        forget_who(self)

    # What a verb asks first

    def must_be_live(self) -> None:
        """Raises Refused for a meeting that is planned or over."""
        if self.status is Status.PLANNED:
            raise Refused("This meeting has not begun. Start it first.")
        if self.is_closed:
            raise Refused("This meeting is closed, so nothing about it changes any more. Its minutes stay.")
        self.active_at = now()

    def must_be_in(self, *phases: Phase) -> None:
        self.must_be_live()
        if self.phase not in phases:
            raise Stale(f"The meeting has moved on to {self.phase.label}. You see it as it is now.")

    def must_be_chaired(self, by: User) -> None:
        self.must_be_live()
        if self.chair_id != by.id:
            raise Refused(f"{self.chair_name} has the chair. Take the chair to do this yourself.")

    def must_be_driving(self, seen: int, by: User) -> None:
        self.must_be_live()
        if seen != self.turn:
            raise Stale(f"Somebody was faster: the meeting is in {self.phase.label} now.")
        self.must_be_chaired(by)

    @property
    def chair_name(self) -> str:
        return self.chair.name if self.chair else "Nobody"

    def event_places(self) -> dict[str, int | None]:
        self.board.hold()
        self.active_at = now()
        return {"board_id": self.board_id or self.board.id, "version": self.board.version}

"""Meeting: the thirty minutes of one board, and what its chair and its people do beside the phases."""

from datetime import datetime
from typing import ClassVar, cast

from sqlalchemy import ColumnElement, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from triage.accounts.models import User
from triage.boards.models import Board
from triage.commitments.models import Commitment, Verdict
from triage.commitments.sprints import Sprint
from triage.events.models import Event
from triage.items.models import Item
from triage.meetings import focus, guards
from triage.meetings.agenda import Phase
from triage.meetings.agenda_item import AgendaItem
from triage.refusal import Refused
from triage.rooms.attendance import Attendance
from triage.rooms.models import Ritual, one_live
from triage.rooms.phases import RoomPhase
from triage.teams.models import Team


class Meeting(Ritual):
    """One triage. It is held for a board, and its events are those of the board while it went on."""

    __mapper_args__ = {"polymorphic_identity": "meeting", "polymorphic_load": "inline"}  # noqa: RUF012 - as SQLAlchemy wants it

    board_id: Mapped[int] = mapped_column(ForeignKey("board.id"), nullable=True)
    sprint_number: Mapped[int | None]
    focus_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"))
    focused_at: Mapped[datetime | None]
    nothing_why: Mapped[str | None] = mapped_column(String(500))

    board: Mapped[Board] = relationship(lazy="joined")  # of all rituals, some have none
    focus: Mapped[Item | None] = relationship()

    event_kind = "meeting"
    phases = Phase
    noun = "meeting"
    called = "triage"
    purpose = "Thirty minutes: what was promised, what is new, what hurts, what it will cost, what is paid down next."
    doing = "is sorting its technical debt"
    members_also = "sort and commit"
    meanwhile: ClassVar[dict[str, str]] = {
        "item.reported": "reported",
        "item.rated": "sorted",
        "commitment.made": "committed",
        "commitment.proposed": "committed",
        "commitment.kept": "kept",
        "commitment.partly_kept": "partly kept",
        "commitment.missed": "missed",
        "item.paid": "paid down",
    }

    @property
    def home(self) -> Board:
        return self.board

    @property
    def team(self) -> Team:
        return self.board.team

    @staticmethod
    def team_of(home: Board) -> Team:
        return home.team

    @classmethod
    def at_home(cls, home: Board) -> ColumnElement[bool]:
        return cls.board_id == home.id

    @classmethod
    def _new(cls, home: Board) -> "Meeting":
        return cls._of(home.team, board=home)

    @property
    def events(self) -> tuple[ColumnElement[bool], ...]:
        return (Event.board_id == self.board_id,)

    def event_places(self) -> dict[str, int | None]:
        return super().event_places() | {"board_id": self.board.id}

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

    # Its phases

    @property
    def missing(self) -> str:
        return guards.missing(self)

    def emptiness(self, phase: RoomPhase) -> str:
        return guards.emptiness(self, cast(Phase, phase))

    @property
    def is_secret(self) -> bool:
        """Ballots and dots are, until they are revealed."""
        return (self.phase is Phase.INTAKE and self.ballots_revealed_at is None) or (
            self.phase is Phase.VOTE and self.dots_revealed_at is None
        )

    def reveal(self, *, seen: int, by: User) -> None:
        from triage.meetings import votes

        unveil = votes.reveal_dots if self.phase is Phase.VOTE else votes.reveal_ballots
        unveil(self, seen=seen, by=by)

    def most_dots(self) -> list[int]:
        from triage.meetings.votes import dots_of

        return [max(dots_of(one).values(), default=0) for one in Attendance.all_of(self)]

    def _began(self) -> None:
        self.sprint_number = Sprint.target(self.team).number

    def _came(self) -> None:
        if self.phase is Phase.SORT:
            focus.draw_up(self)
            focus.first(self)

    def _went_back(self) -> None:
        listed = AgendaItem.all_of(self)
        if not any(one.split.count for one in listed):
            self.ballots_revealed_at = None
        if not any(one.dots for one in listed):
            self.dots_revealed_at = None

    def _forget(self) -> None:
        from triage.meetings.votes import forget_who

        forget_who(self)

    # What is left for later, and to nothing

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


Index("ix_ritual_board_id", Meeting.board_id)
one_live(Meeting.board_id, "meeting")

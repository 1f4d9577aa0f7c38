"""Attendance: one person in one meeting, on however many screens."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, func, select, update
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from triage.accounts.models import User, hash_token
from triage.boards.models import Board
from triage.clock import now
from triage.database import Base, TeamOwned, db
from triage.events.models import Recorded
from triage.meetings.models import Meeting
from triage.refusal import Refused

GONE = timedelta(seconds=60)
CHAIR_GONE = timedelta(seconds=45)
MOST_GUESTS = 60
FEWEST_ANSWERS = 3


class Attendance(Recorded, TeamOwned, Base):
    """A member, or a guest who came by the link and gave a name.

    `version` is the board's at the last change that only this person sees. `seen_version` is how far the person's
    screens had come when they last gave a sign of life.
    """

    __tablename__ = "attendance"
    __table_args__ = (
        Index("uq_attendance_meeting_id_user_id", "meeting_id", "user_id", unique=True),
        CheckConstraint("dots_spent >= 0", "dots_spent"),
        CheckConstraint("worth between 1 and 5", "worth"),
    )

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    guest_name: Mapped[str] = mapped_column(String(80), default="")
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    came_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    seen_version: Mapped[int] = mapped_column(default=0)
    ready_turn: Mapped[int | None]
    dots_spent: Mapped[int] = mapped_column(default=0)
    worth: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=0)

    meeting: Mapped[Meeting] = relationship(innerjoin=True)
    user: Mapped[User | None] = relationship(lazy="joined")

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.user.name if self.user else self.guest_name

    @property
    def is_guest(self) -> bool:
        return self.user_id is None

    def is_present(self, moment: datetime) -> bool:
        return self.seen_at > moment - GONE

    @classmethod
    def all_of(cls, meeting: Meeting) -> list["Attendance"]:
        """Everybody who was there, in the order in which they came."""
        return list(db.session.scalars(select(cls).where(cls.meeting_id == meeting.id).order_by(cls.id)))

    @classmethod
    def of(cls, meeting: Meeting, user: User) -> "Attendance | None":
        return db.session.scalar(select(cls).where(cls.meeting_id == meeting.id, cls.user_id == user.id))

    @classmethod
    def come(cls, meeting: Meeting, user: User) -> "Attendance":
        """A member's attendance, made when it is first needed."""
        found = cls.of(meeting, user)
        if found is None:
            meeting.board.hold()  # two screens of one person may open at once
            found = cls.of(meeting, user) or cls._new(meeting, user=user)
        return found

    @classmethod
    def come_as_guest(cls, meeting: Meeting, name: str) -> tuple["Attendance", str]:
        """A guest's attendance and the token of the guest's browser, which is told only this once."""
        meeting.must_be_live()
        guests = [one for one in cls.all_of(meeting) if one.token_hash]
        if len(guests) >= MOST_GUESTS:
            raise Refused(f"{MOST_GUESTS} guests are here already. Ask the chair to renew the link.")
        if name.casefold() in {one.name.casefold() for one in cls.all_of(meeting)}:
            raise Refused(f"Somebody called {name} is here already. Add a letter of your last name.", field="name")
        token = secrets.token_urlsafe(24)
        attendance = cls._new(meeting, guest_name=name, token_hash=hash_token(token))
        attendance.record("joined", by=None)
        return attendance, token

    @classmethod
    def _new(cls, meeting: Meeting, **who: object) -> "Attendance":
        meeting.board.hold()
        values = {"guest_name": "", "dots_spent": 0} | who
        attendance = cls(
            team_id=meeting.team_id,
            meeting_id=meeting.id,
            meeting=meeting,
            came_at=now(),
            seen_at=now(),
            seen_version=0,
            version=meeting.board.version,
            **values,
        )
        db.session.add(attendance)
        db.session.flush()
        return attendance

    @classmethod
    def by_token(cls, meeting_id: int, token: str) -> "Attendance | None":
        """The guest whose browser holds this token."""
        return db.session.scalar(
            select(cls)
            .options(joinedload(cls.meeting))
            .where(cls.meeting_id == meeting_id, cls.token_hash == hash_token(token))
        )

    def be_ready(self, is_ready: bool, *, seen: int) -> None:
        """Set or clear the ready mark. It speaks of one phase: a press that comes after the next began does nothing."""
        self.meeting.must_be_live()
        if seen == self.meeting.turn:
            self.ready_turn = seen if is_ready else None
            self._changed()

    def rate_worth(self, worth: int) -> None:
        """Was it worth the thirty minutes, from 1 to 5?"""
        self.meeting.must_be_live()
        self.worth = worth
        self._changed()

    def _changed(self) -> None:
        """This person's other screens hear of it too."""
        self.meeting.board.hold()
        self.version = self.meeting.board.version

    @property
    def event_team_id(self) -> int:
        return self.team_id

    def event_places(self) -> dict[str, int | None]:
        return self.meeting.event_places()


def average_worth(board: Board) -> dict[int, str]:
    """What people say of each meeting of a board, where enough of them said it that none can be told apart."""
    said = db.session.execute(
        select(Attendance.meeting_id, func.avg(Attendance.worth))
        .join(Meeting, Meeting.id == Attendance.meeting_id)
        .where(Meeting.board_id == board.id)
        .group_by(Attendance.meeting_id)
        .having(func.count(Attendance.worth) >= FEWEST_ANSWERS)
    )
    return {meeting_id: f"{average:.1f} of 5" for meeting_id, average in said}


def end_guests(meeting: Meeting) -> None:
    """The tokens of all guests are worth nothing any more."""
    db.session.execute(update(Attendance).where(Attendance.meeting_id == meeting.id).values(token_hash=None))


def renew_link(meeting: Meeting, *, by: User) -> None:
    """The link that is out brings nobody in any more, and the guests who came by it are out too."""
    meeting.must_be_chaired(by)
    meeting.link_round += 1
    end_guests(meeting)
    meeting.record("link_renewed", by=by)

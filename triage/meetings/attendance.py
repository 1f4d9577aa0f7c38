"""Attendance: one person in one meeting, on however many screens; and what only that person may see."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from triage.accounts.models import User
from triage.boards.category import Category
from triage.database import Base, TeamOwned
from triage.events.models import Recorded
from triage.items.models import Item
from triage.meetings.models import Meeting


class Attendance(Recorded, TeamOwned, Base):
    """A member, or a guest who came by the link and gave a name.

    `version` is the board's at the last change that only this person sees. `seen_version` is the board's when the
    person's last screen went.
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
    user: Mapped[User | None] = relationship()


class Ballot(TeamOwned, Base):
    """One person's category for one item, until the reveal has counted it and the meeting is over."""

    __tablename__ = "ballot"
    __table_args__ = (
        Index("uq_ballot_attendance_id_item_id", "attendance_id", "item_id", unique=True),
        Index("ix_ballot_meeting_id_item_id", "meeting_id", "item_id"),
    )

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    attendance_id: Mapped[int] = mapped_column(ForeignKey("attendance.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    category: Mapped[Category]

    item: Mapped[Item] = relationship()


class Dot(TeamOwned, Base):
    """How many dots one person has on one item, until the meeting is over."""

    __tablename__ = "dot"
    __table_args__ = (
        Index("uq_dot_attendance_id_item_id", "attendance_id", "item_id", unique=True),
        Index("ix_dot_meeting_id_item_id", "meeting_id", "item_id"),
        CheckConstraint("count > 0", "count"),
    )

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    attendance_id: Mapped[int] = mapped_column(ForeignKey("attendance.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    count: Mapped[int]

    item: Mapped[Item] = relationship()

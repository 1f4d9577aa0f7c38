"""Meeting: the thirty minutes of one board. Its verbs are the chair's and the clock's."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from triage.accounts.models import User
from triage.boards.category import Category
from triage.boards.models import BoardOwned
from triage.database import Base, TeamOwned
from triage.events.models import Recorded
from triage.items.models import Item
from triage.meetings.agenda import Phase


class Status(StrEnum):
    PLANNED = "planned"
    LIVE = "live"
    CLOSED = "closed"


class Meeting(Recorded, BoardOwned, Base):
    """One triage.

    The versions are the board's: `version` at the last change of what everyone sees, `staged` at the last change of
    the phase's own part of it, `turned` at the last change that makes every screen anew (a phase, a reveal). Events of
    the meeting are those of its board from `first_version` to `last_version`. `turn` counts the phases that were
    entered: a request names the one it believes in.
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
    chair_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    sprint_number: Mapped[int | None]
    dots: Mapped[int]
    dots_per_item: Mapped[int]
    started_at: Mapped[datetime | None]
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
    version: Mapped[int] = mapped_column(default=0)
    staged: Mapped[int] = mapped_column(default=0)
    turned: Mapped[int] = mapped_column(default=0)
    first_version: Mapped[int] = mapped_column(default=0)
    last_version: Mapped[int | None]

    chair: Mapped[User | None] = relationship()
    focus: Mapped[Item | None] = relationship()


class Standing(StrEnum):
    """How far an item of the agenda has come."""

    WAITING = "waiting"
    SORTED = "sorted"
    LATER = "later"


class AgendaItem(TeamOwned, Base):
    """An item that this meeting talks about: its ballots and dots in total, since who cast them is kept nowhere.

    `agreed` is the category of a unanimous ballot.
    """

    __tablename__ = "agenda_item"
    __table_args__ = (Index("uq_agenda_item_meeting_id_item_id", "meeting_id", "item_id", unique=True),)

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    position: Mapped[int] = mapped_column(default=0)
    standing: Mapped[Standing] = mapped_column(default=Standing.WAITING)
    cheap: Mapped[int] = mapped_column(default=0)
    expensive: Mapped[int] = mapped_column(default=0)
    catastrophic: Mapped[int] = mapped_column(default=0)
    agreed: Mapped[Category | None]
    dots: Mapped[int] = mapped_column(default=0)

    item: Mapped[Item] = relationship(innerjoin=True)
    meeting: Mapped[Meeting] = relationship(innerjoin=True)

"""Board, and BoardOwned: rows that share their board's lock and version."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from triage.accounts.models import User
from triage.clock import now
from triage.database import Base, TeamOwned, Versioned
from triage.events.models import Recorded
from triage.teams.models import Team


class Board(Recorded, Versioned, TeamOwned, Base):
    """The debt log of one product or repository."""

    __tablename__ = "board"

    name: Mapped[str] = mapped_column(String(80))
    next_number: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]

    team: Mapped[Team] = relationship(lazy="joined", innerjoin=True)

    def __str__(self) -> str:
        return self.name

    @classmethod
    def open(cls, team: Team, name: str, *, by: User) -> "Board":
        board = cls(team_id=team.id, name=name, created_at=now())
        board.record("opened", by=by)
        return board

    def take_number(self) -> int:
        """The next D-number. Numbers are never reused, whatever becomes of the item."""
        self.hold()
        number, self.next_number = self.next_number, self.next_number + 1
        return number

    def rename(self, name: str, *, by: User) -> None:
        if name != self.name:
            was, self.name = self.name, name
            self.record("renamed", by=by, was=was, now=name)

    def event_places(self) -> dict[str, int | None]:
        self.hold()
        return {"board_id": self.id, "version": self.version}


class BoardOwned(TeamOwned):
    """A row of a board: its lock is the board's, and its changes make a new version of the board."""

    @declared_attr
    def board_id(cls) -> Mapped[int]:
        return mapped_column(ForeignKey("board.id"))

    @declared_attr
    def board(cls) -> Mapped[Board]:
        return relationship(Board, lazy="joined", innerjoin=True)

    def hold(self) -> None:
        """Lock the board, then read this row again."""
        self.board.hold_for(self)  # type: ignore[arg-type]

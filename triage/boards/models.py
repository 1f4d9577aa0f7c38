"""Board, and BoardOwned: rows that share their board's lock and version."""

from datetime import datetime
from functools import cache

from sqlalchemy import ForeignKey, String, bindparam, update
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql.dml import ReturningUpdate

from triage.accounts.models import User
from triage.clock import now
from triage.database import Base, TeamOwned, db
from triage.events.models import Recorded
from triage.refusal import Refused
from triage.teams.models import Team


class Board(Recorded, TeamOwned, Base):
    """The debt log of one product or repository.

    `version` grows by one with each transaction that changes the board, under the row's lock: so versions have no
    gaps and come in the order of the commits, and "what changed since 41" misses nothing.
    """

    __tablename__ = "board"

    name: Mapped[str] = mapped_column(String(80))
    version: Mapped[int] = mapped_column(default=0)
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

    def hold(self) -> None:
        """Lock the board and number this transaction, once. Whoever waits here sees what the one before did."""
        held: dict[int, int] = db.session.info.setdefault("held", {})
        if self.id not in held:
            fresh = db.session.execute(_next_version(), {"board": self.id}).one()
            for name, value in fresh._mapping.items():
                set_committed_value(self, name, value)
            held[self.id] = self.version

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


@cache
def _next_version() -> ReturningUpdate[int, int, str]:
    return (
        update(Board)
        .where(Board.id == bindparam("board"))
        .values(version=Board.version + 1)
        .returning(Board.version, Board.next_number, Board.name)
        .execution_options(synchronize_session=False)
    )


class BoardOwned(TeamOwned):
    """A row of a board: its lock is the board's, and its changes make a new version of the board."""

    @declared_attr
    def board_id(cls) -> Mapped[int]:
        return mapped_column(ForeignKey("board.id"))

    @declared_attr
    def board(cls) -> Mapped[Board]:
        return relationship(Board, lazy="joined", innerjoin=True)

    def hold(self) -> None:
        """Lock the board, then read this row again: it may have changed while we waited."""
        self.board.hold()
        if db.engine.dialect.name != "sqlite":  # there nobody else could write since this transaction began
            try:
                db.session.refresh(self)
            except InvalidRequestError:
                what = type(self).__name__.lower()
                raise Refused(f"This {what} was taken back just now. Reload the page.") from None

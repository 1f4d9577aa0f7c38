"""Event, and the mixin that lets a model record what its verbs did."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, String, Text, insert, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from triage.clock import now
from triage.database import Base, TeamOwned, db

if TYPE_CHECKING:
    from triage.accounts.models import User


class Event(TeamOwned, Base):
    """One thing that happened. `version` is the board's version that its transaction made,
    or the team's where it concerns no board.

    `undoes_id` is the event that this one takes back (undo.py). `turned_from` and `turned_into` say of an event that
    changed how an item stands what that was before and after: a category while it is open, else its state; before its
    first event it was nothing (None), or `elsewhere` in a log, or `part` of another item.
    """

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_board_id_version", "board_id", "version"),
        Index(
            "ix_event_team_id_version",
            "team_id",
            "version",
            sqlite_where=text("board_id IS NULL"),
            postgresql_where=text("board_id IS NULL"),
        ),
        Index("ix_event_item_id_id", "item_id", "id"),
        Index("ix_event_by_id", "by_id"),
        Index("ix_event_undoes_id", "undoes_id"),
        # The life of a board's items, whole: the history reads nothing else, however much else happened.
        Index(
            "ix_event_board_id_turned",
            "board_id",
            "at",
            "item_id",
            "turned_from",
            "turned_into",
            "version",
            sqlite_where=text("turned_into IS NOT NULL"),
            postgresql_where=text("turned_into IS NOT NULL"),
        ),
    )

    board_id: Mapped[int | None] = mapped_column(ForeignKey("board.id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"))
    version: Mapped[int | None]
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    action: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[int]
    subject: Mapped[str] = mapped_column(String(300))
    why: Mapped[str] = mapped_column(Text, default="")
    what: Mapped[dict[str, Any]]
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))
    turned_from: Mapped[str | None] = mapped_column(String(20))
    turned_into: Mapped[str | None] = mapped_column(String(20))

    by: Mapped["User | None"] = relationship(lazy="joined")


class Recorded:
    """A model whose verbs leave events. It says what it is called and which board and item it concerns."""

    def record(
        self,
        action: str,
        *,
        by: "User | None",
        why: str = "",
        turned: tuple[str | None, str | None] = (None, None),
        **what: Any,
    ) -> None:
        """Write down what a verb just did: past tense, the actor, the reason, old and new values.

        `by` is None for the command line; `turned` is how an item stood before and after. Never pass secrets, and never
        who voted for what. An event is written at once and not kept as an object: nobody changes it, and the verbs are
        spared a tenth of their time.
        """
        if self.id is None:  # type: ignore[attr-defined]
            db.session.add(self)
            db.session.flush()
        event = {
            "team_id": self.event_team_id,
            "at": now(),
            "by_id": by and by.id,
            "action": f"{self.event_kind}.{action}",
            "subject_id": self.id,  # type: ignore[attr-defined]
            "subject": self.event_subject,
            "why": why,
            "what": what,
            "undoes_id": db.session.info.get("undoes"),
            "turned_from": turned[0],
            "turned_into": turned[1],
        }
        db.session.execute(insert(Event.__table__), event | self.event_places())  # type: ignore[arg-type]

    @property
    def event_kind(self) -> str:
        """What its actions begin with."""
        return self.__tablename__  # type: ignore[attr-defined,no-any-return]

    @property
    def event_team_id(self) -> int:
        return self.team_id  # type: ignore[attr-defined,no-any-return]

    @property
    def event_subject(self) -> str:
        return str(self)

    def event_places(self) -> dict[str, int | None]:
        """The board, its version and the item this concerns: none, unless a model says so."""
        return {}

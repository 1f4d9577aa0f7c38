"""Interest: what leaving a debt costs. One entry is who, when, how many minutes, and a line."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from triage.accounts.models import User
from triage.boards.models import Board, BoardOwned
from triage.clock import now
from triage.database import Base, db
from triage.events.models import Recorded
from triage.items.merging import targets
from triage.items.models import Item


class Interest(Recorded, BoardOwned, Base):
    """Minutes that a debt cost somebody."""

    __tablename__ = "interest"
    __table_args__ = (
        Index("ix_interest_item_id_at", "item_id", "at"),
        Index("ix_interest_board_id_at", "board_id", "at"),
    )

    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]
    minutes: Mapped[int]
    note: Mapped[str] = mapped_column(String(200), default="")
    link: Mapped[str] = mapped_column(String(500), default="")

    item: Mapped[Item] = relationship(innerjoin=True)
    by: Mapped[User | None] = relationship()

    def __str__(self) -> str:
        return str(self.item)

    @classmethod
    def log(cls, item: Item, minutes: int, *, by: User | None, note: str = "", link: str = "") -> "Interest":
        """Somebody lost time to it just now. Raises Refused when it is not open."""
        item.must_be_open()
        interest = cls(
            team_id=item.team_id, board=item.board, item=item, by=by, at=now(), minutes=minutes, note=note, link=link
        )
        interest.record("logged", by=by, why=note, minutes=minutes)
        return interest

    @classmethod
    def of(cls, item: Item) -> list["Interest"]:
        """All that it cost, with what the items cost that were merged into it, the latest first."""
        target = targets(item.board_id)
        return list(
            db.session.scalars(
                select(cls)
                .join(target, target.c.item_id == cls.item_id)
                .where(target.c.target_id == item.id)
                .order_by(cls.at.desc(), cls.id.desc())
            )
        )

    def take_back(self, *, by: User | None) -> None:
        """It was a slip: nothing of it stays but in the history."""
        self.record("taken_back", by=by, minutes=self.minutes)
        db.session.delete(self)

    def event_places(self) -> dict[str, int | None]:
        """What an item costs belongs to its life."""
        return self.item.event_places()


class Days(Protocol):
    """A sprint, or anything else from a first to a last day."""

    @property
    def first_day(self) -> date: ...
    @property
    def last_day(self) -> date: ...


def interest_by_item(board: Board, spans: Sequence[Days], *, before: datetime | None = None) -> dict[int, list[int]]:
    """The minutes that each item of a board cost in each of the spans, by the id of the item; others are left out.

    A merged item's are those of the item that goes on for it. Days are those of the team.
    """
    if not spans:
        return {}
    zone, target = ZoneInfo(board.team.time_zone), targets(board.id)
    begin = min(span.first_day for span in spans)
    end = max(span.last_day for span in spans) + timedelta(days=1)
    logged = db.session.execute(
        select(target.c.target_id, Interest.at, Interest.minutes)
        .join(target, target.c.item_id == Interest.item_id)
        .where(
            Interest.board_id == board.id,
            Interest.at >= datetime.combine(begin, time.min, zone),
            Interest.at < min(datetime.combine(end, time.min, zone), before or datetime.max.replace(tzinfo=UTC)),
        )
    )
    found: dict[int, list[int]] = {}
    for item_id, at, minutes in logged:
        day = at.astimezone(zone).date()
        of_item = found.setdefault(item_id, [0] * len(spans))
        for place, span in enumerate(spans):
            of_item[place] += minutes if span.first_day <= day <= span.last_day else 0
    return found

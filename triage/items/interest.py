"""Interest: what leaving a debt costs. One entry is who, when, how many minutes, and a line."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import CTE, ForeignKey, Index, Integer, Select, String, and_, bindparam, case, cast, select
from sqlalchemy import func as sql
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
    """A sprint with the break before it, or anything else from a first to a last day."""

    @property
    def since(self) -> date: ...
    @property
    def last_day(self) -> date: ...


def interest_by_item(board: Board, spans: Sequence[Days], *, before: datetime | None = None) -> dict[int, list[int]]:
    """The minutes that each item of a board cost in each of the spans, by the id of the item; others are left out.

    A merged item's are those of the item that goes on for it. Days are those of the team.
    """
    if not spans:
        return {}
    bounds = {"board_id": board.id} | bounds_of(spans, board.team.time_zone, before=before)
    return {item_id: minutes for item_id, *minutes in db.session.execute(_by_item(len(spans)), bounds)}


def bounds_of(spans: Sequence[Days], time_zone: str, *, before: datetime | None = None) -> dict[str, datetime]:
    """Where the spans begin and end, as minutes_by_item() asks for it."""
    zone, last = ZoneInfo(time_zone), before or datetime.max.replace(tzinfo=UTC)
    begins = [datetime.combine(span.since, time.min, zone) for span in spans]
    ends = [min(datetime.combine(span.last_day + timedelta(days=1), time.min, zone), last) for span in spans]
    return {
        "begin": min(begins),
        "end": max(ends),
        **{f"begin_{place}": moment for place, moment in enumerate(begins)},
        **{f"end_{place}": moment for place, moment in enumerate(ends)},
    }


@cache
def minutes_by_item(spans: int) -> CTE:
    """What each item of a board (`item_id`) cost in so many spans (`minutes_0`, `minutes_1`, …), to be joined to items.

    It asks for the `board_id` and what bounds_of() gives. It begins with the entries and takes the sums of each item to
    those that go on for it: years of other items on the board are never read. An item that was merged has a row too.
    """
    during = [
        and_(Interest.at >= bindparam(f"begin_{place}"), Interest.at < bindparam(f"end_{place}"))
        for place in range(spans)
    ]
    sums = [
        cast(sql.sum(case((is_then, Interest.minutes), else_=0)), Integer).label(f"minutes_{place}")
        for place, is_then in enumerate(during)
    ]
    own = (
        select(Interest.item_id.label("item_id"), Interest.item_id.label("target_id"), *sums)
        .where(
            Interest.board_id == bindparam("board_id"),
            Interest.at >= bindparam("begin"),
            Interest.at < bindparam("end"),
        )
        .group_by(Interest.item_id)
        .cte("line", recursive=True)
    )
    _item_id, _target_id, *minutes = own.c
    line = own.union(
        select(own.c.item_id, Item.merged_into_id, *minutes)
        .join(Item, Item.id == own.c.target_id)
        .where(Item.merged_into_id.is_not(None))
    )
    _item_id, target_id, *minutes = line.c
    return (
        select(target_id.label("item_id"), *(sql.sum(each).label(each.name) for each in minutes))
        .group_by(target_id)
        .cte("cost")
    )


@cache
def _by_item(spans: int) -> Select[Any]:
    cost = minutes_by_item(spans)
    return select(cost).join(Item, Item.id == cost.c.item_id).where(Item.merged_into_id.is_(None))

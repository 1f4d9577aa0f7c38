"""Waiver: a catastrophic debt that the decision-maker lets stand, with a reason, until a day."""

from datetime import date, datetime, timedelta

from sqlalchemy import BindParameter, ColumnElement, ForeignKey, Index, Text, and_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from triage.accounts.models import User
from triage.boards.category import Category
from triage.boards.models import BoardOwned
from triage.clock import now, today
from triage.database import Base, db
from triage.events.models import Recorded
from triage.items.models import Item
from triage.refusal import Refused
from triage.web.filters import day

LONGEST = timedelta(days=5 * 365 + 1)


class Waiver(Recorded, BoardOwned, Base):
    """It runs through its last day `until`, in the team's time zone, unless it was taken back before (`ended_at`)."""

    __tablename__ = "waiver"
    __table_args__ = (Index("ix_waiver_item_id", "item_id"), Index("ix_waiver_board_id_until", "board_id", "until"))

    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    reason: Mapped[str] = mapped_column(Text)
    until: Mapped[date]
    granted_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    item: Mapped[Item] = relationship(innerjoin=True)
    by: Mapped[User | None] = relationship()

    def __str__(self) -> str:
        return str(self.item)

    @classmethod
    def grant(cls, item: Item, until: date, reason: str, *, by: User | None) -> "Waiver":
        """Let it stand until a day; a waiver that runs already ends for this one.

        Raises Refused for all but the decision-maker, for what is not catastrophic and open, and without a reason and
        a last day in the next five years.
        """
        team = item.board.team
        if by is None or by.id != team.decider_id:
            name = team.decider.name if team.decider else "a lead to name one"
            raise Refused(f"Only the decision-maker can let catastrophic debt stand: ask {name}.")
        item.must_be_open()
        if item.category is not Category.CATASTROPHIC:
            raise Refused(f"{item.code} is {item.category}, and only catastrophic debt needs a waiver.")
        present = today(team.time_zone)
        if not present < until <= present + LONGEST:
            raise Refused("A waiver ends on a day after today, at most five years from now.", field="until")
        if not reason.strip():
            raise Refused("Say why it may stand until then: that day somebody will ask.", field="reason")
        earlier = cls.running(item)
        if earlier:
            earlier.take_back(by=by)
        waiver = cls(
            team_id=item.team_id, board=item.board, item=item, by=by, reason=reason, until=until, granted_at=now()
        )
        waiver.record("granted", by=by, why=reason, until=day(until))
        return waiver

    @classmethod
    def running(cls, item: Item) -> "Waiver | None":
        present = today(item.board.team.time_zone)
        return db.session.scalar(select(cls).where(cls.item_id == item.id, cls.runs_on(present)))

    @classmethod
    def runs_on(cls, day: date | BindParameter[date]) -> ColumnElement[bool]:
        """For queries: does it run on a day (the team's today)?"""
        return and_(cls.ended_at.is_(None), cls.until >= day)

    def take_back(self, *, by: User | None) -> None:
        """Its reason does not hold any more. Everybody may say so: the item needs an exit again."""
        if self.ended_at is not None:
            raise Refused(f"The waiver of {self.item.code} was taken back already.")
        self.ended_at = now()
        self.record("ended", by=by, until=day(self.until))

    def resume(self, *, by: User | None) -> None:
        """Taking it back was a slip."""
        if self.ended_at is None:
            raise Refused(f"The waiver of {self.item.code} was not taken back.")
        self.ended_at = None
        self.record("resumed", by=by, until=day(self.until))

    def event_places(self) -> dict[str, int | None]:
        """A waiver shows on the item's card."""
        return self.item.event_places()

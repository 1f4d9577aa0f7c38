"""Waiver: a catastrophic debt that the decision-maker lets stand, with a reason, until a day."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from triage.accounts.models import User
from triage.boards.models import BoardOwned
from triage.database import Base
from triage.events.models import Recorded
from triage.items.models import Item


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

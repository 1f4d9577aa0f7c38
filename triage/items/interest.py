"""Interest: what leaving a debt costs. One entry is who, when, how many minutes, and a line."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from triage.accounts.models import User
from triage.boards.models import BoardOwned
from triage.database import Base
from triage.events.models import Recorded
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

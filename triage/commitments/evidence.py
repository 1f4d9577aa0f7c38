"""Evidence: what shows that a debt was paid down, a link to the change or a commit."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, lazyload, mapped_column, relationship

from triage.accounts.models import User
from triage.boards.models import BoardOwned
from triage.database import Base, db
from triage.events.models import Recorded
from triage.items.models import Item


class Evidence(Recorded, BoardOwned, Base):
    """A `reference` is a link or the id of a commit; `note` is the first line of the commit, if it is known."""

    __tablename__ = "evidence"
    __table_args__ = (Index("uq_evidence_item_id_reference", "item_id", "reference", unique=True),)

    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    reference: Mapped[str] = mapped_column(String(500))
    note: Mapped[str] = mapped_column(String(200), default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]

    item: Mapped[Item] = relationship(innerjoin=True)
    by: Mapped[User | None] = relationship()

    def __str__(self) -> str:
        return str(self.item)

    @classmethod
    def of(cls, items: Iterable[Item]) -> list["Evidence"]:
        """For an item and those merged into it, the oldest first."""
        found = select(cls).options(lazyload(cls.board)).where(cls.item_id.in_([item.id for item in items]))
        return list(db.session.scalars(found.order_by(cls.at, cls.id)))

    def event_places(self) -> dict[str, int | None]:
        return self.item.event_places()

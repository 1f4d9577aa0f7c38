"""AgendaItem: an item that a meeting talks about, and how far it has come."""

from collections.abc import Iterable
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from triage.boards.category import Category
from triage.database import Base, TeamOwned, db
from triage.items.models import Item
from triage.meetings.ballot import Split

if TYPE_CHECKING:
    from triage.meetings.models import Meeting


class Standing(StrEnum):
    """`waiting`: to be sorted in this meeting. `settled`: by unanimous ballots. `later`: it comes up next time."""

    WAITING = "waiting"
    SETTLED = "settled"
    SORTED = "sorted"
    LATER = "later"


class AgendaItem(TeamOwned, Base):
    """Its ballots and dots are totals: who cast them is nowhere kept.

    `agreed` is the category of unanimous ballots.
    """

    __tablename__ = "agenda_item"
    __table_args__ = (Index("uq_agenda_item_meeting_id_item_id", "meeting_id", "item_id", unique=True),)

    meeting_id: Mapped[int] = mapped_column(ForeignKey("ritual.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    position: Mapped[int] = mapped_column(default=0)
    standing: Mapped[Standing] = mapped_column(default=Standing.WAITING)
    cheap: Mapped[int] = mapped_column(default=0)
    expensive: Mapped[int] = mapped_column(default=0)
    catastrophic: Mapped[int] = mapped_column(default=0)
    agreed: Mapped[Category | None]
    dots: Mapped[int] = mapped_column(default=0)

    item: Mapped[Item] = relationship(innerjoin=True)

    @classmethod
    def all_of(cls, meeting: "Meeting") -> list["AgendaItem"]:
        """In the order in which they are worked."""
        return list(
            db.session.scalars(
                select(cls)
                .options(joinedload(cls.item).lazyload(Item.board))
                .where(cls.meeting_id == meeting.id)
                .order_by(cls.position, cls.id)
            )
        )

    @classmethod
    def put(cls, meeting: "Meeting", items: Iterable[Item]) -> dict[int, "AgendaItem"]:
        """All of the meeting's, by the id of their item, with new ones for `items` that were not among them."""
        found = {one.item_id: one for one in cls.all_of(meeting)}
        for item in items:
            if item.id not in found:
                found[item.id] = cls(
                    team_id=meeting.team_id,
                    meeting_id=meeting.id,
                    item=item,
                    position=len(found),
                    standing=Standing.WAITING,
                    cheap=0,
                    expensive=0,
                    catastrophic=0,
                    dots=0,
                )
                db.session.add(found[item.id])
        db.session.flush()
        return found

    @property
    def split(self) -> Split:
        return Split(self.cheap, self.expensive, self.catastrophic)

    def count_ballots(self, split: Split) -> None:
        self.cheap, self.expensive, self.catastrophic = split.cheap, split.expensive, split.catastrophic

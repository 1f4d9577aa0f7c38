"""Comment: what people say about an item, in Markdown."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text, select
from sqlalchemy.orm import Mapped, joinedload, lazyload, mapped_column, relationship

from triage.accounts.models import User
from triage.boards.models import BoardOwned
from triage.clock import now
from triage.database import Base, db
from triage.events.models import Recorded
from triage.events.undo import stands_in_no_way
from triage.items.models import Item
from triage.refusal import Refused
from triage.teams.roles import LEAD

stands_in_no_way("comment.written", "comment.edited", "comment.deleted")


class Comment(Recorded, BoardOwned, Base):
    """Its text is in no event, so that what somebody deletes is gone."""

    __tablename__ = "comment"
    __table_args__ = (Index("ix_comment_item_id", "item_id"), Index("ix_comment_board_id", "board_id"))

    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    text: Mapped[str] = mapped_column(Text)

    item: Mapped[Item] = relationship(innerjoin=True)
    by: Mapped[User | None] = relationship()

    def __str__(self) -> str:
        return str(self.item)

    @property
    def author(self) -> str:
        return self.by.name if self.by else "Somebody"

    @classmethod
    def write(cls, item: Item, text: str, *, by: User) -> "Comment":
        """About an item, open or closed; on one that was merged it is said where that goes on."""
        item = item.line[-1]
        comment = cls(team_id=item.team_id, board=item.board, item=item, by=by, at=now(), text=text)
        comment.record("written", by=by)
        return comment

    @classmethod
    def on(cls, items: Iterable[Item]) -> list["Comment"]:
        """All that was said about an item and those merged into it, the oldest first."""
        ids = [item.id for item in items]
        return list(
            db.session.scalars(
                select(cls)
                .options(lazyload(cls.board), joinedload(cls.by), joinedload(cls.item).lazyload(Item.board))
                .where(cls.item_id.in_(ids))
                .order_by(cls.at, cls.id)
            )
        )

    def edit(self, text: str, *, by: User) -> None:
        """Raises Refused for anybody but its author."""
        if self.by_id != by.id:
            raise Refused(f"{self.author} wrote this comment, so nobody else changes it. Write one of your own.")
        if text != self.text:
            self.text, self.edited_at = text, now()
            self.record("edited", by=by)

    def delete(self, *, by: User) -> None:
        """Its author may, and a lead. Raises Refused for others."""
        membership = self.board.team.membership_of(by)
        if self.by_id != by.id and (membership is None or membership.role < LEAD):
            raise Refused(f"{self.author} wrote this comment. {self.author} or a lead can delete it.")
        self.record("deleted", by=by)
        db.session.delete(self)

    def event_places(self) -> dict[str, int | None]:
        """The item's card stays as it is, and so does its version."""
        return {**self.board.event_places(), "item_id": self.item_id}

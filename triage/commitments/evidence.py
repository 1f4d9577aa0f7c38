"""Evidence: what shows that a debt was paid down, a link to the change or a commit."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, joinedload, lazyload, mapped_column, relationship

from triage.accounts.models import User
from triage.boards.models import BoardOwned
from triage.clock import now
from triage.commitments.drafts import NOTE, REFERENCE, EvidenceDraft
from triage.database import Base, db
from triage.events.models import Event, Recorded
from triage.events.undo import inverse_of
from triage.items.models import Item

SHORT = 10


class Evidence(Recorded, BoardOwned, Base):
    """A `reference` is a link or the id of a commit; `note` is the first line of the commit, if it is known."""

    __tablename__ = "evidence"
    __table_args__ = (Index("uq_evidence_item_id_reference", "item_id", "reference", unique=True),)

    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    reference: Mapped[str] = mapped_column(String(REFERENCE))
    note: Mapped[str] = mapped_column(String(NOTE), default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]

    item: Mapped[Item] = relationship(innerjoin=True)
    by: Mapped[User | None] = relationship()

    def __str__(self) -> str:
        return str(self.item)

    @property
    def is_link(self) -> bool:
        return "/" in self.reference

    @property
    def short(self) -> str:
        """As people write it: a commit by the beginning of its id."""
        return self.reference if self.is_link else self.reference[:SHORT]

    @property
    def words(self) -> str:
        """All of it as plain text."""
        return " ".join(filter(None, [self.short if self.is_link else f"commit {self.short}", self.note]))

    @classmethod
    def give(cls, item: Item, reference: str, *, by: User | None, note: str = "") -> "Evidence":
        """Show what paid an item down; what is known already stays as it is.

        Raises Refused for what is neither a link nor the id of a commit.
        """
        draft = EvidenceDraft.read({"reference": reference, "note": note})
        item.board.hold()
        known = cls.known(item, draft.reference)
        if known is not None:
            return known
        evidence = cls(
            team_id=item.team_id,
            board=item.board,
            item=item,
            reference=draft.reference,
            note=draft.note,
            by=by,
            at=now(),
        )
        evidence.record("given", by=by, why=draft.note, reference=evidence.short)
        return evidence

    @classmethod
    def known(cls, item: Item, reference: str) -> "Evidence | None":
        """What an item has already; a commit also by a longer or shorter beginning of its id."""
        return next((one for one in cls.of([item]) if one.is_same(reference)), None)

    def is_same(self, reference: str) -> bool:
        if self.is_link or "/" in reference:
            return self.reference == reference
        return self.reference.startswith(reference) or reference.startswith(self.reference)

    @classmethod
    def of(cls, items: Iterable[Item]) -> list["Evidence"]:
        """For an item and those merged into it, the oldest first."""
        found = (
            select(cls)
            .options(lazyload(cls.board), joinedload(cls.by))
            .where(cls.item_id.in_([item.id for item in items]))
        )
        return list(db.session.scalars(found.order_by(cls.at, cls.id)))

    def take_back(self, *, by: User | None) -> None:
        """It was a slip."""
        self.record("taken_back", by=by, reference=self.short)
        db.session.delete(self)

    def event_places(self) -> dict[str, int | None]:
        return self.item.event_places()


@inverse_of("evidence.given")
def take_back(event: Event, *, by: User | None) -> None:
    db.session.get_one(Evidence, event.subject_id).take_back(by=by)

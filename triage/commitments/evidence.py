"""Evidence: what shows that a debt was paid down, a link to the change or a commit."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, joinedload, lazyload, mapped_column, relationship

from triage.accounts.models import User
from triage.boards.models import Board, BoardOwned
from triage.clock import now
from triage.commitments.drafts import NOTE, REFERENCE, EvidenceDraft
from triage.database import Base, db
from triage.events.models import Event, Recorded
from triage.events.undo import inverse_of, stands_in_no_way
from triage.items.merging import merged_into, targets
from triage.items.models import Item

SHORT = 10

# A commit can be told of at any moment: whatever was done to the item before is undone all the same.
stands_in_no_way("evidence.given")


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
    def give(
        cls,
        item: Item,
        reference: str,
        *,
        by: User | None,
        note: str = "",
        known: "Iterable[Evidence] | None" = None,
    ) -> "Evidence":
        """Show what paid an item down; what is known already stays as it is, a commit also by a longer or shorter
        beginning of its id. Who gives much at once says what is `known` of the item and those merged into it.

        Raises Refused for what is neither a link nor the id of a commit.
        """
        draft = EvidenceDraft.read({"reference": reference, "note": note})
        item.board.hold()
        for one in cls.of([item, *merged_into(item)]) if known is None else known:
            if one.is_same(draft.reference):
                return one
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

    @classmethod
    def on(cls, board: Board) -> "defaultdict[int, list[Evidence]]":
        """All of a board's, by the id of the item that goes on for theirs."""
        target = targets(board.id)
        found = select(target.c.target_id, cls).join(target, target.c.item_id == cls.item_id)
        shown = defaultdict(list)
        for item_id, one in db.session.execute(found.options(lazyload(cls.board))):
            shown[item_id].append(one)
        return shown

    def take_back(self, *, by: User | None) -> None:
        """It was a slip."""
        self.record("taken_back", by=by, reference=self.short)
        db.session.delete(self)

    def event_places(self) -> dict[str, int | None]:
        return self.item.event_places()


@inverse_of("evidence.given")
def take_back(event: Event, *, by: User | None) -> None:
    db.session.get_one(Evidence, event.subject_id).take_back(by=by)

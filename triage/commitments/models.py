"""Commitment, and its verdicts: kept, partly, missed, dropped."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, case, false, func, select, text
from sqlalchemy.orm import Mapped, contains_eager, joinedload, lazyload, mapped_column, relationship

from triage.accounts.models import User
from triage.boards.models import Board, BoardOwned
from triage.clock import now
from triage.commitments.drafts import CommitmentDraft
from triage.commitments.promise import Promise
from triage.commitments.sprints import Sprint
from triage.database import Base, db
from triage.events.models import Recorded
from triage.items.models import Item
from triage.refusal import Refused

RECORD = 4


class OverPromised(Refused):
    """It is more than the debt budget, or than was ever kept: whoever means it says so once more."""

    def __init__(self, promise: Promise, *, sprint: int, unit: str) -> None:
        self.promise, self.sprint = promise, sprint
        super().__init__(
            f"Sprint {sprint} would have {promise.sentence(unit)} Commit to less, or press “Commit anyway”."
        )


class Verdict(StrEnum):
    OPEN = "open"
    KEPT = "kept"
    PARTLY = "partly"
    MISSED = "missed"
    DROPPED = "dropped"

    @property
    def action(self) -> str:
        return "partly_kept" if self is Verdict.PARTLY else self.value


class Commitment(Recorded, BoardOwned, Base):
    """The promise to pay an item down in a sprint. `size` is in the team's unit.

    One that somebody else made for its owner is proposed until the owner takes it.
    """

    __tablename__ = "commitment"
    __table_args__ = (
        Index(
            "uq_commitment_item_id_open",
            "item_id",
            unique=True,
            sqlite_where=text("verdict = 'open'"),
            postgresql_where=text("verdict = 'open'"),
        ),
        Index("ix_commitment_item_id", "item_id"),
        Index("ix_commitment_board_id_sprint_id", "board_id", "sprint_id"),
        Index("ix_commitment_owner_id", "owner_id"),
    )

    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    owner_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    sprint_id: Mapped[int] = mapped_column(ForeignKey("sprint.id"))
    done_when: Mapped[str] = mapped_column(String(500))
    size: Mapped[float | None]
    verdict: Mapped[Verdict] = mapped_column(default=Verdict.OPEN)
    verdict_why: Mapped[str] = mapped_column(Text, default="")
    verdict_at: Mapped[datetime | None]
    made_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    is_added: Mapped[bool] = mapped_column(default=False, server_default=false())
    verdict_was: Mapped[Verdict | None]

    item: Mapped[Item] = relationship(innerjoin=True)
    owner: Mapped[User] = relationship(innerjoin=True)
    sprint: Mapped[Sprint] = relationship(innerjoin=True)

    def __str__(self) -> str:
        return str(self.item)

    @property
    def is_open(self) -> bool:
        return self.verdict is Verdict.OPEN

    @property
    def is_proposed(self) -> bool:
        return self.accepted_at is None

    @classmethod
    def make(cls, item: Item, draft: CommitmentDraft, *, by: User | None) -> "Commitment":
        """Commit an item: accepted when somebody does it for themselves, proposed when for another.

        Raises Refused for a closed item, one that is committed already, a wrong owner or sprint; OverPromised when it
        is too much for the sprint and the draft does not say that this is meant. The command line is not asked.
        """
        team = item.board.team
        if not item.is_open:
            raise Refused(f"{item.code} is {item.state.value} already, so there is nothing left to commit to.")
        earlier = cls.open_for(item)
        if earlier:
            raise Refused(
                f"{item.code} is committed already: {earlier.owner.name}, sprint {earlier.sprint.number}."
                " Give that its verdict first."
            )
        owner = next((user for user in team.committers if user.id == draft.owner), None)
        if owner is None:
            raise Refused("The owner is a lead or a member of the team. Choose one of them.", field="owner")
        if draft.sprint not in [span.number for span in Sprint.coming(team)]:
            raise Refused("Choose the present sprint or one of the next two.", field="sprint")
        promise = promise_for(item.board, draft.sprint).plus(draft.size)
        if promise.is_over and by is not None and not draft.over:
            raise OverPromised(promise, sprint=draft.sprint, unit=team.unit)
        moment = now()
        commitment = cls(
            team_id=item.team_id,
            board=item.board,
            item=item,
            owner=owner,
            sprint=Sprint.numbered(team, draft.sprint),
            done_when=draft.done_when,
            size=draft.size,
            verdict=Verdict.OPEN,
            made_at=moment,
            accepted_at=moment if by is None or by.id == owner.id else None,
        )
        over = promise.excess(team.unit) if promise.is_over else ""
        action = "proposed" if commitment.is_proposed else "made"
        commitment.record(
            action,
            by=by,
            why=over and f"over-promised, {over}",
            owner=owner.name,
            sprint=draft.sprint,
            done_when=draft.done_when,
            size=draft.size,
            over=over,
        )
        return commitment

    @classmethod
    def open_for(cls, item: Item) -> "Commitment | None":
        return db.session.scalar(select(cls).where(cls.item_id == item.id, cls.verdict == Verdict.OPEN))

    @classmethod
    def is_on(cls, item: Item) -> bool:
        return cls.open_for(item) is not None

    @classmethod
    def must_not_stand_on(cls, item: Item) -> None:
        """Raises Refused when an item cannot be merged away, since somebody is committed to it."""
        standing = cls.open_for(item)
        if standing:
            raise Refused(
                f"Give its commitment a verdict or take it back first: {item.code} stands for {standing.owner.name}"
                f" in sprint {standing.sprint.number}."
            )

    @classmethod
    def due(cls, board: Board, before_sprint: int) -> list["Commitment"]:
        """Those of earlier sprints that have no verdict yet, the oldest sprint first."""
        return list(
            db.session.scalars(
                select(cls)
                .join(cls.sprint)
                .join(cls.item)
                .join(cls.owner)
                .options(contains_eager(cls.sprint), contains_eager(cls.item), contains_eager(cls.owner))
                .where(cls.board_id == board.id, cls.verdict == Verdict.OPEN, Sprint.number < before_sprint)
                .order_by(Sprint.number, cls.id)
            )
        )

    @classmethod
    def carried(cls, item_ids: Iterable[int]) -> dict[int, int]:
        """How often items were committed in vain: partly kept or missed, since they were last kept.

        Those that never were are left out.
        """
        found = db.session.execute(
            select(cls.item_id, cls.verdict)
            .where(cls.item_id.in_(list(item_ids)), cls.verdict.in_([Verdict.KEPT, Verdict.PARTLY, Verdict.MISSED]))
            .order_by(cls.id)
        )
        times: dict[int, int] = {}
        for item_id, verdict in found:
            times[item_id] = 0 if verdict is Verdict.KEPT else times.get(item_id, 0) + 1
        return {item_id: count for item_id, count in times.items() if count}

    @classmethod
    def of(cls, item: Item) -> list["Commitment"]:
        found = select(cls).options(joinedload(cls.owner), joinedload(cls.sprint), lazyload(cls.board))
        return list(db.session.scalars(found.where(cls.item_id == item.id).order_by(cls.id.desc())))

    def accept(self, *, by: User | None) -> None:
        """Its owner takes it. Raises Refused for anybody else, and when it has its verdict already."""
        self._must_be_answered_by(by)
        if self.is_proposed:
            self.accepted_at = now()
            self.record("accepted", by=by, sprint=self.sprint.number)

    def unaccept(self, *, by: User | None) -> None:
        """The yes was a slip: it stands as proposed again."""
        self._must_be_open()
        self.accepted_at = None
        self.record("unaccepted", by=by, sprint=self.sprint.number, owner=self.owner.name)

    def decline(self, *, by: User | None, why: str = "") -> None:
        """Its owner does not take it, and it goes. Raises Refused for anybody else, and when it was taken or judged."""
        self._must_be_answered_by(by)
        if not self.is_proposed:
            raise Refused(f"You took {self.item.code} already. Say what became of it instead.")
        self._go("declined", by=by, why=why)

    def withdraw(self, *, by: User | None) -> None:
        """It was a slip, and goes. Raises Refused when it has its verdict already."""
        self._must_be_open()
        self._go("withdrawn", by=by)

    def judge(self, verdict: Verdict, *, by: User | None, why: str = "") -> None:
        """Say what became of it. Raises Refused when it was said before, or without a reason for all but kept."""
        self._must_be_open()
        if verdict is Verdict.OPEN:
            raise Refused("Choose kept, partly, missed or dropped.", field="verdict")
        if verdict is not Verdict.KEPT and not why.strip():
            raise Refused(f"Say in one line why it was {verdict}: the next sprint can learn from it.", field="reason")
        self.verdict, self.verdict_why, self.verdict_at = verdict, why, now()
        self.record(verdict.action, by=by, why=why, sprint=self.sprint.number, owner=self.owner.name)

    def reopen(self, *, by: User | None) -> None:
        """The verdict was a slip. Raises Refused when it has none, or the item was committed anew since."""
        if self.is_open:
            raise Refused(f"{self.item.code} in sprint {self.sprint.number} has no verdict yet.")
        since = Commitment.open_for(self.item)
        if since:
            raise Refused(
                f"{self.item.code} was committed anew for sprint {since.sprint.number}. Take that back first."
            )
        self.verdict, self.verdict_why, self.verdict_at = Verdict.OPEN, "", None
        self.record("reopened", by=by, sprint=self.sprint.number)

    def event_places(self) -> dict[str, int | None]:
        """What happens to a promise shows on the item's card."""
        return self.item.event_places()

    def _must_be_open(self) -> None:
        if not self.is_open:
            raise Refused(f"{self.item.code} in sprint {self.sprint.number} was recorded as {self.verdict} already.")

    def _must_be_answered_by(self, by: User | None) -> None:
        self._must_be_open()
        if by is None or by.id != self.owner_id:
            raise Refused(f"{self.item.code} is {self.owner.name}'s to take or to decline.")

    def _go(self, how: str, *, by: User | None, why: str = "") -> None:
        self.record(how, by=by, why=why, sprint=self.sprint.number, owner=self.owner.name)
        db.session.delete(self)
        db.session.flush()


def promise_for(board: Board, number: int) -> Promise:
    """What a sprint promises: on all boards of the team, since they share its people and its debt budget."""
    team = board.team
    of_team = select(Commitment.size).join(Commitment.sprint).where(Commitment.team_id == team.id)
    kept = (
        of_team.with_only_columns(func.sum(case((Commitment.verdict == Verdict.KEPT, Commitment.size), else_=0.0)))
        .where(Sprint.number < number, Commitment.size.is_not(None))
        .group_by(Sprint.number)
        .having(func.sum(case((Commitment.verdict == Verdict.OPEN, 1), else_=0)) == 0)  # else it is not over yet
        .order_by(Sprint.number.desc())
        .limit(RECORD)
    )
    return Promise(
        sizes=tuple(db.session.scalars(of_team.where(Sprint.number == number))),
        budget=Sprint.budget(team, number),
        kept=tuple(reversed(db.session.scalars(kept).all())),
    )

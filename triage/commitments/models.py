"""Commitment, and its verdicts: kept, partly, missed, dropped."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, String, Text, case, false, func, select, text
from sqlalchemy.orm import (
    Mapped,
    column_property,
    contains_eager,
    joinedload,
    lazyload,
    mapped_column,
    relationship,
)

from triage.accounts.models import User
from triage.boards.models import Board, BoardOwned
from triage.clock import now, today
from triage.commitments.drafts import CommitmentDraft
from triage.commitments.promise import Promise
from triage.commitments.sprints import Sprint
from triage.database import Base, db
from triage.events.models import Event, Recorded
from triage.events.undo import standing
from triage.items.models import Item
from triage.refusal import Refused
from triage.teams.models import Membership
from triage.teams.roles import MEMBER, Role
from triage.web.filters import day

RECORD = 4
# Committed in vain so often, an item is not simply committed once more.
MOST_IN_VAIN = 2


class OverPromised(Refused):
    """It is more than the debt budget, or than was ever kept: whoever means it says so once more."""

    def __init__(self, promise: Promise, *, sprint: int, unit: str) -> None:
        self.promise, self.sprint = promise, sprint
        super().__init__(
            f"Sprint {sprint} would have {promise.sentence(unit)} Commit to less, or press “Commit anyway”."
        )


class TooOften(Refused):
    """It was committed in vain too often: split it, hand it to the decision-maker, or drop it."""

    def __init__(self, item: Item, times: int) -> None:
        often = "twice" if times == MOST_IN_VAIN else f"{times} times"
        decider = item.board.team.decider
        hand = f"hand it to {decider.name}, who decides for the team," if decider else "let a lead name who decides,"
        super().__init__(f"{item.code} was committed in vain {often}. Split it, {hand} or drop it.")


class Verdict(StrEnum):
    OPEN = "open"
    KEPT = "kept"
    PARTLY = "partly"
    MISSED = "missed"
    DROPPED = "dropped"

    @property
    def action(self) -> str:
        return "partly_kept" if self is Verdict.PARTLY else self.value


# What can happen to one, by what is recorded of it.
VERDICTS = {f"commitment.{verdict.action}": verdict for verdict in Verdict if verdict is not Verdict.OPEN}
COMMITTING = ("commitment.made", "commitment.proposed")
CORRECTING = ("commitment.corrected", "commitment.uncorrected")
# What leaves one open.
OPENING = (*COMMITTING, "commitment.accepted", "commitment.unaccepted", "commitment.reopened")


def kept_of(counts: Mapping[Verdict, int]) -> tuple[int, int]:
    """How many commitments were kept, of how many that have their verdict."""
    return counts.get(Verdict.KEPT, 0), sum(counts.get(verdict, 0) for verdict in VERDICTS.values())


class Commitment(Recorded, BoardOwned, Base):
    """The promise to pay an item down in a sprint. `size` is in the team's unit.

    One that somebody else made for its owner is proposed until the owner takes it; one that was made after its sprint
    had begun, and in no meeting for it, `is_added`. `verdict_was` is the first verdict of one that was corrected.

    `owner_role` is the owner's role now, None for who has left the team; `made_by_id` is who made it.
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

    if TYPE_CHECKING:  # they are put together below, of columns that a class body does not see
        owner_role: Mapped[Role | None]
        made_by_id: Mapped[int | None]

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

    @property
    def has_begun(self) -> bool:
        """Has its sprint?"""
        return self.sprint.first_day <= today(self.board.team.time_zone)

    @property
    def absence(self) -> str:
        """Why its owner pays nothing down any more, as a sentence; empty while they can."""
        if self.owner_role is None:
            return f"{self.owner.name} has left the team"
        return "" if self.owner_role >= MEMBER else f"{self.owner.name} only observes now"

    @property
    def is_orphaned(self) -> bool:
        """Was it proposed to somebody who can answer no more? Then anybody may."""
        return self.is_open and self.is_proposed and bool(self.absence)

    def can_be_taken_back(self, by: User, *, is_lead: bool) -> bool:
        """By its owner, whoever made it or a lead, before its sprint begins."""
        if not self.is_open or self.has_begun:
            return self.is_orphaned
        return is_lead or by.id in (self.owner_id, self.made_by_id) or bool(self.absence)

    @classmethod
    def make(cls, item: Item, draft: CommitmentDraft, *, by: User | None) -> "Commitment":
        """Commit an item: accepted when somebody does it for themselves, proposed when for another.

        Raises Refused for a closed item, one that is committed already, a wrong owner or sprint; TooOften for one that
        was committed in vain twice, unless the decision-maker is its owner now; OverPromised when it is too much for
        the sprint and the draft does not say that this is meant. The command line is not asked.
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
        too_often = cls.too_often(item)
        if too_often and owner.id != team.decider_id:
            raise too_often
        if draft.sprint not in [span.number for span in Sprint.coming(team)]:
            raise Refused("Choose the present sprint or one of the next two.", field="sprint")
        promise = promise_for(item.board, draft.sprint).plus(draft.size)
        if promise.is_over and by is not None and not draft.over:
            raise OverPromised(promise, sprint=draft.sprint, unit=team.unit)
        moment, sprint = now(), Sprint.numbered(team, draft.sprint)
        has_begun = sprint.first_day <= today(team.time_zone)
        commitment = cls(
            team_id=item.team_id,
            board=item.board,
            item=item,
            owner=owner,
            sprint=sprint,
            done_when=draft.done_when,
            size=draft.size,
            verdict=Verdict.OPEN,
            made_at=moment,
            accepted_at=moment if by is None or by.id == owner.id else None,
            is_added=has_begun and not any(is_planning(item.board, draft.sprint) for is_planning in _PLANNING),
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
            added=commitment.is_added,
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
        """How often items were committed in vain: partly kept or missed, since they were last kept or split.

        Those that never were are left out.
        """
        split = standing().where(Event.item_id == cls.item_id, Event.action == "item.split", Event.at >= cls.verdict_at)
        counted = [Verdict.KEPT, Verdict.PARTLY, Verdict.MISSED]
        found = db.session.execute(
            select(cls.item_id, cls.verdict)
            .where(cls.item_id.in_(list(item_ids)), cls.verdict.in_(counted), ~split.exists())
            .order_by(cls.id)
        )
        times: dict[int, int] = {}
        for item_id, verdict in found:
            times[item_id] = 0 if verdict is Verdict.KEPT else times.get(item_id, 0) + 1
        return {item_id: count for item_id, count in times.items() if count}

    @classmethod
    def too_often(cls, item: Item) -> TooOften | None:
        """Why nobody but the decision-maker can be its owner now, if so."""
        times = cls.carried([item.id]).get(item.id, 0)
        return TooOften(item, times) if times >= MOST_IN_VAIN else None

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
        """Its owner does not take it, and it goes. Raises Refused for anybody else, and when it was taken or judged.

        For an owner who has left, anybody gives it back.
        """
        if self.is_orphaned:
            self._go("withdrawn", by=by, why=why)
            return
        self._must_be_answered_by(by)
        if not self.is_proposed:
            raise Refused(f"You took {self.item.code} already. Say what became of it instead.")
        self._go("declined", by=by, why=why)

    def take_back(self, *, by: User, is_lead: bool) -> None:
        """It is not promised after all. Raises Refused once its sprint has begun, and for those whose it is not."""
        self._must_be_open()
        if self.can_be_taken_back(by, is_lead=is_lead):
            self.withdraw(by=by)
        elif self.has_begun:
            number, since = self.sprint.number, day(self.sprint.first_day)
            raise Refused(f"Sprint {number} began on {since}, so this stands. Say what became of it instead.")
        else:
            raise Refused(f"{self.item.code} is {self.owner.name}'s: they, who made it, or a lead can take it back.")

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

    def correct(self, verdict: Verdict, *, by: User | None, why: str) -> None:
        """The verdict was wrong, however long ago.

        Raises Refused when there is none yet, for the same one, and without a reason.
        """
        if self.is_open:
            raise Refused(f"{self} has no verdict yet: give it one.")
        if verdict is Verdict.OPEN:
            raise Refused("Choose kept, partly, missed or dropped.", field="verdict")
        if verdict is self.verdict:
            raise Refused(f"It is recorded as {verdict} already. Choose what it was instead.", field="verdict")
        if not why.strip():
            raise Refused("Say in one line what was wrong: both verdicts stay on the record.", field="reason")
        was, why_was, first = self.verdict, self.verdict_why, self.verdict_was
        self._put(verdict, why, first=first or was)
        self.record(
            "corrected",
            by=by,
            why=why,
            sprint=self.sprint.number,
            owner=self.owner.name,
            was=was.value,
            now=verdict.value,
            why_was=why_was,
            first=first,
        )

    def uncorrect(self, verdict: Verdict, why: str, *, first: Verdict | None, by: User | None) -> None:
        """The correction was a slip: its verdict is again what it was before."""
        self.record("uncorrected", by=by, sprint=self.sprint.number, now=self.verdict.value)
        self._put(verdict, why, first=first)

    def reopen(self, *, by: User | None) -> None:
        """The verdict was a slip. Raises Refused when it has none, or the item was committed anew since."""
        if self.is_open:
            raise Refused(f"{self.item.code} in sprint {self.sprint.number} has no verdict yet.")
        since = Commitment.open_for(self.item)
        if since:
            raise Refused(
                f"{self.item.code} was committed anew for sprint {since.sprint.number}. Take that back first."
            )
        self.verdict_at = None
        self._put(Verdict.OPEN, "", first=None)
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

    def _put(self, verdict: Verdict, why: str, *, first: Verdict | None) -> None:
        self.verdict, self.verdict_why = verdict, why
        self.verdict_was = None if first is verdict else first

    def _go(self, how: str, *, by: User | None, why: str = "") -> None:
        self.record(how, by=by, why=why, sprint=self.sprint.number, owner=self.owner.name)
        db.session.delete(self)
        db.session.flush()


_PRESENT = (
    select(Membership.role)
    .where(
        Membership.team_id == Commitment.team_id,
        Membership.user_id == Commitment.owner_id,
        Membership.left_at.is_(None),
    )
    .correlate_except(Membership)
    .scalar_subquery()
)
_MAKER = (
    select(Event.by_id)
    .where(Event.item_id == Commitment.item_id, Event.subject_id == Commitment.id, Event.action.in_(COMMITTING))
    .order_by(Event.id.desc())  # the id may have been another's before, that was taken back
    .limit(1)
    .correlate_except(Event)
    .scalar_subquery()
)
Commitment.owner_role = column_property(_PRESENT)
Commitment.made_by_id = column_property(_MAKER)

_PLANNING: list[Callable[[Board, int], bool]] = []


def plans(is_planning: Callable[[Board, int], bool]) -> None:
    """For packages that commitments know nothing of: say when a board commits to a sprint, though it has begun."""
    _PLANNING.append(is_planning)


def carried_words(times: int) -> str:
    """`carried ×2` is what was in vain once and is promised again."""
    return f"carried ×{times + 1}" if times else ""


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

"""ProcessChange: one of the one or two things that a retrospective decides to do differently."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, String, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from triage.accounts.models import User
from triage.clock import now, today
from triage.commitments.models import Commitment
from triage.database import Base, TeamOwned, db
from triage.events.models import Recorded
from triage.items.models import Item
from triage.refusal import Refused
from triage.retrospectives.agenda import MOST_CHANGES, Phase
from triage.retrospectives.answers import Helped
from triage.retrospectives.models import Retrospective
from triage.rooms.models import Status
from triage.teams.models import Team

if TYPE_CHECKING:
    from triage.retrospectives.drafts import ChangeDraft


# "D-17" and "Depot D-3", as people write them.
CODE = re.compile(r"([^,;]*?)\bD-(\d{1,9})\b", re.IGNORECASE)


class ProcessChange(Recorded, TeamOwned, Base):
    """What is done differently, by whom, and how the team will see that it worked (`seen_by`).

    One with a day (`tried_until`) is an experiment: nobody is asked about it before.
    """

    __tablename__ = "process_change"
    __table_args__ = (Index("ix_process_change_retrospective_id", "retrospective_id"),)

    retrospective_id: Mapped[int] = mapped_column(ForeignKey("ritual.id"))
    what: Mapped[str] = mapped_column(String(300))
    owner_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    seen_by: Mapped[str] = mapped_column(String(300))
    tried_until: Mapped[date | None]
    decided_at: Mapped[datetime]

    retrospective: Mapped[Retrospective] = relationship(innerjoin=True)
    owner: Mapped[User] = relationship(lazy="joined", innerjoin=True)
    links: Mapped[list["ChangeLink"]] = relationship(cascade="all, delete-orphan", order_by="ChangeLink.id")

    def __str__(self) -> str:
        return self.what

    def hold(self) -> None:
        self.retrospective.hold()
        self.retrospective.home.hold_for(self)

    @classmethod
    def decided_in(cls, retrospective: Retrospective) -> list["ProcessChange"]:
        of_it = cls.retrospective_id == retrospective.id
        return list(db.session.scalars(select(cls).where(of_it).order_by(cls.id)))

    @classmethod
    def running(cls, team: Team) -> list["ProcessChange"]:
        """What the team does differently now: decided in one that is over, and not yet found to have helped or not."""
        from triage.retrospectives.review import ChangeReview

        over = select(Retrospective.id).where(Retrospective.status == Status.CLOSED)
        judged = select(ChangeReview.change_id).where(
            ChangeReview.helped.in_([Helped.YES, Helped.NO]), ChangeReview.retrospective_id.in_(over)
        )
        return list(
            db.session.scalars(
                select(cls)
                .where(cls.team_id == team.id, cls.retrospective_id.in_(over), cls.id.not_in(judged))
                .order_by(cls.id)
            )
        )

    @classmethod
    def decide(cls, retrospective: Retrospective, draft: "ChangeDraft", *, by: User) -> "ProcessChange":
        """Raises Refused for a third one, for an owner who only reads along or is not in the team, and a day past."""
        retrospective.must_be_in(Phase.DECIDE)
        if len(cls.decided_in(retrospective)) >= MOST_CHANGES:
            raise Refused("Two process changes are decided, and a third is one too many: change one, or take it back.")
        team = retrospective.team
        change = cls(
            team_id=team.id,
            retrospective=retrospective,
            what=draft.what,
            owner=_owner(draft.owner, team),
            seen_by=draft.seen_by,
            tried_until=_still_to_come(draft.tried_until, team),
            decided_at=now(),
        )
        db.session.add(change)
        change.link(_items(draft.debts, team), _commitments(draft.commitments, team))
        db.session.flush()
        change.record("decided", by=by, owner=change.owner.name, seen_by=change.seen_by)
        return change

    def word(self, draft: "ChangeDraft", *, by: User) -> None:
        """Say it better, while it is being decided. Raises Refused as decide() does."""
        self.retrospective.must_be_in(Phase.DECIDE)
        team = self.retrospective.team
        self.what, self.seen_by = draft.what, draft.seen_by
        self.owner = _owner(draft.owner, team)
        self.tried_until = _still_to_come(draft.tried_until, team)
        self.link(_items(draft.debts, team), _commitments(draft.commitments, team))
        db.session.flush()
        self.record("worded", by=by, owner=self.owner.name, seen_by=self.seen_by)

    def withdraw(self, *, by: User) -> None:
        """Take it back, while it is being decided. Raises Refused for one that a later retrospective has reviewed."""
        from triage.retrospectives.review import ChangeReview

        self.retrospective.must_be_in(Phase.DECIDE)
        if db.session.scalar(select(ChangeReview.id).where(ChangeReview.change_id == self.id).limit(1)):
            raise Refused("This change was reviewed already, so it stays. You can still word it better.")
        self.record("withdrawn", by=by)
        db.session.execute(delete(ChangeLink).where(ChangeLink.change_id == self.id))
        db.session.delete(self)
        db.session.flush()

    def link(self, items: Iterable[Item], commitments: Iterable[Commitment]) -> None:
        """The debts and the commitments that it is about, instead of those before."""
        self.links = [
            *(ChangeLink(team_id=self.team_id, item_id=item.id, item=item) for item in items),
            *(ChangeLink(team_id=self.team_id, commitment_id=one.id, commitment=one) for one in commitments),
        ]

    @property
    def items(self) -> list[Item]:
        return [link.item for link in self.links if link.item is not None]

    @property
    def codes(self) -> str:
        """The items as somebody would write them down: with the board, where another has the same code."""
        numbers = select(Item.number).where(Item.team_id == self.team_id).group_by(Item.number)
        shared = set(db.session.scalars(numbers.having(func.count() > 1)))
        return ", ".join(
            f"{item.board.name} {item.code}" if item.number in shared else item.code for item in self.items
        )

    @property
    def commitments(self) -> list[Commitment]:
        return [link.commitment for link in self.links if link.commitment is not None]

    @property
    def is_being_tried(self) -> bool:
        """Is it an experiment that goes on?"""
        return self.tried_until is not None and self.tried_until > today(self.retrospective.team.time_zone)

    def event_places(self) -> dict[str, int | None]:
        return self.retrospective.event_places()


class ChangeLink(TeamOwned, Base):
    """A debt or a commitment that a process change is about."""

    __tablename__ = "process_change_link"
    __table_args__ = (
        Index("ix_process_change_link_change_id", "change_id"),
        Index("ix_process_change_link_commitment_id", "commitment_id"),
    )

    change_id: Mapped[int] = mapped_column(ForeignKey("process_change.id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"))
    commitment_id: Mapped[int | None] = mapped_column(ForeignKey("commitment.id", ondelete="CASCADE"))

    item: Mapped[Item | None] = relationship()
    commitment: Mapped[Commitment | None] = relationship()


def _owner(user_id: int, team: Team) -> User:
    found = next((user for user in team.committers if user.id == user_id), None)
    if found is None:
        raise Refused("The owner is a lead or a member of the team. Choose one of them.", field="owner")
    return found


def _still_to_come(day: date | None, team: Team) -> date | None:
    if day is not None and day <= today(team.time_zone):
        raise Refused("An experiment runs until a day that is still to come.", field="tried_until")
    return day


def _items(codes: str, team: Team) -> list[Item]:
    """The debts that somebody wrote down as "D-17, Depot D-3"."""
    found = []
    for board, number in CODE.findall(codes):
        named = board.strip(" ,;").casefold()
        boards = [each for each in team.boards if not named or each.name.casefold() == named]
        of_board = (Item.board_id.in_([each.id for each in boards]), Item.number == int(number))
        items = list(db.session.scalars(select(Item).where(*of_board)))
        if not items:
            where = f"on {board.strip()}" if named else "on the team's boards"
            raise Refused(f"There is no D-{number} {where}. Write its code as its card has it.", field="debts")
        if len(items) > 1:
            names = " and ".join(item.board.name for item in items)
            raise Refused(
                f"D-{number} is on {names}. Write the board before it: {items[0].board.name} D-{number}.", field="debts"
            )
        found += items
    if CODE.sub("", codes).strip(" ,;"):
        raise Refused("Write the codes of the debts, such as D-17, or leave it empty.", field="debts")
    return list(dict.fromkeys(found))


def _commitments(ids: Iterable[int], team: Team) -> list[Commitment]:
    of_team = select(Commitment).where(Commitment.id.in_(list(ids)), Commitment.team_id == team.id)
    return list(db.session.scalars(of_team.order_by(Commitment.id)))

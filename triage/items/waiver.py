"""Waiver: a catastrophic debt that the decision-maker lets stand, with a reason, until a day."""

from datetime import date, datetime, timedelta

from sqlalchemy import BindParameter, ColumnElement, ForeignKey, Index, Text, and_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from triage.accounts.models import User
from triage.boards.category import Category
from triage.boards.models import Board, BoardOwned
from triage.clock import now, today
from triage.database import Base, db
from triage.events.models import Recorded
from triage.items.models import Item
from triage.refusal import Refused
from triage.teams.models import Team
from triage.teams.roles import LEAD
from triage.web.filters import day

LONGEST = timedelta(days=5 * 365 + 1)
# What lets an item stand, of all that can happen to a waiver.
WAIVING = ("waiver.granted", "waiver.resumed")


class Waiver(Recorded, BoardOwned, Base):
    """It runs through its last day `until`, in the team's time zone, unless it was taken back before (`ended_at`).

    One that somebody else asked for (`asked_by`) is no exit before the decision-maker grants it (`by`, `granted_at`);
    declined or taken back it has ended.
    """

    __tablename__ = "waiver"
    __table_args__ = (Index("ix_waiver_item_id", "item_id"), Index("ix_waiver_board_id_until", "board_id", "until"))

    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    reason: Mapped[str] = mapped_column(Text)
    until: Mapped[date]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    asked_at: Mapped[datetime | None]
    granted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    item: Mapped[Item] = relationship(innerjoin=True)
    by: Mapped[User | None] = relationship(foreign_keys=[by_id])
    asked_by: Mapped[User | None] = relationship(foreign_keys=[asked_by_id])

    def __str__(self) -> str:
        return str(self.item)

    @property
    def is_asked(self) -> bool:
        """Does it wait for the decision-maker?"""
        return self.granted_at is None and self.ended_at is None

    @classmethod
    def make(cls, item: Item, until: date, reason: str, *, by: User | None) -> "Waiver":
        """Granted when the decision-maker says so, asked for when anybody else does."""
        decides = by is not None and by.id == item.board.team.decider_id
        return (cls.grant if decides else cls.ask)(item, until, reason, by=by)

    @classmethod
    def grant(cls, item: Item, until: date, reason: str, *, by: User | None) -> "Waiver":
        """Let it stand until a day; a waiver that runs already ends for this one, one that was asked for is declined.

        Raises Refused for all but the decision-maker, for what is not catastrophic and open, and without a reason and
        a last day in the next five years.
        """
        team = item.board.team
        if by is None or by.id != team.decider_id:
            name = team.decider.name if team.decider else "a lead to name one"
            raise Refused(f"Only the decision-maker can let catastrophic debt stand: ask {name}.")
        _must_be_waivable(item)
        _must_end_well(item, until, reason)
        earlier = cls.standing(item)
        if earlier and earlier.is_asked:
            earlier.decline(by=by)
        elif earlier:
            earlier.take_back(by=by)
        waiver = cls(
            team_id=item.team_id, board=item.board, item=item, by=by, reason=reason, until=until, granted_at=now()
        )
        waiver.record("granted", by=by, why=reason, until=day(until))
        return waiver

    @classmethod
    def ask(cls, item: Item, until: date, reason: str, *, by: User | None) -> "Waiver":
        """Ask the decision-maker to let it stand until a day.

        Raises Refused as grant() does, where nobody decides, and while another is asked for or runs.
        """
        team = item.board.team
        if team.decider is None:
            raise Refused(nobody_decides(team))
        _must_be_waivable(item)
        _must_end_well(item, until, reason)
        earlier = cls.standing(item)
        if earlier and earlier.is_asked:
            waits = f"it waits for {team.decider.name}"
            raise Refused(f"A waiver until {day(earlier.until)} is asked for already: {waits}.")
        if earlier:
            raise Refused(f"{item.code} is waived until {day(earlier.until)} already.")
        waiver = cls(
            team_id=item.team_id, board=item.board, item=item, asked_by=by, reason=reason, until=until, asked_at=now()
        )
        waiver.record("asked", by=by, why=reason, until=day(until))
        return waiver

    @classmethod
    def running(cls, item: Item) -> "Waiver | None":
        """The one that is its exit."""
        return db.session.scalar(select(cls).where(cls.item_id == item.id, cls.runs_on(_today(item))))

    @classmethod
    def standing(cls, item: Item) -> "Waiver | None":
        """The one that runs, or that is asked for."""
        return db.session.scalar(select(cls).where(cls.item_id == item.id, cls.stands_on(_today(item))))

    @classmethod
    def asked_on(cls, board: Board) -> dict[int, "Waiver"]:
        """Those of a board that wait for the decision-maker, by their items."""
        asked = select(cls).where(cls.board_id == board.id, cls.granted_at.is_(None))
        waiting = asked.where(cls.stands_on(today(board.team.time_zone)))
        return {waiver.item_id: waiver for waiver in db.session.scalars(waiting)}

    @classmethod
    def runs_on(cls, day: date | BindParameter[date]) -> ColumnElement[bool]:
        """For queries: does it run on a day (the team's today)?"""
        return and_(cls.granted_at.is_not(None), cls.stands_on(day))

    @classmethod
    def stands_on(cls, day: date | BindParameter[date]) -> ColumnElement[bool]:
        """The same for those too that are only asked for. Of an item there is at most one."""
        return and_(cls.ended_at.is_(None), cls.until >= day)

    def agree(self, *, by: User | None) -> None:
        """Grant what was asked for. Raises Refused for all but the decision-maker, and when it waits no more."""
        self._must_be_answered_by(by)
        _must_be_waivable(self.item)
        self.by, self.granted_at = by, now()
        self.record("granted", by=by, why=self.reason, until=day(self.until))

    def decline(self, *, by: User | None) -> None:
        """It is not granted: the item needs another exit. Raises Refused as agree() does."""
        self._must_be_answered_by(by)
        self.ended_at = now()
        self.record("declined", by=by, until=day(self.until))

    def ask_again(self, *, by: User | None) -> None:
        """The answer was a slip, or taking it back: it waits for the decision-maker as before."""
        if self.is_asked:
            raise Refused(f"The waiver of {self.item.code} waits for an answer already.")
        self.by, self.granted_at, self.ended_at = None, None, None
        self.record("asked_again", by=by, until=day(self.until))

    def take_back(self, *, by: User | None) -> None:
        """Its reason does not hold any more. Everybody may say so: the item needs an exit again."""
        if self.ended_at is not None:
            raise Refused(f"The waiver of {self.item.code} was taken back already.")
        was_asked, self.ended_at = self.is_asked, now()
        if was_asked:
            self.record("withdrawn", by=by, until=day(self.until))
        else:
            self.record("ended", by=by, until=day(self.until))

    def resume(self, *, by: User | None) -> None:
        """Taking it back was a slip."""
        if self.ended_at is None:
            raise Refused(f"The waiver of {self.item.code} was not taken back.")
        self.ended_at = None
        self.record("resumed", by=by, until=day(self.until))

    def event_places(self) -> dict[str, int | None]:
        """A waiver shows on the item's card."""
        return self.item.event_places()

    def _must_be_answered_by(self, by: User | None) -> None:
        team = self.board.team
        if team.decider is None:
            raise Refused(nobody_decides(team))
        if by is None or by.id != team.decider_id:
            raise Refused(f"The waiver of {self.item.code} is {team.decider.name}'s to grant or to decline.")
        if not self.is_asked:
            was = "granted" if self.ended_at is None else "answered or taken back"
            raise Refused(f"The waiver of {self.item.code} was {was} already.")
        if self.until < _today(self.item):
            raise Refused(f"It was asked for until {day(self.until)}, and that is over. Waive it until another day.")


def nobody_decides(team: Team) -> str:
    """Why no waiver can be had in a team without a decision-maker, and who can change that."""
    leads = " or ".join(membership.user.name for membership in team.members if membership.role >= LEAD)
    return f"{team} has no decision-maker to ask. {leads} can name one on the team's page."


def _must_be_waivable(item: Item) -> None:
    item.must_be_open()
    if item.category is not Category.CATASTROPHIC:
        raise Refused(f"{item.code} is {item.category}, and only catastrophic debt needs a waiver.")


def _must_end_well(item: Item, until: date, reason: str) -> None:
    if not _today(item) < until <= _today(item) + LONGEST:
        raise Refused("A waiver ends on a day after today, at most five years from now.", field="until")
    if not reason.strip():
        raise Refused("Say why it may stand until then: that day somebody will ask.", field="reason")


def _today(item: Item) -> date:
    return today(item.board.team.time_zone)

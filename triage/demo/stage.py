"""Where the story is played: the board, the people, and each press at a moment of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from triage import clock
from triage.accounts.models import User
from triage.boards.models import Board
from triage.commitments.models import Commitment
from triage.commitments.sprints import Sprint
from triage.database import db
from triage.debtlog.entry import Entry
from triage.debtlog.size import in_unit
from triage.items.drafts import ItemDraft
from triage.items.models import Item
from triage.items.spread import Spread
from triage.meetings.models import Meeting
from triage.teams.roles import Role


@dataclass(frozen=True)
class Person:
    email: str
    name: str
    role: Role


@dataclass
class Stage:
    """The board, the people, and the log that says how each item stands in the end."""

    board: Board
    people: dict[Person, User]
    log: dict[int, Entry]
    items: dict[int, Item] = field(default_factory=dict)

    def words(self, number: int) -> ItemDraft:
        """All that the log has written about an item."""
        entry = self.log[number]
        size, _rest = in_unit(entry.size, self.board.team.unit)
        return ItemDraft(
            title=entry.title,
            why=entry.why,
            fix=entry.fix,
            size=size,
            spread=Spread(entry.spread),
            paths=list(entry.paths),
            tags=list(entry.tags),
            links=list(entry.links),
        )

    def commitment(self, number: int) -> Commitment:
        found = Commitment.open_for(self.items[number])
        if found is None:
            raise LookupError(f"In the story nobody is committed to D-{number} here.")
        return found

    @property
    def meeting(self) -> Meeting:
        found = Meeting.live_on(self.board)
        if found is None:
            raise LookupError("In the story there is no meeting here.")
        return found

    def day(self, sprint: int, day: int) -> date:
        return Sprint.calendar(self.board.team).sprint(sprint).first_day + timedelta(days=day - 1)

    def moment(self, sprint: int, day: int, at: time) -> datetime:
        return datetime.combine(self.day(sprint, day), at, ZoneInfo(self.board.team.time_zone))


class Act(Protocol):
    """Something that a person does on the stage."""

    def play(self, stage: Stage, by: User) -> None: ...


@contextmanager
def press(moment: datetime) -> Iterator[None]:
    """One press of somebody at a moment.

    All presses are one transaction here, and yet each makes a version of the board of its own, as it would in a request
    of its own: minutes and undo tell by the version what happened when, and what belongs together.
    """
    with clock.at(moment):
        yield
        db.session.flush()
    db.session.info.pop("held", None)

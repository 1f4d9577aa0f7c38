"""What the database knows of some boards of a team in some sprints: so many statements, and one more for each board."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import contains_eager, lazyload

from triage.boards.category import Category
from triage.boards.models import Board
from triage.clock import now, today
from triage.commitments.models import Commitment, Verdict
from triage.commitments.sprint import Calendar, Span
from triage.commitments.sprints import Sprint
from triage.database import db
from triage.events.models import Event
from triage.history.lives import Lives
from triage.history.series import OPEN, Thing, Told, lead_back
from triage.history.spells import NEVER, Spells
from triage.history.table import Named
from triage.items.interest import Interest, interest_by_item
from triage.items.models import Item
from triage.items.payback import SPRINTS
from triage.items.state import State
from triage.items.waiver import Waiver
from triage.meetings.models import Meeting
from triage.rooms.models import Status
from triage.teams.models import Team

RECORD = 12  # whole sprints from which the coming ones are foretold


class Facts:
    """Of all `boards` (at least one) of a team together, in the sprints `first` to `last`, numbered.

    All lists of sprints (`spans`, `told`, `interest`, …) begin with `before` sprints before those: as many again, to
    compare them with, and when the last is the present one the record for a forecast. Where the calendar begins they
    are fewer.
    """

    def __init__(self, team: Team, boards: Sequence[Board], first: int, last: int) -> None:
        self.team, self.boards, self.first, self.last = team, boards, first, last
        self.ids = [board.id for board in boards]
        self.calendar: Calendar = Sprint.calendar(team)
        self.today = today(team.time_zone)
        self.present = self.calendar.sprint_on(self.today)
        early = first - (last - first + 1)
        if self.is_present:
            early = min(early, last - RECORD)
        self.before = first - max(early, 1)
        self.spans: list[Span] = [self.calendar.sprint(number) for number in range(max(early, 1), last + 1)]

    @property
    def is_present(self) -> bool:
        """Is the present sprint among them, so that what is so today belongs to them?"""
        return self.last == self.present.number

    @cached_property
    def _spells(self) -> Spells:
        """What was before the first sprint of all belongs to it."""
        zone, first = ZoneInfo(self.team.time_zone), self.spans[0].number
        last_days = [self.calendar.sprint(first - 1).last_day] if first > 1 else []
        last_days += [span.last_day for span in self.spans]
        ends = [datetime.combine(day + timedelta(days=1), time.min, zone) for day in last_days]
        return Spells(ends if first > 1 else [NEVER, *ends])

    @cached_property
    def _lives(self) -> Lives:
        return Lives(self.boards, self._spells)

    # The life of the items

    @cached_property
    def told(self) -> list[Told]:
        *lives, later = self._lives.lives
        return lead_back(self.things, lives, later, [min(end, now()) for end in self._spells.ends])

    @cached_property
    def known_from(self) -> int:
        """The place of the first sprint in which one of the boards was there."""
        return sum(end <= self._opened for end in self._spells.ends)

    def growths(self, among: Collection[str] = OPEN) -> list[int]:
        """By how much debt grew in each of the last whole sprints before the present one.

        In the sprint in which a board was opened all that was known is new: it does not count.
        """
        sprints = zip(self.spans, self._spells.all, self.told, strict=False)
        return [
            told.life.growth(among, besides=self._of_new_boards(begin, end))
            for span, (begin, end), told in sprints
            if begin >= self._opened and span.number < self.present.number
        ][-RECORD:]

    def _of_new_boards(self, begin: datetime, end: datetime) -> set[int]:
        new = {board.id for board in self.boards if begin <= board.created_at < end}
        return {id for id, thing in self.things.items() if thing.board_id in new} if new else set()

    @property
    def _opened(self) -> datetime:
        return min(board.created_at for board in self.boards)

    def item(self, id: int) -> Named:
        return self.named([id])[id]

    def named(self, ids: Iterable[int]) -> dict[int, Named]:
        """These items and all others whose names were asked for."""
        missing = set(ids) - self._names.keys()
        if missing:
            self._names |= self._named(Item.id.in_(missing))
        return self._names

    def board_named(self, id: int) -> str:
        """Only where there are several: each of them has a D-1."""
        return next(board.name for board in self.boards if board.id == id) if len(self.boards) > 1 else ""

    def knows(self, id: int) -> bool:
        """Is it open, or did it turn in these sprints? Others have nothing to show but their number."""
        return id in self.things

    def thing(self, id: int) -> Thing:
        return self.things[id]

    @cached_property
    def things(self) -> dict[int, Thing]:
        """All that are open, and that turned since the first sprint began."""
        return self._lives.things

    @cached_property
    def open(self) -> dict[int, Thing]:
        """What is open today."""
        return {id: thing for id, thing in self.things.items() if thing.stands_as in OPEN}

    @cached_property
    def open_at_end(self) -> dict[int, str]:
        """What was open when the last sprint was over, or is while it lasts: the items, each with its category."""
        later = {id: change.was for id, change in self._lives.lives[-1].changes.items()}
        stood = {id: later.get(id, thing.stands_as) for id, thing in self.things.items()}
        return {id: category for id, category in stood.items() if category in OPEN}

    @cached_property
    def _names(self) -> dict[int, Named]:
        return self._named(Item.state == State.OPEN)

    def _named(self, which: ColumnElement[bool]) -> dict[int, Named]:
        found = select(Item.id, Item.number, Item.title, Item.board_id).where(Item.board_id.in_(self.ids), which)
        return {
            id: Named(id, number, title, self.board_named(of)) for id, number, title, of in db.session.execute(found)
        }

    @cached_property
    def in_inbox_since(self) -> dict[int, datetime]:
        """Of what is there now; asked item by item, since few are there."""
        came = (
            select(func.max(Event.at))
            .where(Event.item_id == Item.id, Event.turned_into == "inbox", Event.undoes_id.is_(None))
            .scalar_subquery()
        )
        waiting = (Item.board_id.in_(self.ids), Item.state == State.OPEN, Item.category == Category.INBOX)
        return {id: at for id, at in db.session.execute(select(Item.id, came).where(*waiting)) if at is not None}

    # What was promised

    @cached_property
    def commitments(self) -> dict[int, list[Commitment]]:
        """Those of each sprint by its number, the latest first; with the present sprint also those of the next ones."""
        numbered = Sprint.number >= self.first
        found = db.session.scalars(
            select(Commitment)
            .join(Commitment.sprint)
            .join(Commitment.item)
            .join(Commitment.owner)
            .options(
                contains_eager(Commitment.sprint),
                contains_eager(Commitment.item).lazyload(Item.board),
                contains_eager(Commitment.owner),
                lazyload(Commitment.board),
            )
            .where(
                Commitment.board_id.in_(self.ids),
                numbered if self.is_present else numbered & (Sprint.number <= self.last),
            )
            .order_by(Sprint.number.desc(), Commitment.id)
        )
        by_sprint: dict[int, list[Commitment]] = {}
        for one in found:
            by_sprint.setdefault(one.sprint.number, []).append(one)
        return by_sprint

    @cached_property
    def verdicts_before(self) -> dict[Verdict, int]:
        """How many commitments of the sprints before were kept, missed and so on."""
        found = (
            select(Commitment.verdict, func.count())
            .join(Commitment.sprint)
            .where(
                Commitment.board_id.in_(self.ids),
                Sprint.number.between(self.first - (self.last - self.first + 1), self.first - 1),
            )
            .group_by(Commitment.verdict)
        )
        return {row.verdict: row[1] for row in db.session.execute(found)}

    # What it cost

    @cached_property
    def interest(self) -> list[int]:
        """Minutes in each sprint."""
        return self._spells.sums(Interest.at, func.sum(Interest.minutes), Interest.board_id.in_(self.ids))

    @cached_property
    def recent_interest(self) -> dict[int, list[int]]:
        """The minutes of each item in each of the last six sprints, whatever sprints are shown."""
        return {id: minutes[:-1] for id, minutes in self._interest_by_item.items() if any(minutes[:-1])}

    @cached_property
    def interest_of_items(self) -> dict[int, int]:
        """The minutes of each item in all sprints that are shown."""
        return {id: minutes[-1] for id, minutes in self._interest_by_item.items()}

    @cached_property
    def _interest_by_item(self) -> dict[int, list[int]]:
        """A merged item's are those of the one that goes on for it, as on the board."""
        shown = Span(self.first, self.spans[self.before].since, self.spans[-1].last_day)
        recent = [self.calendar.sprint(self.present.number - ago) for ago in reversed(range(SPRINTS))]
        found: dict[int, list[int]] = {}
        for board in self.boards:
            found |= interest_by_item(board, [*recent, shown])
        return found

    # What else happened

    @cached_property
    def meetings(self) -> list[int]:
        """How many triages began in each sprint."""
        began = (Meeting.board_id.in_(self.ids), Meeting.status != Status.PLANNED)
        return self._spells.sums(Meeting.started_at, func.count(), *began)

    @cached_property
    def waivers_granted(self) -> list[int]:
        return self._spells.sums(Waiver.granted_at, func.count(), Waiver.board_id.in_(self.ids))

    @cached_property
    def waivers(self) -> list[tuple[Waiver, Named]]:
        """Those that run today, the one that ends first before the others."""
        found = (
            select(Waiver)
            .join(Waiver.item)
            .options(contains_eager(Waiver.item).lazyload(Item.board), lazyload(Waiver.board))
            .where(Waiver.board_id.in_(self.ids), Waiver.runs_on(self.today))
            .where(Item.state == State.OPEN, Item.category == Category.CATASTROPHIC)
            .order_by(Waiver.until, Waiver.id)
        )
        return [(one, self.item(one.item_id)) for one in db.session.scalars(found)]

    @cached_property
    def committed(self) -> dict[int, Commitment]:
        """What is promised now and has no verdict yet, by its item."""
        found = (
            select(Commitment)
            .join(Commitment.owner)
            .join(Commitment.sprint)
            .options(contains_eager(Commitment.owner), contains_eager(Commitment.sprint), lazyload(Commitment.board))
            .where(Commitment.board_id.in_(self.ids), Commitment.verdict == Verdict.OPEN)
        )
        return {one.item_id: one for one in db.session.scalars(found)}

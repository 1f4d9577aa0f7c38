"""What the database knows of some boards of a team in some sprints, in a number of statements that does not grow."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import CTE, ColumnElement, Integer, Select, String, and_, column, func, select, type_coerce, values
from sqlalchemy.orm import aliased, contains_eager, lazyload

from triage.boards.models import Board
from triage.clock import now, today
from triage.commitments.models import Commitment, Verdict
from triage.commitments.sprint import Calendar, Span
from triage.commitments.sprints import Sprint
from triage.database import UtcDateTime, db
from triage.events.models import Event
from triage.history.series import DAY, OPEN, Stay, Thing, Told, Turn, tell
from triage.history.table import Named
from triage.items.interest import Interest, interest_by_item
from triage.items.models import Item
from triage.items.payback import SPRINTS
from triage.items.state import State
from triage.items.waiver import Waiver
from triage.meetings.models import Meeting, Status
from triage.teams.models import Team

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
FOR_EVER = datetime(9000, 1, 1, tzinfo=UTC)


class Facts:
    """Of all `boards` (at least one) of a team together, in the sprints `first` to `last`, numbered.

    All lists of sprints (`spans`, `told`, `interest`, …) begin with as many sprints before those, to compare them with:
    `before` of them, fewer where the calendar begins.
    """

    def __init__(self, team: Team, boards: Sequence[Board], first: int, last: int) -> None:
        self.team, self.boards, self.first, self.last = team, boards, first, last
        self.ids = [board.id for board in boards]
        self.calendar: Calendar = Sprint.calendar(team)
        early = max(first - (last - first + 1), 1)
        self.before = first - early
        self.spans: list[Span] = [self.calendar.sprint(number) for number in range(early, last + 1)]
        self.today = today(team.time_zone)
        self.present = self.calendar.sprint_on(self.today)

    @cached_property
    def bounds(self) -> list[datetime]:
        """Where the first sprint begins and where each of them ends. What was before the first one belongs to it."""
        zone, first = ZoneInfo(self.team.time_zone), self.spans[0].number
        last_days = [self.calendar.sprint(first - 1).last_day] if first > 1 else []
        last_days += [span.last_day for span in self.spans]
        ends = [datetime.combine(day + timedelta(days=1), time.min, zone) for day in last_days]
        return ends if first > 1 else [NEVER, *ends]

    @cached_property
    def ends(self) -> list[datetime]:
        return self.bounds[1:]

    @cached_property
    def _places(self) -> CTE:
        """The sprints, and behind them all that came later, as a table to be joined to what happened."""
        rows = [(place, *bounds) for place, bounds in enumerate(pairwise([*self.bounds, FOR_EVER]))]
        columns = (column("place", Integer), column("begin", UtcDateTime), column("end", UtcDateTime))
        return values(*columns, name="places").data(rows).cte("places")

    def _during(self, moment: Any) -> ColumnElement[bool]:
        return and_(moment >= self._places.c.begin, moment < self._places.c.end)

    def _by_sprint(self, moment: Any, amount: Any, *where: ColumnElement[bool]) -> list[int]:
        """An aggregate of rows for each sprint."""
        found = select(self._places.c.place, amount).join_from(self._places, moment.class_, self._during(moment))
        sums: dict[int, int] = dict(db.session.execute(found.where(*where).group_by(self._places.c.place)).all())
        return [int(sums.get(place, 0)) for place in range(len(self.spans))]

    # The life of the items

    @cached_property
    def told(self) -> list[Told]:
        things = {id: thing for id, (thing, _named) in self._items.items()}
        return tell(things, self._turns(), [min(end, now()) for end in self.ends], self._stays())

    @cached_property
    def known_from(self) -> int:
        """The place of the first sprint in which one of the boards was there."""
        return sum(end <= self._opened for end in self.ends)

    @cached_property
    def whole_from(self) -> int:
        """The place of the first sprint that began when one of them was there."""
        return sum(begin <= self._opened for begin in self.bounds[:-1])

    @property
    def _opened(self) -> datetime:
        return min(board.created_at for board in self.boards)

    def item(self, id: int) -> Named:
        return self._items[id][1]

    def knows(self, id: int) -> bool:
        """Is it open, or did it turn in these sprints? Others have nothing to show but their number."""
        return id in self._items

    def thing(self, id: int) -> Thing:
        return self._items[id][0]

    @cached_property
    def open(self) -> dict[int, Thing]:
        """What is open today."""
        return {id: thing for id, (thing, _named) in self._items.items() if thing.stands_as in OPEN}

    @cached_property
    def _items(self) -> dict[int, tuple[Thing, Named]]:
        """All that are open, and that turned since the first sprint began."""
        turned = select(Event.item_id).where(
            Event.board_id.in_(self.ids), Event.at >= self.bounds[0], Event.turned_into.is_not(None)
        )
        plain = (type_coerce(Item.category, String), type_coerce(Item.state, String))  # thousands: no enums are made
        found = select(Item.id, Item.board_id, Item.number, Item.title, *plain, Item.size, Item.reported_at).where(
            Item.board_id.in_(self.ids), (Item.state == State.OPEN) | Item.id.in_(turned)
        )
        return {
            id: (Thing(category if state == "open" else state, size, reported_at), Named(id, board_id, number, title))
            for id, board_id, number, title, category, state, size, reported_at in db.session.execute(found)
        }

    def _turns(self) -> list[Turn]:
        """The latest first, in the order in which they were written: the clocks of two servers may differ."""
        found = self._of_life(Event.item_id, self._places.c.place, Event.turned_from, Event.turned_into)
        return [Turn(*row) for row in db.session.execute(found.order_by(Event.id.desc()))]

    def _stays(self) -> list[Stay]:
        """What left the inbox, and how long it had been there; what was undone did not happen."""
        undoing = aliased(Event)
        stands = (Event.undoes_id.is_(None), ~select(undoing.id).where(undoing.undoes_id == Event.id).exists())
        moves = (
            self._of_life(Event.item_id, self._places.c.place, Event.at, Event.turned_into == "inbox")
            .where((Event.turned_from == "inbox") | (Event.turned_into == "inbox"), *stands)
            .order_by(Event.at, Event.id)
        )
        since: dict[int, datetime] = self._in_inbox_before()
        stays = []
        for item_id, place, at, comes in db.session.execute(moves):
            if comes:
                since[item_id] = at
            elif item_id in since:
                stays.append(Stay(item_id, place, (at - since.pop(item_id)).total_seconds() / DAY))
        return stays

    def _in_inbox_before(self) -> dict[int, datetime]:
        """Since when what left the inbox in these sprints had been there, if it was there before them."""
        left = select(Event.item_id).where(
            Event.board_id.in_(self.ids), Event.at >= self.bounds[0], Event.turned_from == "inbox"
        )
        came = (
            select(Event.item_id, func.max(Event.at))
            .where(Event.board_id.in_(self.ids), Event.at < self.bounds[0], Event.turned_into == "inbox")
            .where(Event.item_id.in_(left))
            .group_by(Event.item_id)
        )
        return {item_id: at for item_id, at in db.session.execute(came) if item_id is not None}

    def _of_life(self, *columns: Any) -> Select[Any]:
        happened = and_(Event.board_id.in_(self.ids), Event.turned_into.is_not(None), self._during(Event.at))
        return select(*columns).join_from(self._places, Event, happened)

    # What was promised

    @cached_property
    def commitments(self) -> dict[int, list[Commitment]]:
        """Those of each sprint by its number, the latest sprint first."""
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
            .where(Commitment.board_id.in_(self.ids), Sprint.number.between(self.first, self.last))
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
            .where(Commitment.board_id.in_(self.ids), Sprint.number.between(self.spans[0].number, self.first - 1))
            .group_by(Commitment.verdict)
        )
        return {row.verdict: row[1] for row in db.session.execute(found)}

    # What it cost

    @cached_property
    def interest(self) -> list[int]:
        """Minutes in each sprint."""
        return self._by_sprint(Interest.at, func.sum(Interest.minutes), Interest.board_id.in_(self.ids))

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
        return self._by_sprint(Meeting.started_at, func.count(), *began)

    @cached_property
    def waivers_granted(self) -> list[int]:
        return self._by_sprint(Waiver.granted_at, func.count(), Waiver.board_id.in_(self.ids))

    @cached_property
    def waivers(self) -> list[tuple[Waiver, Named]]:
        """Those that run today, the one that ends first before the others."""
        found = (
            select(Waiver)
            .join(Waiver.item)
            .options(contains_eager(Waiver.item).lazyload(Item.board), lazyload(Waiver.board))
            .where(Waiver.board_id.in_(self.ids), Waiver.runs_on(self.today), Item.state == State.OPEN)
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

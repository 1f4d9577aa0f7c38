"""What the database knows of some boards of a team in some sprints: so many statements, and one more for each board."""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    case,
    column,
    func,
    select,
    type_coerce,
    values,
)
from sqlalchemy.orm import contains_eager, lazyload

from triage.boards.category import Category
from triage.boards.models import Board
from triage.clock import now, today
from triage.commitments.models import Commitment, Verdict
from triage.commitments.sprint import Calendar, Span
from triage.commitments.sprints import Sprint
from triage.database import UtcDateTime, db
from triage.events.models import Event
from triage.history.series import DAY, OPEN, Life, Stay, Thing, Told, Turn, lead_back, net
from triage.history.table import Named
from triage.items.interest import Interest, interest_by_item
from triage.items.models import Item
from triage.items.payback import SPRINTS
from triage.items.state import State
from triage.items.waiver import Waiver
from triage.meetings.models import Meeting, Status
from triage.teams.models import Team
from triage.web.kept import Kept

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
FOR_EVER = datetime(9000, 1, 1, tzinfo=UTC)
NOT_SORTED = ("inbox", "dropped", "refused", "merged")
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
    def _spells(self) -> list[tuple[datetime, datetime]]:
        """From when until when each sprint goes, and behind them all that comes later."""
        return list(pairwise([*self.bounds, FOR_EVER]))

    @cached_property
    def _places(self) -> CTE:
        """The same as a table to be joined to what happened."""
        rows = [(place, *spell) for place, spell in enumerate(self._spells)]
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
        *lives, later = self._lives
        return lead_back(self._things, lives, later, [min(end, now()) for end in self.ends])

    @cached_property
    def known_from(self) -> int:
        """The place of the first sprint in which one of the boards was there."""
        return sum(end <= self._opened for end in self.ends)

    def growths(self, among: Collection[str] = OPEN) -> list[int]:
        """By how much debt grew in each of the last whole sprints before the present one.

        In the sprint in which a board was opened all that was known is new: it does not count.
        """
        sprints = zip(self.spans, self._spells, self.told, strict=False)
        return [
            told.life.growth(among, besides=self._of_new_boards(begin, end))
            for span, (begin, end), told in sprints
            if begin >= self._opened and span.number < self.present.number
        ][-RECORD:]

    def _of_new_boards(self, begin: datetime, end: datetime) -> set[int]:
        new = {board.id for board in self.boards if begin <= board.created_at < end}
        return {id for id, thing in self._things.items() if thing.board_id in new} if new else set()

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
        return id in self._things

    def thing(self, id: int) -> Thing:
        return self._things[id]

    @cached_property
    def open(self) -> dict[int, Thing]:
        """What is open today."""
        return {id: thing for id, thing in self._things.items() if thing.stands_as in OPEN}

    @cached_property
    def open_at_end(self) -> dict[int, str]:
        """What was open when the last sprint was over, or is while it lasts: the items, each with its category."""
        later = {id: change.was for id, change in self._lives[-1].changes.items()}
        stood = {id: later.get(id, thing.stands_as) for id, thing in self._things.items()}
        return {id: category for id, category in stood.items() if category in OPEN}

    @cached_property
    def _things(self) -> dict[int, Thing]:
        """All that are open, and that turned since the first sprint began."""
        plain = (type_coerce(Item.category, String), type_coerce(Item.state, String))  # thousands: no enums are made
        turned = select(Event.item_id).where(
            Event.board_id.in_(self.ids), Event.at >= self.bounds[0], Event.turned_into.is_not(None)
        )
        found = select(Item.id, Item.board_id, *plain, Item.size, Item.reported_at).where(
            Item.board_id.in_(self.ids), (Item.state == State.OPEN) | Item.id.in_(turned)
        )
        return {
            id: Thing(board_id, category if state == "open" else state, size, reported_at)
            for id, board_id, category, state, size, reported_at in db.session.execute(found)
        }

    @cached_property
    def _names(self) -> dict[int, Named]:
        return self._named(Item.state == State.OPEN)

    def _named(self, which: ColumnElement[bool]) -> dict[int, Named]:
        found = select(Item.id, Item.number, Item.title, Item.board_id).where(Item.board_id.in_(self.ids), which)
        return {
            id: Named(id, number, title, self.board_named(of)) for id, number, title, of in db.session.execute(found)
        }

    @cached_property
    def _lives(self) -> list[Life]:
        """Of each sprint, and of what came later. Nothing that is over changes any more, so it is read once."""
        kept: Kept[tuple[tuple[int, int], Life]] = current_app.extensions["lives"]
        keys, stamps = [(tuple(self.ids), *spell) for spell in self._spells], self._stamps()
        known = {place: found for place, key in enumerate(keys) if (found := kept.get(key))}
        lives = {place: life for place, (stamp, life) in known.items() if stamp == stamps[place]}
        unread = [place for place in range(len(keys)) if place not in lives]
        for place, life in self._read(unread).items() if unread else ():
            lives[place] = kept.keep(keys[place], (stamps[place], life))[1]
        return [lives[place] for place in range(len(keys))]

    def _stamps(self) -> list[tuple[int, int]]:
        """How many turns each sprint has, and which is the last: another one makes another life."""
        found = self._of_life(self._places.c.place, func.count(), func.max(Event.id)).group_by(self._places.c.place)
        stamps = {place: (count, last) for place, count, last in db.session.execute(found)}
        return [stamps.get(place, (0, 0)) for place in range(len(self._spells))]

    def _read(self, places: Sequence[int]) -> dict[int, Life]:
        turns: dict[int, list[Turn]] = {place: [] for place in places}
        left: dict[int, dict[int, datetime]] = {place: {} for place in places}
        leaving = case((Event.turned_from == "inbox", Event.at))
        place = self._places.c.place
        found = self._of_life(place, leaving, Event.item_id, Event.turned_from, Event.turned_into)
        for at, left_at, *turn in db.session.execute(found.where(place.in_(places)).order_by(Event.id.desc())):
            turns[at].append(Turn(*turn))
            if left_at is not None:
                left[at].setdefault(turn[0], left_at)  # of several in a sprint the last counts
        came = self._came(places)
        lives = {}
        for at in places:
            changes = net(turns[at])
            gone = ((id, moment) for id, moment in left[at].items() if changes[id].now not in NOT_SORTED)
            lives[at] = Life(changes, [Stay(id, _days(_last(came.get(id, ()), moment), moment)) for id, moment in gone])
        return lives

    def _came(self, places: Sequence[int]) -> dict[int, list[datetime]]:
        """When each item that left the inbox in these sprints had come into it: to be put back there is no coming."""
        place = self._places.c.place
        left = self._of_life(Event.item_id).where(place.in_(places), Event.turned_from == "inbox")
        came = select(Event.item_id, Event.at).where(
            Event.board_id.in_(self.ids),
            Event.turned_into == "inbox",
            Event.undoes_id.is_(None),
            Event.item_id.in_(left),
        )
        found: dict[int, list[datetime]] = {}
        for item_id, at in db.session.execute(came.order_by(Event.at)):
            found.setdefault(item_id or 0, []).append(at)
        return found

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

    def _of_life(self, *columns: Any) -> Select[Any]:
        happened = and_(Event.board_id.in_(self.ids), Event.turned_into.is_not(None), self._during(Event.at))
        return select(*columns).join_from(self._places, Event, happened)

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


def _last(moments: Sequence[datetime], before: datetime) -> datetime:
    return max((moment for moment in moments if moment <= before), default=before)


def _days(since: datetime, until: datetime) -> float:
    return (until - since).total_seconds() / DAY

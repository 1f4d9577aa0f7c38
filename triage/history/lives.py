"""The life of the items of some boards: what is over does not change any more, so a process reads it once."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cached_property
from itertools import chain
from typing import Any, NamedTuple

from flask import current_app
from sqlalchemy import ColumnElement, Select, String, and_, case, func, select, type_coerce

from triage.boards.models import Board
from triage.database import db
from triage.events.models import Event
from triage.history.series import DAY, Life, Stay, Thing, Turn, net
from triage.history.spells import Spells
from triage.items.models import Item
from triage.items.state import State
from triage.web.kept import Kept

CLOSED = [state.value for state in State if state is not State.OPEN]
NOT_SORTED = ("inbox", "dropped", "refused", "merged")


class Known(NamedTuple):
    """The items of a board that are open, or that turned since a moment, as they are at a version of the board."""

    version: int
    since: datetime
    things: dict[int, Thing]


class Lives:
    """Of all items of some boards in some sprints."""

    def __init__(self, boards: Sequence[Board], spells: Spells) -> None:
        self.boards, self.spells = boards, spells
        self.ids = [board.id for board in boards]

    @cached_property
    def things(self) -> dict[int, Thing]:
        """All that are open, and that turned since the first sprint began."""
        return dict(chain.from_iterable(self._things(board).items() for board in self.boards))

    def _things(self, board: Board) -> dict[int, Thing]:
        """Where somebody looked further back before, those that turned since then; nobody minds a few more."""
        kept: Kept[Known] = current_app.extensions["things"]
        known, since = kept.get(board.id), self.spells.begin
        if known and known.since <= since and known.version <= board.version:
            fresh = self._read_things(board, Item.version > known.version)
            if not fresh:
                return known.things
            since, things = known.since, known.things | fresh
        else:
            turned = select(Event.item_id).where(
                Event.board_id == board.id,
                Event.at >= since,
                Event.turned_into.is_not(None),
                Event.turned_into.in_(CLOSED),  # so did their last turn: all the others need not be looked up
            )
            things = self._read_things(board, (Item.state == State.OPEN) | Item.id.in_(turned))
        return kept.keep(board.id, Known(board.version, since, things)).things

    def _read_things(self, board: Board, which: ColumnElement[bool]) -> dict[int, Thing]:
        category, state = type_coerce(Item.category, String), type_coerce(Item.state, String)  # no enums: thousands
        stands_as = case((Item.state == State.OPEN, category), else_=state)
        found = select(Item.id, stands_as, Item.size, Item.reported_at).where(Item.board_id == board.id, which)
        return {
            id: Thing(board.id, stands_as, size, reported_at.timestamp())
            for id, stands_as, size, reported_at in db.session.execute(found)
        }

    @cached_property
    def lives(self) -> list[Life]:
        """Of each sprint, and of what came later."""
        kept: Kept[tuple[tuple[int, int], Life]] = current_app.extensions["lives"]
        keys, stamps = [(tuple(self.ids), *spell) for spell in self.spells.all], self._stamps()
        known = {place: found for place, key in enumerate(keys) if (found := kept.get(key))}
        lives = {place: life for place, (stamp, life) in known.items() if stamp == stamps[place]}
        unread = [place for place in range(len(keys)) if place not in lives]
        for place, life in self._read(unread).items() if unread else ():
            lives[place] = kept.keep(keys[place], (stamps[place], life))[1]
        return [lives[place] for place in range(len(keys))]

    def _stamps(self) -> list[tuple[int, int]]:
        """How many turns each sprint has, and which is the last: another one makes another life."""
        place = self.spells.places.c.place
        count, last = (
            select(of).where(*self._turned, self.spells.during(Event.at)).scalar_subquery()
            for of in (func.count(), func.coalesce(func.max(Event.id), 0))
        )
        found = db.session.execute(select(count, last).select_from(self.spells.places).order_by(place))
        return [(count, last) for count, last in found]

    def _read(self, places: Sequence[int]) -> dict[int, Life]:
        turns: dict[int, list[Turn]] = {place: [] for place in places}
        left: dict[int, dict[int, datetime]] = {place: {} for place in places}
        leaving = case((Event.turned_from == "inbox", Event.at))
        place = self.spells.places.c.place
        found = self._of_life(place, leaving, Event.item_id, Event.turned_from, Event.turned_into)
        happened = db.session.execute(found.where(place.in_(places)).order_by(Event.id.desc()))
        for at, left_at, item_id, was, became in happened:
            turns[at].append(Turn(item_id, was, became))
            if left_at is not None:
                left[at].setdefault(item_id, left_at)  # of several in a sprint the last counts
        came = self._came(places)
        lives = {}
        for at in places:
            changes = net(turns[at])
            gone = ((id, moment) for id, moment in left[at].items() if changes[id].now not in NOT_SORTED)
            lives[at] = Life(changes, [Stay(id, _days(_last(came.get(id, ()), moment), moment)) for id, moment in gone])
        return lives

    def _came(self, places: Sequence[int]) -> dict[int, list[datetime]]:
        """When each item that left the inbox in these sprints had come into it: to be put back there is no coming."""
        place = self.spells.places.c.place
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

    @property
    def _turned(self) -> tuple[ColumnElement[bool], ...]:
        return Event.board_id.in_(self.ids), Event.turned_into.is_not(None)

    def _of_life(self, *columns: Any) -> Select[Any]:
        happened = and_(*self._turned, self.spells.during(Event.at))
        return select(*columns).join_from(self.spells.places, Event, happened)


def _last(moments: Iterable[datetime], before: datetime) -> datetime:
    return max((moment for moment in moments if moment <= before), default=before)


def _days(since: datetime, until: datetime) -> float:
    return (until - since).total_seconds() / DAY

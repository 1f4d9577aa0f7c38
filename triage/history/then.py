"""The board as it was at an earlier version of it, told from what happened since and, for its exits, until then."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import chain
from typing import Any

from sqlalchemy import Select, String, and_, bindparam, func, or_, select, type_coerce

from triage.boards.category import Category
from triage.boards.models import Board
from triage.commitments.models import OPENING, VERDICTS
from triage.database import db
from triage.events.models import Event
from triage.items.models import Item
from triage.items.state import State
from triage.items.then import Turned, edited_since, turned_since
from triage.items.waiver import WAIVING, Waiver

# What ends a commitment, of all that can happen to one.
ENDING = (*VERDICTS, "commitment.declined", "commitment.withdrawn")

CLOSED = frozenset(state.value for state in State if state is not State.OPEN)

# How the sentence tells what became of the items since, in this order.
TOLD = ("paid down", "refused", "dropped", "merged", "moved", "reopened", "reported")


@dataclass(frozen=True)
class Then:
    """An item that was open, as it was written and with the exits it had then; `now` is how it stands today."""

    id: int
    number: int
    title: str
    size: float | None
    category: Category
    now: str
    owner: str = ""
    sprint: int | None = None
    waived_until: date | None = None

    @property
    def is_exitless(self) -> bool:
        return self.category is Category.CATASTROPHIC and not self.owner and self.waived_until is None

    @property
    def since(self) -> str:
        """What became of it, in words; empty while it stands as it stood."""
        if self.now == self.category:
            return ""
        return f"{self.now} since" if self.now in CLOSED else f"now {self.now}"


@dataclass(frozen=True)
class BoardThen:
    """The columns of a board, each by the numbers of its items, and how many items something became of since."""

    columns: Mapping[Category, Sequence[Then]]
    changes: Counter[str]

    @property
    def sentence(self) -> str:
        """`Since then 4 were paid down, 3 moved and 6 reported.`"""
        told = [(self.changes[word], word) for word in TOLD if self.changes[word]]
        if not told:
            return "Since then nothing was reported, moved or closed."
        (count, word), *others = told
        parts = [f"{count} {'was' if count == 1 else 'were'} {word}", *(f"{count} {word}" for count, word in others)]
        *most, last = parts
        return f"Since then {', '.join(most)} and {last}." if most else f"Since then {last}."


def board_then(board: Board, version: int, on: date) -> BoardThen:
    """At the end of a version, `on` the team's day that counts for waivers.

    In as many statements for any moment; they cost what happened since, and to what was open then.
    """
    turned = turned_since(board.id, version)
    open_then = _open_then(board, turned)
    last, _at = last_event(board, version)
    words = edited_since(open_then, last, "title", "size")
    exits = _exits(open_then, last, on)
    columns: dict[Category, list[Then]] = {category: [] for category in Category}
    for id, row in open_then.items():
        since = turned.get(id)
        category = Category((since and since.was) or row.category)
        then = {"title": row.title, "size": row.size} | words.get(id, {}) | exits.get(id, {})
        if category is not Category.CATASTROPHIC:
            then.pop("waived_until", None)
        now = since.now if since else category.value
        columns[category].append(Then(id=id, number=row.number, category=category, now=now, **then))
    return BoardThen(columns, Counter(chain.from_iterable(map(_changes, turned.values()))))


def last_event(board: Board, version: int) -> tuple[int, datetime]:
    """The last event up to a version, and when it happened; before the first one, when the board was opened."""
    found = db.session.execute(_last_event(), {"board": board.id, "version": version}).one_or_none()
    return (found.id, found.at) if found else (0, board.created_at)


def version_at(board: Board, moment: datetime) -> int:
    """The version of the last event at or before a moment; 0 before the first one."""
    return db.session.scalar(_version_at(), {"board": board.id, "moment": moment}) or 0


def _changes(turned: Turned) -> Iterator[str]:
    """What became of an item, all in all: what was reported and paid down since is counted as both."""
    if not turned.was_there:
        yield "reported"
    elif turned.is_open and turned.now != turned.was:
        yield "moved" if turned.was_open else "reopened"
    if not turned.is_open and turned.now != turned.was:
        yield "paid down" if turned.now == State.PAID else turned.now


def _open_then(board: Board, turned: Mapping[int, Turned]) -> dict[int, Any]:
    """What is written about them today, by their ids."""
    others = [id for id, each in turned.items() if each.was_open]
    rows = db.session.execute(
        select(Item.id, Item.number, Item.title, Item.size, type_coerce(Item.category, String).label("category"))
        .where(Item.board_id == board.id, or_(Item.state == State.OPEN, Item.id.in_(others)))
        .order_by(Item.number)
    )
    return {row.id: row for row in rows if row.id not in turned or turned[row.id].was_open}


def _exits(item_ids: Collection[int], event_id: int, day: date) -> dict[int, dict[str, Any]]:
    """Who was committed to items when the event happened, for which sprint, and until when they were waived."""
    promised: dict[int, int] = {}
    promises: dict[int, dict[str, Any]] = {}
    exits: dict[int, dict[str, Any]] = {id: {} for id in item_ids}
    for item_id, action, subject_id, what, until in db.session.execute(_exit_events(item_ids, event_id)):
        if action.startswith("waiver."):
            exits[item_id]["waived_until"] = until if action in WAIVING and until >= day else None
            continue
        promise = promises.setdefault(subject_id, {})
        promise |= {name: what[name] for name in ("owner", "sprint") if name in what}
        if action in OPENING:
            promised[item_id] = subject_id
        elif action in ENDING and promised.get(item_id) == subject_id:
            del promised[item_id]
    for item_id, subject_id in promised.items():
        exits[item_id] |= promises[subject_id]
    return exits


def _exit_events(item_ids: Collection[int], event_id: int) -> Select[Any]:
    is_waiver = Event.action.startswith("waiver.")
    return (
        select(Event.item_id, Event.action, Event.subject_id, Event.what, Waiver.until)
        .outerjoin(Waiver, and_(Waiver.id == Event.subject_id, is_waiver))
        .where(Event.item_id.in_(item_ids), Event.id <= event_id)
        .where(or_(Event.action.startswith("commitment."), is_waiver))
        .order_by(Event.id)
    )


@cache
def _last_event() -> Select[int, datetime]:
    return (
        select(Event.id, Event.at)
        .where(Event.board_id == bindparam("board"), Event.version <= bindparam("version"))
        .order_by(Event.version.desc(), Event.id.desc())
        .limit(1)
    )


@cache
def _version_at() -> Select[Any]:
    """Only turns are in order of their time in an index: those around the moment say where to look for it."""
    on_board = Event.board_id == bindparam("board")
    moment = bindparam("moment", type_=Event.at.type)
    turns = select(Event.version).where(on_board, Event.turned_into.is_not(None)).limit(1)
    before = turns.where(Event.at <= moment).order_by(Event.at.desc()).scalar_subquery()
    after = turns.where(Event.at > moment).order_by(Event.at).scalar_subquery()
    around = Event.version.between(func.coalesce(before, 0), func.coalesce(after, 2**31 - 1))
    return select(func.max(Event.version)).where(on_board, around, Event.at <= moment)

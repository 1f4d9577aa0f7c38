"""Undo: what a press did is answered by its inverse, a verb like any other, whose event says what it undoes.

Each package says for its own actions what their inverse is (`inverse_of`); this module knows only which events stand.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import aliased

from triage.clock import now
from triage.database import db
from triage.events.models import Event
from triage.events.sentences import COMMAND_LINE
from triage.refusal import Refused, Stale

if TYPE_CHECKING:
    from triage.accounts.models import User


class Inverse(Protocol):
    def __call__(self, event: Event, *, by: "User | None") -> None: ...


# How long people can undo what they did outside of meetings.
UNDOING = timedelta(minutes=10)
MOST_LOOKED_AT = 300

_INVERSES: dict[str, Inverse] = {}
_BESIDE: set[str] = set()


def inverse_of(*actions: str) -> Callable[[Inverse], Inverse]:
    """Say how these actions are undone: by a function of the event and of who undoes it."""

    def register(inverse: Inverse) -> Inverse:
        _INVERSES.update(dict.fromkeys(actions, inverse))
        return inverse

    return register


def stands_in_no_way(*actions: str) -> None:
    """Say of these actions that they leave an item as it is: what was done before is undone all the same.

    One that has an inverse goes with the press that it was a part of, and by itself only for who did it.
    """
    _BESIDE.update(actions)


def standing() -> Select[Event]:
    """Events that still hold: neither undone nor themselves an undo."""
    undoing = aliased(Event)
    return select(Event).where(
        Event.undoes_id.is_(None), ~select(undoing.id).where(undoing.undoes_id == Event.id).exists()
    )


def last_undoable(board_id: int, since_version: int) -> Event | None:
    """The latest event of a board, from a version on, that can be undone now.

    Not one that something stands on which has no inverse, such as a proposal that was declined.
    """
    return db.session.scalar(_last(is_own=False, is_of_item=False), {"board": board_id, "since": since_version})


def last_own(board_id: int, since_version: int, item_id: int | None = None, *, by: "User") -> Event | None:
    """The same of what somebody did in the last ten minutes: on the board, or to one item."""
    asked = {"board": board_id, "since": since_version, "by": by.id, "from": now() - UNDOING, "item": item_id}
    return db.session.scalar(_last(is_own=True, is_of_item=item_id is not None), asked)


@cache
def _last(*, is_own: bool, is_of_item: bool) -> Select[Event]:
    """Every board's page asks for this, however long its history: only so many of its events are looked at."""
    recent = (
        select(Event.id)
        .where(Event.board_id == bindparam("board"), Event.version >= bindparam("since"))
        .order_by(Event.version.desc(), Event.id.desc())
        .limit(MOST_LOOKED_AT)
    )
    mine = [Event.by_id == bindparam("by"), Event.at >= bindparam("from", type_=Event.at.type)]
    in_the_way = aliased(Event)
    final = select(in_the_way.id).where(
        in_the_way.item_id == Event.item_id,
        in_the_way.version >= Event.version,
        in_the_way.undoes_id.is_(None),
        in_the_way.action.not_in([*_INVERSES, *_BESIDE]),
    )
    return (
        standing()
        .where(Event.id.in_(recent), Event.action.in_(_INVERSES if is_own else _INVERSES.keys() - _BESIDE))
        .where(*(mine if is_own else []), *([Event.item_id == bindparam("item")] if is_of_item else []))
        .where(~final.exists())
        .order_by(Event.id.desc())
        .limit(1)
    )


def undo_own(event: Event, *, by: "User") -> None:
    """Undo what one did oneself just now. Raises Refused for what another did, and later; and as undo() does."""
    if event.by_id != by.id:
        name = event.by.name if event.by else COMMAND_LINE
        raise Refused(f"{name} did that, so it is not yours to undo. Move it anew instead.")
    if event.at < now() - UNDOING:
        raise Refused("That was more than ten minutes ago. Change it anew instead.")
    undo(event, by=by)


def undo(event: Event, *, by: "User | None") -> None:
    """Undo all that one press did to an item. The caller holds the board.

    Raises Refused for what cannot be undone or was undone before, Stale when the item was changed since.
    """
    together = list(
        db.session.scalars(
            standing()
            .where(Event.board_id == event.board_id, Event.version == event.version, Event.item_id == event.item_id)
            .where(Event.action.not_in(_BESIDE - _INVERSES.keys()))
            .order_by(Event.id.desc())
        )
    )
    if event.action not in _INVERSES or event.undoes_id is not None or any(e.action not in _INVERSES for e in together):
        raise Refused("This cannot be undone.")
    if event not in together:
        raise Refused("That was undone already.")
    later = db.session.scalar(
        standing()
        .where(Event.item_id == event.item_id, Event.id > together[0].id, Event.action.not_in(_BESIDE))
        .order_by(Event.id)
        .limit(1)
    )
    if later is not None:
        name = "You" if later.by == by else later.by.name if later.by else COMMAND_LINE
        raise Stale(f"{name} changed {event.subject} since. Undo that first, or move it anew.")
    for one in together:
        with undoing(one):
            _INVERSES[one.action](one, by=by)


@contextmanager
def undoing(event: Event) -> Iterator[None]:
    """What is recorded meanwhile says that it undoes this event (Recorded.record)."""
    around = db.session.info.get("undoes")
    db.session.info["undoes"] = event.id
    try:
        yield
    finally:
        db.session.info["undoes"] = around

"""A move from an old view of an item is answered with who moved it since, and never made silently."""

from datetime import timedelta

from sqlalchemy import select

from triage.accounts.models import User
from triage.clock import now
from triage.database import db
from triage.events.models import Event
from triage.events.sentences import COMMAND_LINE, sentence
from triage.items.models import Item
from triage.items.state import State
from triage.refusal import Stale
from triage.web.filters import ago

# Of category and state. What was written about it, or its place in a column, makes no move a different one.
MOVES = ("item.rated", "item.reopened", *(f"item.{state.value}" for state in State if state is not State.OPEN))

# Who presses twice in a row is faster than the stream, and knows what the first press did.
IN_A_ROW = timedelta(seconds=10)


class Moved(Stale):
    """Somebody moved the item since it was seen, or closed it."""

    def __init__(self, item: Item, event: Event, *, by: User | None) -> None:
        actor = "You" if event.by == by else event.by.name if event.by else COMMAND_LINE
        happened = f"{sentence(event, actor=actor, subject=item.code)} {ago(event.at)}."
        super().__init__(f"{happened} Move it anyway?" if item.is_open else happened)


def must_have_seen(item: Item, seen: int | None, *, by: User | None) -> None:
    """Raises Moved when an item was moved after the version of it that a screen showed; None says nothing of it."""
    if seen is None or item.version <= seen:
        return
    moves = select(Event).where(Event.item_id == item.id, Event.action.in_(MOVES), Event.version > seen)
    last = db.session.scalar(moves.order_by(Event.id.desc()).limit(1))
    if last is not None and not (last.by == by and now() - last.at < IN_A_ROW):
        raise Moved(item, last, by=by)

"""Splitting: an item that is several debts. It goes on under its own number, and its pieces stand beside it."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import lazyload

from triage.accounts.models import User
from triage.boards.category import Category
from triage.database import db
from triage.events.models import Event
from triage.events.sentences import COMMAND_LINE
from triage.events.undo import inverse_of, standing, undoing
from triage.items.drafts import ItemDraft
from triage.items.models import Item
from triage.items.state import PART
from triage.refusal import Refused, Stale

FEWEST, MOST = 2, 5


def split(item: Item, titles: Sequence[str], *, by: User | None) -> list[Item]:
    """A new item for each title, at the top of the same column, with the same why and fix; what it costs stays with it.

    Catastrophic debt needs an exit, and none covers the pieces: they go to the inbox. Raises Refused when it is not
    open, and for one title or for more than five.
    """
    item.must_be_open()
    titles = list(dict.fromkeys(titles))
    if not FEWEST <= len(titles) <= MOST:
        raise Refused(f"Write {FEWEST} to {MOST} titles, one per line.", field="titles")
    numbers = [item.board.take_number() for _title in titles]
    # Each goes to the top: from the last to the first they end up in the order in which they were written.
    pieces = [_piece(item, number, title, by) for number, title in reversed(list(zip(numbers, titles, strict=True)))]
    pieces.reverse()
    item.record("split", by=by, pieces=[piece.code for piece in pieces])
    return pieces


def pieces_of(item: Item) -> list[Item]:
    """What was split off it, dropped again or not."""
    split_off = select(Item).options(lazyload(Item.board)).where(Item.split_from_id == item.id).order_by(Item.number)
    return list(db.session.scalars(split_off))


def _piece(item: Item, number: int, title: str, by: User | None) -> Item:
    words = item.draft.model_dump() | {"title": title, "size": None}
    category = Category.INBOX if item.category is Category.CATASTROPHIC else item.category
    piece = Item.new(item.board, ItemDraft(**words), by=by, number=number, category=category, split_from=item)
    piece.record("split_off", by=by, turned=(PART, category), origin=item.code)
    return piece


@inverse_of("item.split")
def drop_pieces(event: Event, *, by: User | None) -> None:
    """Raises Stale when somebody has changed one of them since."""
    codes = event.what["pieces"]
    item = db.session.get_one(Item, event.item_id)
    pieces = [piece for piece in pieces_of(item) if piece.code in codes]
    ids = [piece.id for piece in pieces]
    later = standing().where(Event.item_id.in_(ids), Event.version > event.version).order_by(Event.id).limit(1)
    changed = db.session.scalar(later)
    if changed is not None:
        name = "You" if changed.by == by else changed.by.name if changed.by else COMMAND_LINE
        raise Stale(f"{name} changed {changed.subject} since. Undo that first, or drop the pieces one by one.")
    for beginning in db.session.scalars(select(Event).where(Event.item_id.in_(ids), Event.action == "item.split_off")):
        with undoing(beginning):
            db.session.get_one(Item, beginning.item_id).drop(by=by, why=f"The split of {item.code} was undone")
    item.record("split_undone", by=by, pieces=codes)

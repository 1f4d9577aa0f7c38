"""Several cards moved at once: those that may go there go, the others stay and are named."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select

from triage.accounts.models import User
from triage.boards.category import Category
from triage.boards.models import Board
from triage.database import db
from triage.items.exits import Exitless, must_have_exit
from triage.items.models import Item, Unexplained
from triage.items.stale import Moved, must_have_seen
from triage.refusal import Refused


@dataclass
class Outcome:
    """What became of a move of several: who went, and who stayed, by why."""

    category: Category
    went: list[Item] = field(default_factory=list)
    stayed: dict[str, list[Item]] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """`2 moved to expensive. D-4 and D-9 stay: moved meanwhile.`"""
        went = f"{len(self.went) or 'Nothing'} moved to {self.category}."
        return " ".join((went, *(f"{_named(items)}: {why}." for why, items in self.stayed.items())))


def place_all(board: Board, seen: Mapping[int, int | None], category: Category, *, by: User | None) -> Outcome:
    """Move items of a board, by their ids and the versions that were seen, in the order they stand to a column's top.

    Raises Refused when none of them may.
    """
    chosen = select(Item).where(Item.board_id == board.id, Item.id.in_(seen)).order_by(Item.category, Item.position)
    items = db.session.scalars(chosen).all()
    if len(items) < len(seen):
        raise Refused("Something that is selected is not on this board. Reload the page.")
    outcome, above = Outcome(category), None
    for item in items:
        if item.is_open and item.category is category:
            continue
        try:
            must_have_seen(item, seen[item.id], by=by)
            must_have_exit(item, category)
            item.rate(category, after=above, by=by)
        except Refused as refusal:
            outcome.stayed.setdefault(_why(refusal), []).append(item)
        else:
            above = item.id
            outcome.went.append(item)
    if not outcome.went:
        raise Refused(outcome.sentence if outcome.stayed else f"What is selected is {category} already.")
    return outcome


def _why(refusal: Refused) -> str:
    match refusal:
        case Unexplained():
            return "expensive debt needs its why and fix first"
        case Exitless():
            return "catastrophic debt needs an exit, chosen card by card"
        case Moved():
            return "moved meanwhile"
        case _:
            return "not open any more"


def _named(items: list[Item]) -> str:
    *others, last = (item.code for item in items)
    return f"{', '.join(others)} and {last} stay" if others else f"{last} stays"

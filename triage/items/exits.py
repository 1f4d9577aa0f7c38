"""Whether an item may stand as catastrophic now: by one of three exits, or while a meeting sorts.

Two of what lets it in are of packages that items know nothing of, a commitment and a meeting: they say so here.
"""

from collections.abc import Callable

from triage.accounts.models import User
from triage.boards.category import Category
from triage.items.drafts import ExitDraft
from triage.items.models import Item
from triage.items.stale import must_have_seen
from triage.items.waiver import Waiver
from triage.refusal import Refused

Reason = Callable[[Item], bool]
_REASONS: list[Reason] = []


class Exitless(Refused):
    """Whoever moves an item to catastrophic says with it by which exit it stands there."""

    def __init__(self, item: Item) -> None:
        super().__init__(stays(item))


def lets_in(reason: Reason) -> Reason:
    """For packages that items know nothing of: say when an item may be catastrophic."""
    _REASONS.append(reason)
    return reason


def stays(item: Item) -> str:
    """What is said when it is not moved after all."""
    return f"{item.code} stays in {item.category}: catastrophic debt needs an exit."


def may_be_catastrophic(item: Item) -> bool:
    """Is it committed, waived, or asked to be? Or is it being sorted, and the meeting sees to its exit?"""
    return Waiver.standing(item) is not None or any(reason(item) for reason in _REASONS)


def must_have_exit(item: Item, category: Category) -> None:
    """What a door asks before it moves an item. Raises Exitless for one that would become catastrophic without."""
    is_news = category is Category.CATASTROPHIC and item.category is not Category.CATASTROPHIC
    if is_news and item.is_open and not may_be_catastrophic(item):
        raise Exitless(item)


def move_along(item: Item, draft: ExitDraft, *, by: User | None) -> None:
    """The move that an exit was chosen for, in one transaction with it. Raises as must_have_seen() and rate() do."""
    if draft.is_move and item.category is not Category.CATASTROPHIC:
        must_have_seen(item, draft.version, by=by)
        item.rate(Category.CATASTROPHIC, after=draft.after, by=by)

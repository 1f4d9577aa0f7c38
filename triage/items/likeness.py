"""Likeness: items that share a tag or a directory and later worsened. A team's own history helps to choose."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from sqlalchemy import ColumnElement, and_, or_

from triage.boards.category import Category
from triage.database import db
from triage.events.models import Event
from triage.events.undo import standing
from triage.items.models import Item

# A directory this deep says what a path belongs to; in one above it half of a repository lies.
DEEP = 2
MOST = 5
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


@dataclass(frozen=True)
class Worsened:
    """An item that was like this one, what it became, and in how many sprints since it was reported."""

    item: Item
    became: Category
    sprints: int
    shared: str


@dataclass(frozen=True)
class Likeness:
    """Those that worsened, the worst and quickest first."""

    worsened: Sequence[Worsened]

    @property
    def sentence(self) -> str:
        """`Two like this became catastrophic within six sprints.`"""
        parts: list[str] = []
        for category in (Category.CATASTROPHIC, Category.EXPENSIVE):
            found = [one for one in self.worsened if one.became is category]
            if found:
                within = max(one.sprints for one in found)
                like = " like this" if not parts else ""
                sprints = f"{_number(within)} sprint{'s' if within > 1 else ''}"
                parts.append(f"{_number(len(found))}{like} became {category} within {sprints}")
        text = ", ".join(parts)
        return f"{text[:1].upper()}{text[1:]}."

    @property
    def shown(self) -> Sequence[Worsened]:
        return self.worsened[:MOST]


def likeness_of(item: Item) -> Likeness | None:
    """None when no item like this one ever worsened."""
    if not item.tags and not item.paths:
        return None
    days = item.board.team.sprint_days
    found: dict[int, Worsened] = {}
    for event, other in db.session.execute(
        standing()
        .add_columns(Item)
        .join(Item, Item.id == Event.item_id)
        .where(Event.board_id == item.board_id, Event.action == "item.rated", Item.id != item.id, _is_worse())
        .order_by(Event.id)
    ):
        shared = what_is_shared(item, other)
        if shared:
            sprints = _sprints(other.reported_at, event.at, days)
            found[other.id] = Worsened(other, Category(event.what["now"].lower()), sprints, shared)
    order = list(Category)
    worst_first = sorted(found.values(), key=lambda one: (-order.index(one.became), one.sprints, one.item.number))
    return Likeness(worst_first) if worst_first else None


def what_is_shared(one: Item, other: Item) -> str:
    """A tag, or a directory that both have paths in; empty when nothing is."""
    tags = [tag for tag in one.tags if tag in other.tags]
    if tags:
        return tags[0]
    return _shared_directory(_directories(one.paths), _directories(other.paths))


def _shared_directory(ones: Iterable[PurePosixPath], others: Sequence[PurePosixPath]) -> str:
    for here in ones:
        for there in others:
            outer, inner = sorted((here, there), key=lambda path: len(path.parts))
            if outer == inner or (len(outer.parts) >= DEEP and inner.is_relative_to(outer)):
                return f"{outer}/"
    return ""


def _directories(paths: Iterable[str]) -> list[PurePosixPath]:
    """Of `app/auth/login.py:17` and `app/auth/*` it is `app/auth`; what lies at the top has none."""
    found = (PurePosixPath(path.lstrip("./").partition(":")[0].partition("*")[0] + "_").parent for path in paths)
    return [directory for directory in dict.fromkeys(found) if directory.parts]


def _is_worse() -> ColumnElement[bool]:
    was, now = Event.what["was"].as_string(), Event.what["now"].as_string()
    cheap, expensive, catastrophic = (
        category.label for category in (Category.CHEAP, Category.EXPENSIVE, Category.CATASTROPHIC)
    )
    return or_(
        and_(was == cheap, now.in_([expensive, catastrophic])),
        and_(was == expensive, now == catastrophic),
    )


def _sprints(since: datetime, until: datetime, days: int) -> int:
    """Those that had begun by then, the one it was reported in counted."""
    return max(0, (until - since).days) // days + 1


def _number(count: int) -> str:
    return NUMBERS[count] if count < len(NUMBERS) else str(count)

"""Board ↔ debt log: what an import would change, accepting it, and the export.

Nothing is written before it was seen: plan() says what would change, Plan.accept() does that and no more.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from enum import StrEnum
from typing import Any

from sqlalchemy import case, select

from triage.accounts.models import User
from triage.boards.category import Category
from triage.boards.models import Board
from triage.clock import now
from triage.database import db
from triage.debtlog.entry import Entry, Log, same_title
from triage.debtlog.grammar import write
from triage.debtlog.size import in_unit
from triage.items.drafts import MANY, TITLE, WORDS, ItemDraft
from triage.items.models import Item
from triage.items.state import ELSEWHERE, State
from triage.refusal import Refused
from triage.web.drafts import clean

MOST = 2_000


class Fate(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True)
class Step:
    """One entry of the log, the item it is on the board already (if any), and what would change on that."""

    entry: Entry
    draft: ItemDraft
    item: Item | None
    changes: dict[str, tuple[Any, Any]]

    @property
    def fate(self) -> Fate:
        return Fate.NEW if self.item is None else Fate.CHANGED if self.changes else Fate.SAME


@dataclass(frozen=True)
class Plan:
    """What an import would do to a board."""

    board: Board
    steps: Sequence[Step]
    notes: Sequence[str]

    def of(self, fate: Fate) -> list[Step]:
        return [step for step in self.steps if step.fate is fate]

    def accept(self, *, by: User | None, source: str) -> int:
        """Write what the plan says; answers how many items are new or changed."""
        done = [step for step in self.steps if step.fate is not Fate.SAME]
        numbers = self._numbers([step for step in done if step.item is None]) if done else {}
        # Each new item goes to the top of its column: from the last to the first they end up in the file's order.
        for step in reversed(done):
            if step.item is None:
                _bring_in(self.board, step, numbers[id(step)], by=by, source=source)
            else:
                _bring_up_to_date(step.item, step, by=by)
        return len(done)

    def _numbers(self, new: Sequence[Step]) -> dict[int, int]:
        """Those that the file gives, and behind them the board's next ones, in the file's order."""
        self.board.hold()
        given = [step.entry.number for step in new if step.entry.number is not None]
        self.board.next_number = max([self.board.next_number, *(number + 1 for number in given)])
        return {id(step): step.entry.number or self.board.take_number() for step in new}


def plan(board: Board, log: Log) -> Plan:
    """Hold a log against a board. Raises Refused for more items than one import may bring."""
    if len(log.entries) > MOST:
        raise Refused(f"This log has {len(log.entries)} items; {MOST} fit into one import. Split the file.")
    items = db.session.scalars(select(Item).where(Item.board_id == board.id)).all()
    known = _Known(items)
    notes = list(log.notes)
    steps = []
    for entry in log.entries:
        draft = _draft(entry, board.team.unit, notes)
        item = known.find(entry)
        entry = _explained(entry, draft, item, notes)
        steps.append(Step(entry, draft, item, _changes(item, entry, draft) if item else {}))
    return Plan(board, steps, notes)


def export(board: Board) -> str:
    """The board as TECH_DEBT.md: the open log in its columns' order, then the resolved one."""
    column = case({category.value: rank for rank, category in enumerate(Category)}, value=Item.category)
    items = db.session.scalars(
        select(Item)
        .where(Item.board_id == board.id, Item.state != State.MERGED)
        .order_by(column, Item.position, Item.number)
    )
    return write(board.name, [_entry(item, board.team.unit) for item in items])


class _Known:
    """The items of a board, found again by number, by what an earlier import called them, or by title."""

    def __init__(self, items: Iterable[Item]) -> None:
        self._by_number = {item.number: item for item in items}
        self._by_origin = {item.origin: item for item in items if item.origin}
        self._by_title = {same_title(item.title): item for item in items}

    def find(self, entry: Entry) -> Item | None:
        """Each item is found once: two entries of a log are two items."""
        if entry.number is not None:
            found = self._by_number.pop(entry.number, None)
        else:
            found = self._by_origin.pop(_origin(entry), None) or self._by_title.get(same_title(entry.title))
        if found is not None:
            self._by_number.pop(found.number, None)
            self._by_title.pop(same_title(found.title), None)
            self._by_origin.pop(found.origin or "", None)
        return found


def _origin(entry: Entry) -> str:
    return (entry.origin or same_title(entry.title))[:300]


def _draft(entry: Entry, unit: str, notes: list[str]) -> ItemDraft:
    """The entry as an item of ours; what does not fit is kept in its why, and said."""
    size, rest = in_unit(entry.size, unit)
    is_word = rest and len(rest) <= 12  # S, M, L, "2 sprints"
    why = "\n\n".join(part for part in (clean(entry.why), rest and not is_word and f"Effort: {rest}") if part)
    tags = [*entry.tags, f"effort {rest}"] if is_word else entry.tags
    title = clean(" ".join(entry.title.split())) or "Untitled"
    if len(title) > TITLE:
        why = f"{title}\n\n{why}".strip()
        title = title[: TITLE - 1].rstrip() + "…"
    lists, left = _sorted_out(
        paths=[clean(path) for path in entry.paths],
        tags=[clean(tag).lower().replace(",", "") for tag in tags],
        links=[clean(link) for link in entry.links],
    )
    if not _fits("size", size):
        size, left = None, [f"Size: {entry.size}", *left]
    notes += [f"Line {entry.lines[0]}: the board does not take “{words[:60]}” as such; see why." for words in left]
    why = "\n\n".join(part for part in (why, *left) if part)
    for words in (why, entry.fix):
        if len(words) > WORDS:
            notes.append(f"Line {entry.lines[0]}: “{title[:60]}” is {len(words)} characters long; {WORDS} were taken.")
    return ItemDraft.model_construct(
        title=title,
        why=why[:WORDS].rstrip(),
        fix=clean(entry.fix)[:WORDS].rstrip(),
        size=size,
        spread=entry.spread,
        paths=lists["paths"],
        tags=lists["tags"],
        links=lists["links"],
    )


def _sorted_out(**lists: list[str]) -> tuple[dict[str, list[str]], list[str]]:
    """Of each list what the form would take too, and the rest in words."""
    taken, left = {}, []
    for field, values in lists.items():
        taken[field] = [value for value in values[:MANY] if value and _fits(field, [value])]
        rest = dict.fromkeys(value for value in values if value and value not in taken[field])
        if rest:
            left.append(f"{field.capitalize()}: {', '.join(rest)}")
    return taken, left


def _fits(field: str, value: Any) -> bool:
    try:
        ItemDraft.read({"title": "Any", field: value})
    except Refused:
        return False
    return True


def _explained(entry: Entry, draft: ItemDraft, item: Item | None, notes: list[str]) -> Entry:
    """A file lets nothing into a category that the board would not: what lacks its why or fix waits in the inbox."""
    category = entry.category or Category.INBOX
    if (entry.number is None and item is not None) or entry.state != State.OPEN or not category.misses(draft):
        return entry
    stays = item.category if item and not item.category.misses(draft) else Category.INBOX
    notes.append(
        f"Line {entry.lines[0]}: “{draft.title[:60]}” stays in the {stays}:"
        f" {category} debt says why it was taken and what fixing it requires."
    )
    return replace(entry, category=stays)


def _changes(item: Item, entry: Entry, draft: ItemDraft) -> dict[str, tuple[Any, Any]]:
    """Only our own format speaks for an item that is known: any other log is read once and then left to the board."""
    if entry.number is None:
        return {}
    pairs = {name: (getattr(item, name), value) for name, value in draft}
    pairs["category"] = (item.category, entry.category or item.category)
    pairs["state"] = (item.state, entry.state)
    pairs["closed_why"] = (item.closed_why, clean(entry.reason) if entry.state != State.OPEN else "")
    closed = item.closed_at.date() if item.closed_at else None
    pairs["closed"] = (closed, entry.closed or closed)
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _bring_in(board: Board, step: Step, number: int, *, by: User | None, source: str) -> None:
    entry = step.entry
    item = Item.new(
        board,
        step.draft,
        by=by,
        number=number,
        category=entry.category or Category.INBOX,
        origin=None if entry.number is not None else _origin(entry),
    )
    item.state = entry.state
    if not item.is_open:
        item.closed_at, item.closed_why = _moment(entry), clean(entry.reason)
    item.record("imported", by=by, turned=(ELSEWHERE, item.stands_as), source=source)


def _bring_up_to_date(item: Item, step: Step, *, by: User | None) -> None:
    """Through the same verbs as everyone's, in an order in which none of them is refused."""
    entry, changes = step.entry, step.changes
    if not item.is_open and changes.keys() & {"state", "category", "closed", "closed_why"}:
        item.reopen(by=by)
    category = changes["category"][1] if "category" in changes else item.category
    if item.is_open and category != item.category and not category.misses(item):
        item.rate(category, by=by)
    if changes.keys() & ItemDraft.model_fields.keys():
        item.edit(step.draft, by=by)
    if item.is_open and category != item.category:
        item.rate(category, by=by)
    if item.is_open and entry.state != State.OPEN:
        item.close(entry.state, by=by, why=clean(entry.reason), at=_moment(entry))


def _moment(entry: Entry) -> datetime:
    return datetime.combine(entry.closed, time(12), UTC) if entry.closed else now()


def _entry(item: Item, unit: str) -> Entry:
    return Entry(
        number=item.number,
        title=item.title,
        state=item.state,
        category=item.category,
        why=item.why,
        fix=item.fix,
        size="" if item.size is None else f"{item.size:g} {unit}",
        spread=item.spread,
        paths=tuple(item.paths),
        tags=tuple(item.tags),
        links=tuple(item.links),
        closed=item.closed_at.date() if item.closed_at else None,
        reason=item.closed_why,
    )

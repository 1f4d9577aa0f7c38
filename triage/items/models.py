"""Item: one debt, and its verbs. A verb checks, changes and records; it never commits."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    Text,
    bindparam,
    select,
    text,
    update,
)
from sqlalchemy import func as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from triage.accounts.models import User
from triage.boards.category import Category
from triage.boards.models import Board, BoardOwned
from triage.clock import now
from triage.database import Base, db
from triage.events.models import Event, Recorded
from triage.events.sentences import COMMAND_LINE
from triage.items.drafts import BRING_BACK, TITLE, ItemDraft
from triage.items.placing import ABOVE_ALL, between, respaced
from triage.items.spread import Spread
from triage.items.state import State
from triage.refusal import Refused, Stale
from triage.web.filters import day


class Unexplained(Refused):
    """Expensive debt is let in on the record only: its why and fix must be written first."""

    def __init__(self, item: "Item", missing: Iterable[str]) -> None:
        self.item, self.missing = item, tuple(missing)
        words = {"why": "why the shortcut was taken", "fix": "what fixing it requires"}
        asked = " and ".join(words[name] for name in self.missing)
        super().__init__(f"Expensive debt goes on the record: write down {asked}.", field=self.missing[0])


class Item(Recorded, BoardOwned, Base):
    """One debt on a board. Its number never changes and is never given to another.

    `size` is in the team's unit. `version` is the board's version at the item's last change. `origin` is how an
    imported log called it, so that a second import knows it again. `bring_back_…` say when it comes up again: on a day,
    in a sprint, or at what a person wrote; `postponed` is how often somebody put it off so (bring_back.py).
    """

    __tablename__ = "item"
    __table_args__ = (
        Index("uq_item_board_id_number", "board_id", "number", unique=True),
        # The order of a column, and the promise that no two open cards share a place in it.
        Index(
            "uq_item_board_id_category_position",
            "board_id",
            "category",
            "position",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_item_board_id_version", "board_id", "version"),
        Index("ix_item_board_id_origin", "board_id", "origin"),
        Index("ix_item_merged_into_id", "merged_into_id"),
        Index("ix_item_split_from_id", "split_from_id"),
    )

    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(TITLE))
    why: Mapped[str] = mapped_column(Text, default="")
    fix: Mapped[str] = mapped_column(Text, default="")
    category: Mapped[Category] = mapped_column(default=Category.INBOX)
    position: Mapped[int] = mapped_column(BigInteger)
    size: Mapped[float | None]
    spread: Mapped[Spread] = mapped_column(default=Spread.UNKNOWN)
    paths: Mapped[list[str]] = mapped_column(default=list)
    tags: Mapped[list[str]] = mapped_column(default=list)
    links: Mapped[list[str]] = mapped_column(default=list)
    state: Mapped[State] = mapped_column(default=State.OPEN)
    closed_at: Mapped[datetime | None]
    closed_why: Mapped[str] = mapped_column(Text, default="")
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"))
    split_from_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"))
    bring_back_on: Mapped[date | None]
    bring_back_sprint: Mapped[int | None]
    bring_back_when: Mapped[str] = mapped_column(String(BRING_BACK), default="")
    postponed: Mapped[int] = mapped_column(default=0)
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    reported_at: Mapped[datetime]
    origin: Mapped[str | None] = mapped_column(String(300))
    version: Mapped[int]

    reporter: Mapped[User | None] = relationship()
    merged_into: Mapped["Item | None"] = relationship(remote_side="Item.id", foreign_keys=merged_into_id)
    split_from: Mapped["Item | None"] = relationship(remote_side="Item.id", foreign_keys=split_from_id)

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def code(self) -> str:
        return f"D-{self.number}"

    @property
    def is_open(self) -> bool:
        return self.state is State.OPEN

    @property
    def stands_as(self) -> str:
        """Its category while it is open, else its state."""
        return str(self.category if self.is_open else self.state)

    @property
    def draft(self) -> ItemDraft:
        """All that can be edited, as it stands."""
        return ItemDraft.model_construct(**{name: getattr(self, name) for name in ItemDraft.model_fields})

    @property
    def line(self) -> "list[Item]":
        """It, and behind it those that it was merged into, one into the next."""
        return [self, *(self.merged_into.line if self.merged_into else [])]

    @property
    def comes_back(self) -> str:
        """When it comes up again, as the end of a sentence; empty when nobody put it off."""
        if self.bring_back_when:
            return f"“{self.bring_back_when}”"
        if self.bring_back_sprint is not None:
            return f"in sprint {self.bring_back_sprint}"
        return "" if self.bring_back_on is None else f"on {day(self.bring_back_on)}"

    @property
    def insists_on_exit(self) -> bool:
        """Does it stand only by a commitment or a waiver, and otherwise not at all?"""
        return self.is_open and self.category is Category.CATASTROPHIC

    @classmethod
    def numbered(cls, board: Board, number: int) -> "Item":
        """The item of a board that people call so. Raises Refused when there is none."""
        found = db.session.scalar(select(cls).where(cls.board_id == board.id, cls.number == number))
        if found is None:
            raise Refused(f"There is no D-{number} on this board.", field="into")
        return found

    @classmethod
    def report(cls, board: Board, draft: ItemDraft, *, by: User | None) -> "Item":
        """A new item at the top of the inbox."""
        item = cls.new(board, draft, by=by)
        item.record("reported", by=by, turned=(None, item.stands_as))
        return item

    @classmethod
    def new(cls, board: Board, draft: ItemDraft, *, by: User | None, number: int | None = None, **more: Any) -> "Item":
        """An open item with the board's next number (or one it had before), not yet recorded."""
        item = cls(
            team_id=board.team_id,
            board=board,
            number=number or board.take_number(),
            state=State.OPEN,
            reporter=by,
            reported_at=now(),
            version=0,
            bring_back_when="",
            postponed=0,
            **({"category": Category.INBOX} | draft.model_dump() | more),
        )
        item.position = item._place_after(None)
        return item

    def edit(self, draft: ItemDraft, *, by: User | None, seen: int | None = None) -> None:
        """Change what is written about it, by a form that was opened on the version `seen`.

        Raises Stale when that would undo what was written since, and Unexplained when expensive debt would lose its
        why or fix.
        """
        changed = {name: (getattr(self, name), value) for name, value in draft if getattr(self, name) != value}
        if seen is not None:
            self._must_undo_nothing(changed, seen, by)
        if self.is_open:
            self._must_be_explained(draft, self.category)
        for name, (_was, value) in changed.items():
            setattr(self, name, value)
        if changed:
            self.record(
                "edited", by=by, fields=list(changed), changes={name: list(pair) for name, pair in changed.items()}
            )

    def explain(self, *, why: str | None, fix: str | None, by: User | None, seen: int | None = None) -> None:
        """Write down its why and fix; None leaves one as it is."""
        changes = {name: text for name, text in (("why", why), ("fix", fix)) if text is not None}
        self.edit(self.draft.model_copy(update=changes), by=by, seen=seen)

    def rate(self, category: Category, *, by: User | None, after: int | None = None, why: str = "") -> None:
        """Move to a category: to its top, or behind the item whose id is `after`; the same for a new order.

        Raises Unexplained when the category insists on words that are missing, Refused when it is not open.
        """
        self._must_be_let_into(category)
        position = self._place_after(after, category)
        if (category, position) != (self.category, self.position):
            self._move(category, position, by=by, why=why)

    def put_back(self, category: Category, position: int, *, by: User | None) -> None:
        """To where it stood before it was moved, or to the top when that place is taken. Raises as rate() does."""
        self._must_be_let_into(category)
        self._move(category, self._place_at(position, category), by=by)

    def step(self, direction: str, *, by: User | None) -> None:
        """One place `up` or `down` in its column, or to its `top` or `bottom`."""
        self.must_be_open()
        column = self.board_column(self.category)
        here = column.index(self.id)
        order = column[:here] + column[here + 1 :]
        there = {"up": max(here - 1, 0), "down": min(here + 1, len(order)), "top": 0, "bottom": len(order)}[direction]
        if there != here:
            self.rate(self.category, by=by, after=order[there - 1] if there else None)

    def pay(self, *, by: User | None, why: str = "") -> None:
        """It was fixed."""
        self.close(State.PAID, by=by, why=why)

    def drop(self, *, by: User | None, why: str) -> None:
        """It does not matter any more. Raises Refused without a reason."""
        if not why.strip():
            raise Refused("Say in a few words why it is dropped: next year somebody will ask.", field="reason")
        self.close(State.DROPPED, by=by, why=why)

    def refuse(self, *, by: User | None, why: str) -> None:
        """The shortcut was not taken after all. Raises Refused unless it is said what was undone."""
        if not why.strip():
            raise Refused("Say what was undone, with a link to the change if there is one.", field="reason")
        self.close(State.REFUSED, by=by, why=why)

    def close(self, state: State, *, by: User | None, why: str, at: datetime | None = None) -> None:
        """It is over, since `at` (now, unless a log says when)."""
        self.must_be_open()
        self.state, self.closed_at, self.closed_why = state, at or now(), why
        self.record(state.value, by=by, why=why, turned=(self.category, state), position=self.position)

    def merge(self, into: "Item", *, by: User | None) -> None:
        """It is the same debt as another on its board, which goes on for both. Raises Refused unless both are open."""
        if into.id == self.id:
            raise Refused(f"{self.code} is this item. Name the one that goes on for both.", field="into")
        if into.board_id != self.board_id:
            raise Refused("Both items stand on the same board.", field="into")
        if not into.is_open:
            raise Refused(f"{into.code} is {into.state.value} already. Reopen it first, or name another.", field="into")
        for objection in _OBJECTIONS:
            objection(self)
        self.merge_again(into, by=by, at=now())

    def merge_again(self, into: "Item", *, by: User | None, at: datetime) -> None:
        """As it was before it was reopened, whatever became of the other one since. Raises Refused for a circle."""
        self.must_be_open()
        if self in into.line:
            raise Refused(f"{into.code} was merged into {self.code} since. Undo that first.")
        self.state, self.merged_into, self.closed_at = State.MERGED, into, at
        self.record("merged", by=by, turned=(self.category, self.state), into=into.code, position=self.position)
        self.line[-1].version = self.version  # its card shows what this one cost

    def reopen(self, *, by: User | None, why: str = "", position: int | None = None) -> None:
        """It was not over after all: back to the top of its column, or to a `position` there if it is free."""
        if self.is_open:
            raise Refused(f"{self.code} is open already.")
        went_on, closed = self.line[-1], self.state
        was: dict[str, Any] = {
            "was": self.state.value,
            "closed_at": self.closed_at and self.closed_at.isoformat(),
            "closed_why": self.closed_why,
            "into": self.merged_into and self.merged_into.id,
        }
        self.position = self._place_at(position)
        self.state, self.merged_into, self.closed_at, self.closed_why = State.OPEN, None, None, ""
        self.record("reopened", by=by, why=why, turned=(closed, self.category), **was)
        went_on.version = self.version

    def board_column(self, category: Category) -> list[int]:
        """The ids of a column's open items, in order."""
        return list(
            db.session.scalars(
                select(Item.id)
                .where(Item.board_id == self.board_id, Item.category == category, Item.state == State.OPEN)
                .order_by(Item.position)
            )
        )

    def must_be_open(self) -> None:
        if not self.is_open:
            raise Refused(f"{self.code} is {self.state.value} already. Reopen it first.")

    def event_places(self) -> dict[str, int | None]:
        """Every record is a change of the card: it gets the board's new version with it."""
        self.board.hold()
        self.version = self.board.version
        return {"board_id": self.board_id or self.board.id, "version": self.version, "item_id": self.id}

    def _must_be_let_into(self, category: Category) -> None:
        self.must_be_open()
        self._must_be_explained(self, category)

    def _must_be_explained(self, words: Any, category: Category) -> None:
        missing = category.misses(words)
        if missing:
            raise Unexplained(self, missing)

    def _must_undo_nothing(self, fields: Iterable[str], seen: int, by: User | None) -> None:
        """Moves do not count, nor what was written in other fields."""
        if self.version <= seen:
            return
        edited = (Event.item_id == self.id, Event.action == "item.edited", Event.version > seen)
        edits = db.session.scalars(select(Event).where(*edited).order_by(Event.id))
        undone = [edit for edit in edits if not set(fields).isdisjoint(edit.what["fields"])]
        if undone:
            names = ["You" if edit.by == by else edit.by.name if edit.by else COMMAND_LINE for edit in undone]
            raise Stale(
                f"{' and '.join(dict.fromkeys(names))} edited {self.code} meanwhile."
                " Both are shown: put together what should stand, and save again."
            )

    def _move(self, category: Category, position: int, *, by: User | None, why: str = "") -> None:
        was, old_position = self.category, self.position
        self.category, self.position = category, position
        if was == category:
            self.record("ordered", by=by, category=category.label, position=old_position)
        else:
            self.record(
                "rated",
                by=by,
                why=why,
                turned=(was, category),
                was=was.label,
                now=category.label,
                position=old_position,
            )

    def _place_at(self, position: int | None, category: Category | None = None) -> int:
        """A position in a column if no other card has it, else its top."""
        self.board.hold()
        column = {"board": self.board.id, "category": category or self.category, "own": self.id}
        if position is None or db.session.scalar(_taken(), column | {"position": position}):
            return self._place_after(None, category)
        return position

    def _place_after(self, after: int | None, category: Category | None = None) -> int:
        """A free position in a column: at its top, or behind the item `after` if that still stands there.

        When the card it was dropped behind has moved away meanwhile it goes to the top, however far down it was
        dropped: there it is seen.
        """
        self.board.hold()
        category = category or self.category
        column = {"board": self.board.id, "category": category, "own": self.id or 0}
        above = db.session.scalar(_position(), column | {"after": after}) if after else None
        below = db.session.scalar(_next_position(), column | {"above": ABOVE_ALL if above is None else above})
        position = between(above, below)
        if position is None:
            self._space_anew(category)
            return self._place_after(after, category)
        return position

    def _space_anew(self, category: Category) -> None:
        """The gaps of a column are used up. Who watches must see the new positions: each card gets the new version."""
        column = (Item.board_id == self.board.id, Item.category == category, Item.state == State.OPEN)
        order = list(db.session.scalars(select(Item.id).where(*column, Item.id != self.id).order_by(Item.position)))
        highest = db.session.scalar(select(sql.max(Item.position)).where(*column)) or 0
        for id, position in zip(order, respaced(len(order), highest), strict=True):
            db.session.execute(update(Item).where(Item.id == id).values(position=position, version=self.board.version))


_OBJECTIONS: list[Callable[[Item], None]] = []


def before_merge(objection: Callable[[Item], None]) -> None:
    """For packages that items know nothing of: raise Refused when an item must not be merged away."""
    _OBJECTIONS.append(objection)


# Asked with every move, so put together once: that costs more than running them.


@cache
def _position() -> Select[int]:
    """Where the item `after` stands in a column."""
    return select(Item.position).where(*_others(), Item.id == bindparam("after"))


@cache
def _next_position() -> Select[int | None]:
    """Where the first card below `above` stands in a column."""
    return select(sql.min(Item.position)).where(*_others(), Item.position > bindparam("above"))


@cache
def _taken() -> Select[int]:
    """Who stands at a position of a column."""
    return select(Item.id).where(*_others(), Item.position == bindparam("position"))


def _others() -> tuple[ColumnElement[bool], ...]:
    return (
        Item.board_id == bindparam("board"),
        Item.category == bindparam("category"),
        Item.state == State.OPEN,
        Item.id != bindparam("own"),
    )

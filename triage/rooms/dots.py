"""Dots: how a room's people say in private what matters most, each with the same budget.

What carries dots is a kind's own (items, notes), and so is the table of who placed how many on what. Nobody but that
person's own pages reads its rows; a reveal takes totals, and the end deletes them all.
"""

from collections.abc import Iterable
from typing import Any, ClassVar

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    ScalarSelect,
    Select,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute, Mapped, declared_attr, mapped_column

from triage.accounts.models import User
from triage.database import TeamOwned, db
from triage.refusal import Refused, Stale
from triage.rooms.attendance import Attendance
from triage.rooms.models import Ritual


class Dots(TeamOwned):
    """How many dots one person has on one thing: an abstract table. `on` names the column that says which."""

    on: ClassVar[str]
    thing: ClassVar[str]

    ritual_id: Mapped[int] = mapped_column(ForeignKey("ritual.id"))
    attendance_id: Mapped[int] = mapped_column(ForeignKey("attendance.id"))
    count: Mapped[int]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        table, on = cls.__tablename__, cls.on  # type: ignore[attr-defined]
        return (
            Index(f"uq_{table}_attendance_id_{on}", "attendance_id", on, unique=True),
            Index(f"ix_{table}_ritual_id_{on}", "ritual_id", on),
            CheckConstraint("count > 0", "count"),
        )


def place(table: Any, attendance: Attendance, id: int, together: Select[int]) -> None:
    """Place one. The budget and the most on one thing are kept by conditional updates, however many try at once.

    `together` are the ids of the others whose dots count for the same. Raises Refused when either is used up.
    """
    ritual = attendance.ritual
    spent = db.session.execute(
        update(Attendance)
        .where(Attendance.id == attendance.id, Attendance.dots_spent < _of(ritual, Ritual.dots))
        .values(dots_spent=Attendance.dots_spent + 1)
        .returning(Attendance.dots_spent)
    ).scalar_one_or_none()
    if spent is None:
        raise Refused(f"All your {ritual.dots} dots are placed. Take one back first.")
    column = getattr(table, table.on)
    mine = (table.attendance_id == attendance.id, column == id)
    others = select(func.coalesce(func.sum(table.count), 0)).where(
        table.attendance_id == attendance.id, column.in_(together), column != id
    )
    placed = db.session.execute(
        update(table)
        .where(*mine, table.count + others.scalar_subquery() < _of(ritual, Ritual.dots_per_item))
        .values(count=table.count + 1)
        .returning(table.id)  # sqlite3 counts no rows of a statement that begins WITH
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if placed is None:
        on_it = db.session.scalar(select(table.count).where(*mine)) or 0
        if on_it + (db.session.scalar(others) or 0) >= ritual.dots_per_item:
            raise Refused(f"{ritual.dots_per_item} dots on one {table.thing} is the most. Place it on another.")
        row = {table.on: id, "ritual_id": ritual.id, "attendance_id": attendance.id, "count": 1}
        db.session.add(table(team_id=ritual.team_id, **row))
        db.session.flush()
    _spent(attendance)


def take_back(table: Any, attendance: Attendance, id: int, together: Select[int]) -> bool:
    """Take one back, from it or from what counts for the same. False when none of them is there."""
    column = getattr(table, table.on)
    mine = (table.attendance_id == attendance.id, column.in_([id, *db.session.scalars(together)]))
    dot = db.session.scalar(select(table).where(*mine).order_by(table.count.desc()).limit(1))
    if dot is None:
        return False
    db.session.execute(
        update(Attendance)
        .where(Attendance.id == attendance.id, Attendance.dots_spent > 0)
        .values(dots_spent=Attendance.dots_spent - 1)
    )
    if dot.count > 1:
        dot.count -= 1
    else:
        db.session.delete(dot)
    db.session.flush()
    _spent(attendance)
    return True


def _spent(attendance: Attendance) -> None:
    db.session.refresh(attendance, ["dots_spent"])
    attendance.changed()


def placed(ritual: Ritual) -> int:
    """All dots of all people together."""
    spent = select(func.coalesce(func.sum(Attendance.dots_spent), 0)).where(Attendance.ritual_id == ritual.id)
    return db.session.scalar(spent) or 0


def change_budget(ritual: Ritual, dots: int, per_item: int, *, by: User) -> None:
    """Other limits while dots are hidden. Raises Refused below what somebody has placed, with the count."""
    ritual.must_be_chaired(by)
    if ritual.dots_revealed_at is not None:
        raise Stale("The dots are revealed already.")
    if per_item > dots:
        raise Refused(f"{per_item} on one item is more than the {dots} that each has.", field="dots_per_item")
    if dots < ritual.dots:
        must_not_undercut(dots, [one.dots_spent for one in Attendance.all_of(ritual)])
    if per_item < ritual.dots_per_item:
        must_not_undercut(per_item, ritual.most_dots(), per_item=True)
    if (dots, per_item) != (ritual.dots, ritual.dots_per_item):
        ritual.dots, ritual.dots_per_item = dots, per_item
        ritual.record("budget_changed", by=by, dots=dots, per_item=per_item)
        ritual.show_anew()


def must_not_undercut(limit: int, spent_by: Iterable[int], *, per_item: bool = False) -> None:
    """Raise Refused when someone has already placed more dots than a new limit allows.

    `spent_by` is one number for each person: all their dots or, `per_item`, the most they have on one item.
    """
    above = [spent for spent in spent_by if spent > limit]
    if above:
        people = "1 person has" if len(above) == 1 else f"{len(above)} people have"
        dots = ("1 dot" if limit == 1 else f"{limit} dots") + (" on one item" if per_item else "")
        raise Refused(
            f"{people} placed more than {dots}; the most is {max(above)}. "
            f"Ask them to take some back, or keep at least {max(above)}.",
            field="dots_per_item" if per_item else "dots",
        )


def forget(table: Any, ritual: Ritual) -> None:
    """Delete all of them: what they add up to was kept at the reveal."""
    db.session.execute(delete(table).where(table.ritual_id == ritual.id))
    db.session.execute(update(Attendance).where(Attendance.ritual_id == ritual.id).values(dots_spent=0))


def _of(ritual: Ritual, column: InstrumentedAttribute[int]) -> ScalarSelect[int]:
    """The limit as the database has it at that moment."""
    return select(column).where(Ritual.id == ritual.id).scalar_subquery()

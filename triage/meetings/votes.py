"""Ballot and Dot: what one person says about one item in private, and the two reveals.

Nobody but that person's own pages reads these rows. A reveal writes their totals to the agenda, and the end of the
meeting deletes them: then nobody can find out who voted for what, with the database in hand.
"""

from collections import defaultdict
from typing import cast

from sqlalchemy import ColumnElement, ForeignKey, Index, Select, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from triage.accounts.models import User
from triage.boards.category import Category
from triage.commitments.bring_back import take_up
from triage.database import Base, TeamOwned, db, shared_now
from triage.items.merging import targets
from triage.items.models import Item, Unexplained
from triage.meetings import guards
from triage.meetings.agenda import Phase
from triage.meetings.agenda_item import AgendaItem, Standing
from triage.meetings.ballot import settled, tally
from triage.meetings.models import Meeting
from triage.refusal import Refused, Stale
from triage.rooms import dots
from triage.rooms.attendance import Attendance
from triage.rooms.dots import Dots
from triage.rooms.models import Ritual


class Ballot(TeamOwned, Base):
    """One person's category for one item."""

    __tablename__ = "ballot"
    __table_args__ = (
        Index("uq_ballot_attendance_id_item_id", "attendance_id", "item_id", unique=True),
        Index("ix_ballot_meeting_id_item_id", "meeting_id", "item_id"),
    )

    meeting_id: Mapped[int] = mapped_column(ForeignKey("ritual.id"))
    attendance_id: Mapped[int] = mapped_column(ForeignKey("attendance.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    category: Mapped[Category]


class Dot(Dots, Base):
    """How many dots one person has on one item. They follow an item that is merged into another."""

    __tablename__ = "dot"
    on = "item_id"
    thing = "item"

    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))


# Ballots


def cast_ballot(attendance: Attendance, item: Item, category: Category | None) -> None:
    """Say what an item is, or take that back (None). Raises Stale after the reveal."""
    meeting = cast(Meeting, attendance.ritual)
    meeting.must_be_in(Phase.INTAKE)
    if meeting.ballots_revealed_at is not None:
        raise Stale("The ballots are revealed already. What is split is on the agenda.")
    if category is Category.INBOX:
        raise Refused("Choose cheap, expensive or catastrophic.")
    if item not in guards.candidates(meeting):
        raise Refused(f"{item.code} is not up for a ballot any more.")
    mine = (Ballot.attendance_id == attendance.id, Ballot.item_id == item.id)
    db.session.execute(delete(Ballot).where(*mine))
    if category is not None:
        db.session.add(
            Ballot(
                team_id=meeting.team_id,
                meeting_id=meeting.id,
                attendance_id=attendance.id,
                item_id=item.id,
                category=category,
            )
        )
        db.session.flush()
    attendance.changed()


def ballots_of(attendance: Attendance) -> dict[int, Category]:
    """One person's own, by item."""
    rows = db.session.execute(select(Ballot.item_id, Ballot.category).where(Ballot.attendance_id == attendance.id))
    return dict(rows.all())


def voters(meeting: Meeting) -> int:
    """How many people have cast at least one ballot."""
    return (
        db.session.scalar(select(func.count(Ballot.attendance_id.distinct())).where(Ballot.meeting_id == meeting.id))
        or 0
    )


def reveal_ballots(meeting: Meeting, *, seen: int, by: User) -> None:
    """Count them. What is unanimous is categorised at once; everything else goes on the agenda.

    Expensive debt still asks for its why and fix: until they are written it waits on the agenda, agreed.
    """
    meeting.must_be_driving(seen, by)
    if meeting.phase is not Phase.INTAKE or meeting.ballots_revealed_at is not None:
        raise Stale("The ballots are revealed already.")
    asked = guards.candidates(meeting)
    listed, cast = AgendaItem.put(meeting, asked), _cast(meeting)
    everyone = len({voter for item in asked for voter in cast[item.id]})
    meeting.ballots_revealed_at = shared_now()
    meeting.record("revealed_ballots", by=by, ballots=sum(len(cast[item.id]) for item in asked))
    for item in asked:
        one, split = listed[item.id], tally(cast[item.id].values())
        one.count_ballots(split)
        one.agreed = settled(split, everyone)
        if one.agreed is not None:
            _settle(one, one.agreed, by)
    meeting.show_anew()


def _cast(meeting: Meeting) -> dict[int, dict[int, Category]]:
    """Each person's ballot by item; that on an item that was merged counts for the other, where there is none."""
    target = targets(meeting.board_id)
    rows = db.session.execute(
        select(target.c.target_id, Ballot.attendance_id, Ballot.category)
        .join(target, target.c.item_id == Ballot.item_id)
        .where(Ballot.meeting_id == meeting.id)
        .order_by(Ballot.item_id == target.c.target_id, Ballot.id)
    )
    cast: dict[int, dict[int, Category]] = defaultdict(dict)
    for item_id, voter, category in rows:
        cast[item_id][voter] = category
    return cast


def _settle(one: AgendaItem, category: Category, by: User) -> None:
    try:
        if one.item.category is not category:
            one.item.rate(category, by=by, why="All ballots said so.")
    except Unexplained:
        return
    if category is not Category.CATASTROPHIC:
        one.standing = Standing.SETTLED
        take_up(one.item, by=by)


# Dots


def add_dot(attendance: Attendance, item: Item) -> None:
    """Place one. Raises Refused when the budget or the most on one item is used up, Stale when none are placed now."""
    meeting = attendance.ritual
    _must_be_voting(meeting)
    if item.board_id != meeting.home.id or not item.is_open:
        raise Refused(f"{item.code} is not open any more. Place your dot on another item.")
    dots.place(Dot, attendance, item.id, _merged_into(item))


def take_dot(attendance: Attendance, item: Item) -> None:
    """Take one back, also from an item that was closed meanwhile. Raises Refused when none of them is there."""
    _must_be_voting(attendance.ritual)
    if not dots.take_back(Dot, attendance, item.id, _merged_into(item)):
        raise Refused(f"None of your dots is on {item.code}.")


def dots_of(attendance: Attendance) -> dict[int, int]:
    """One person's own, by the item they count for now."""
    return _by_item(attendance.ritual, Dot.attendance_id == attendance.id)


def reveal_dots(meeting: Meeting, *, seen: int, by: User) -> None:
    """Totals per item, and nothing else, go to the agenda. Dots on items that were closed meanwhile count nowhere."""
    meeting.must_be_driving(seen, by)
    if meeting.phase is not Phase.VOTE or meeting.dots_revealed_at is not None:
        raise Stale("The dots are revealed already.")
    totals = _by_item(meeting)
    items = db.session.scalars(select(Item).where(Item.id.in_(totals)).order_by(Item.id)).all()
    voted = [item for item in items if item.is_open]
    listed = AgendaItem.put(meeting, voted)
    for item in voted:
        listed[item.id].dots = totals[item.id]
    meeting.dots_revealed_at = shared_now()
    meeting.record("revealed_dots", by=by, dots=sum(totals[item.id] for item in voted))
    meeting.show_anew()


# The end


def forget_who(meeting: Meeting) -> None:
    """Delete all ballots and dots: the totals stay on the agenda."""
    db.session.execute(delete(Ballot).where(Ballot.meeting_id == meeting.id))
    dots.forget(Dot, meeting)


def _must_be_voting(meeting: Ritual) -> None:
    meeting.must_be_in(Phase.VOTE)
    if meeting.dots_revealed_at is not None:
        raise Stale("The dots are revealed already. Their order is the agenda's.")


def _merged_into(item: Item) -> Select[int]:
    """The items whose dots count for this one, besides its own."""
    target = targets(item.board_id)
    return select(target.c.item_id).where(target.c.target_id == item.id, target.c.item_id != item.id)


def _by_item(meeting: Ritual, *which: ColumnElement[bool]) -> dict[int, int]:
    target = targets(meeting.home.id)
    rows = db.session.execute(
        select(target.c.target_id, func.sum(Dot.count))
        .join(target, target.c.item_id == Dot.item_id)
        .where(Dot.ritual_id == meeting.id, *which)
        .group_by(target.c.target_id)
    )
    return {item_id: int(count) for item_id, count in rows}

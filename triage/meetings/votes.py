"""Ballot and Dot: what one person says about one item in private, and the two reveals.

Nobody but that person's own pages reads these rows. A reveal writes their totals to the agenda, and the end of the
meeting deletes them: then nobody can find out who voted for what, with the database in hand.
"""

from collections import defaultdict

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    ScalarSelect,
    Select,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from triage.accounts.models import User
from triage.boards.category import Category
from triage.commitments.bring_back import take_up
from triage.database import Base, TeamOwned, db, shared_now
from triage.items.merging import targets
from triage.items.models import Item, Unexplained
from triage.meetings import guards
from triage.meetings.agenda import Phase
from triage.meetings.agenda_item import AgendaItem, Standing
from triage.meetings.attendance import Attendance, end_guests
from triage.meetings.ballot import must_not_undercut, settled, tally
from triage.meetings.models import Meeting
from triage.refusal import Refused, Stale


class Ballot(TeamOwned, Base):
    """One person's category for one item."""

    __tablename__ = "ballot"
    __table_args__ = (
        Index("uq_ballot_attendance_id_item_id", "attendance_id", "item_id", unique=True),
        Index("ix_ballot_meeting_id_item_id", "meeting_id", "item_id"),
    )

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    attendance_id: Mapped[int] = mapped_column(ForeignKey("attendance.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    category: Mapped[Category]


class Dot(TeamOwned, Base):
    """How many dots one person has on one item. They follow an item that is merged into another."""

    __tablename__ = "dot"
    __table_args__ = (
        Index("uq_dot_attendance_id_item_id", "attendance_id", "item_id", unique=True),
        Index("ix_dot_meeting_id_item_id", "meeting_id", "item_id"),
        CheckConstraint("count > 0", "count"),
    )

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    attendance_id: Mapped[int] = mapped_column(ForeignKey("attendance.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    count: Mapped[int]


# Ballots


def cast_ballot(attendance: Attendance, item: Item, category: Category | None) -> None:
    """Say what an item is, or take that back (None). Raises Stale after the reveal."""
    meeting = attendance.meeting
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
    attendance._changed()


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
    """Place one. The budget and the most on one item are kept by conditional updates, however many try at once.

    Raises Refused when either is used up, Stale when dots are not being placed.
    """
    meeting = attendance.meeting
    _must_be_voting(meeting)
    if item.board_id != meeting.board_id or not item.is_open:
        raise Refused(f"{item.code} is not open any more. Place your dot on another item.")
    spent = db.session.execute(
        update(Attendance)
        .where(Attendance.id == attendance.id, Attendance.dots_spent < _of(meeting, Meeting.dots))
        .values(dots_spent=Attendance.dots_spent + 1)
        .returning(Attendance.dots_spent)
    ).scalar_one_or_none()
    if spent is None:
        raise Refused(f"All your {meeting.dots} dots are placed. Take one back first.")
    mine = (Dot.attendance_id == attendance.id, Dot.item_id == item.id)
    merged = select(func.coalesce(func.sum(Dot.count), 0)).where(
        Dot.attendance_id == attendance.id, Dot.item_id.in_(_merged_into(item))
    )
    placed = db.session.execute(
        update(Dot)
        .where(*mine, Dot.count + merged.scalar_subquery() < _of(meeting, Meeting.dots_per_item))
        .values(count=Dot.count + 1)
        .returning(Dot.id)  # sqlite3 counts no rows of a statement that begins WITH
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if placed is None:
        on_item = db.session.scalar(select(Dot.count).where(*mine)) or 0
        if on_item + (db.session.scalar(merged) or 0) >= meeting.dots_per_item:
            raise Refused(f"{meeting.dots_per_item} dots on one item is the most. Place it on another.")
        db.session.add(
            Dot(
                team_id=meeting.team_id,
                meeting_id=meeting.id,
                attendance_id=attendance.id,
                item_id=item.id,
                count=1,
            )
        )
        db.session.flush()
    db.session.refresh(attendance, ["dots_spent"])
    attendance._changed()


def take_dot(attendance: Attendance, item: Item) -> None:
    """Take one back, also from an item that was closed meanwhile. Raises Refused when none of them is there."""
    meeting = attendance.meeting
    _must_be_voting(meeting)
    ids = (Dot.attendance_id == attendance.id, Dot.item_id.in_([item.id, *db.session.scalars(_merged_into(item))]))
    dot = db.session.scalar(select(Dot).where(*ids).order_by(Dot.count.desc()).limit(1))
    if dot is None:
        raise Refused(f"None of your dots is on {item.code}.")
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
    db.session.refresh(attendance, ["dots_spent"])
    attendance._changed()


def dots_of(attendance: Attendance) -> dict[int, int]:
    """One person's own, by the item they count for now."""
    return _by_item(attendance.meeting, Dot.attendance_id == attendance.id)


def dots_placed(meeting: Meeting) -> int:
    """All dots of all people together."""
    return (
        db.session.scalar(
            select(func.coalesce(func.sum(Attendance.dots_spent), 0)).where(Attendance.meeting_id == meeting.id)
        )
        or 0
    )


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


def change_budget(meeting: Meeting, dots: int, per_item: int, *, by: User) -> None:
    """Raises Refused below what somebody has placed, with the count."""
    meeting.must_be_chaired(by)
    if meeting.dots_revealed_at is not None:
        raise Stale("The dots are revealed already.")
    if per_item > dots:
        raise Refused(f"{per_item} on one item is more than the {dots} that each has.", field="dots_per_item")
    if dots < meeting.dots:
        must_not_undercut(dots, [one.dots_spent for one in Attendance.all_of(meeting)])
    if per_item < meeting.dots_per_item:
        most = [max(dots_of(one).values(), default=0) for one in Attendance.all_of(meeting)]
        must_not_undercut(per_item, most, per_item=True)
    if (dots, per_item) != (meeting.dots, meeting.dots_per_item):
        meeting.dots, meeting.dots_per_item = dots, per_item
        meeting.record("budget_changed", by=by, dots=dots, per_item=per_item)
        meeting.show_anew()


# The end


def forget_who(meeting: Meeting) -> None:
    """Delete all ballots and dots: the totals stay on the agenda. Guests' links end too."""
    db.session.execute(delete(Ballot).where(Ballot.meeting_id == meeting.id))
    db.session.execute(delete(Dot).where(Dot.meeting_id == meeting.id))
    db.session.execute(update(Attendance).where(Attendance.meeting_id == meeting.id).values(dots_spent=0))
    end_guests(meeting)


def _must_be_voting(meeting: Meeting) -> None:
    meeting.must_be_in(Phase.VOTE)
    if meeting.dots_revealed_at is not None:
        raise Stale("The dots are revealed already. Their order is the agenda's.")


def _of(meeting: Meeting, column: InstrumentedAttribute[int]) -> ScalarSelect[int]:
    """The limit as the database has it at that moment."""
    return select(column).where(Meeting.id == meeting.id).scalar_subquery()


def _merged_into(item: Item) -> Select[int]:
    """The items whose dots count for this one, besides its own."""
    target = targets(item.board_id)
    return select(target.c.item_id).where(target.c.target_id == item.id, target.c.item_id != item.id)


def _by_item(meeting: Meeting, *which: ColumnElement[bool]) -> dict[int, int]:
    target = targets(meeting.board_id)
    rows = db.session.execute(
        select(target.c.target_id, func.sum(Dot.count))
        .join(target, target.c.item_id == Dot.item_id)
        .where(Dot.meeting_id == meeting.id, *which)
        .group_by(target.c.target_id)
    )
    return {item_id: int(count) for item_id, count in rows}

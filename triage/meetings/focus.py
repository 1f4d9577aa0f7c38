"""The agenda of the sort phase: what is on it, in which order, and which item every screen shows."""

from collections.abc import Container, Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from triage.boards.category import Category
from triage.commitments.bring_back import has_come, take_up, waits_for_its_day
from triage.database import db, shared_now
from triage.events.models import Event
from triage.items.models import Item
from triage.meetings import guards
from triage.meetings.agenda import Phase
from triage.meetings.agenda_item import AgendaItem, Standing
from triage.meetings.ballot import Point, agenda_order
from triage.refusal import Refused
from triage.rooms.models import Status
from triage.rooms.spells import spells
from triage.rooms.timer import per_item

if TYPE_CHECKING:
    from triage.accounts.models import User
    from triage.meetings.models import Meeting


def agenda(listed: Iterable[AgendaItem]) -> list[AgendaItem]:
    """What is or was to be sorted. What all ballots agreed on is not, unless that was undone; nor what was put off."""
    return [
        one
        for one in listed
        if one.item.is_open
        and not (one.standing is Standing.SETTLED and one.item.category is not Category.INBOX)
        and not (one.standing is Standing.WAITING and waits_for_its_day(one.item))
    ]


def waits(one: AgendaItem, exitless: Container[Item]) -> bool:
    """Is it still to be sorted? What was sorted is again, when that was undone or its exit was taken back."""
    if one.standing is Standing.LATER:
        return False
    return one.standing is Standing.WAITING or one.item.category is Category.INBOX or one.item in exitless


def current(focus_id: int | None, agenda: Sequence[AgendaItem], exitless: Container[Item]) -> AgendaItem | None:
    """What every screen shows: the item in focus, or the first that waits when that was closed meanwhile."""
    focused = next((one for one in agenda if one.item_id == focus_id), None)
    return focused or next((one for one in agenda if waits(one, exitless)), None)


def draw_up(meeting: "Meeting") -> None:
    """Put all that is to be sorted on the agenda: splits first, then what has most dots, then what needs an exit."""
    wanted = guards.agenda_candidates(meeting)
    listed = AgendaItem.put(meeting, wanted)
    exitless = {item.id for item in guards.exitless(meeting)}
    points = []
    for item in wanted:
        if has_come(item, meeting.sprint_number or 1):
            take_up(item, by=meeting.chair)
        one = listed[item.id]
        if one.standing is Standing.SETTLED:
            one.standing = Standing.WAITING
        points.append(Point(item.id, one.split, one.dots, item.id in exitless, one.position))
    for position, item_id in enumerate(agenda_order(points)):
        listed[item_id].position = position
    db.session.flush()


def first(meeting: "Meeting") -> None:
    """Show the first item that waits, or none."""
    show(meeting, current(None, agenda(AgendaItem.all_of(meeting)), guards.needing_exit(meeting)))


def show(meeting: "Meeting", one: AgendaItem | None) -> None:
    """Nothing is recorded: where the team looks is no decision."""
    meeting.board.hold()
    meeting.focus_id, meeting.focus = (one.item_id, one.item) if one else (None, None)
    meeting.focused_at = shared_now()


def go_to(meeting: "Meeting", item_id: int, *, by: "User") -> None:
    """The chair picks an item of the agenda. Raises Refused for one that is not on it."""
    meeting.must_be_in(Phase.SORT)
    meeting.must_be_chaired(by)
    listed = AgendaItem.put(meeting, guards.exitless(meeting))
    if item_id not in listed:
        raise Refused("This item is not on the agenda.")
    show(meeting, listed[item_id])


def step(meeting: "Meeting", direction: str, seen: int | None, *, by: "User") -> None:
    """`next`, `previous`, or `later`: next time. A press on what is not in focus any more (`seen`) does nothing."""
    meeting.must_be_in(Phase.SORT)
    meeting.must_be_chaired(by)
    exitless = guards.needing_exit(meeting)
    AgendaItem.put(meeting, exitless)  # what became catastrophic on the board meanwhile
    listed = agenda(AgendaItem.all_of(meeting))
    here = current(meeting.focus_id, listed, exitless)
    if seen is not None and here is not None and seen != here.item_id:
        return None if meeting.focus_id == here.item_id else show(meeting, here)
    place = listed.index(here) if here else -1
    if direction == "previous":
        return show(meeting, listed[max(place - 1, 0)] if listed else None)
    if here is not None:
        leave(meeting, here, is_later=direction == "later", by=by)
    onward = [*listed[place + 1 :], *listed[: place + 1]]
    show(meeting, next((one for one in onward if waits(one, exitless)), None))


def leave(meeting: "Meeting", one: AgendaItem, *, is_later: bool, by: "User") -> None:
    """What has its category, and its exit where it needs one, is sorted; other items stay waiting."""
    if is_later:
        one.standing = Standing.LATER
        meeting.record("put_off", by=by, item=str(one.item))
    elif one.item.category is not Category.INBOX and one.item not in guards.needing_exit(meeting):
        one.standing = Standing.SORTED


def pace(meeting: "Meeting") -> float | None:
    """Seconds that this team took to sort one item in its last three meetings; None before there was one."""
    from triage.meetings.models import Meeting

    earlier = db.session.scalars(
        select(Meeting)
        .where(Meeting.board_id == meeting.board_id, Meeting.status == Status.CLOSED, Meeting.id != meeting.id)
        .order_by(Meeting.id.desc())
        .limit(3)
    )
    seconds = items = 0.0
    for one in earlier:
        spent = spells(_happened(one), one.closed_at or shared_now(), Phase).get(Phase.SORT, timedelta())
        seconds += spent.total_seconds()
        items += (
            db.session.scalar(
                select(func.count()).where(AgendaItem.meeting_id == one.id, AgendaItem.standing == Standing.SORTED)
            )
            or 0
        )
    return seconds / items if items and seconds else None


def _happened(meeting: "Meeting") -> Sequence[Event]:
    """What the meeting recorded of itself."""
    return db.session.scalars(
        select(Event)
        .where(
            Event.board_id == meeting.board_id,
            Event.version >= meeting.first_version,
            Event.subject_id == meeting.id,
            Event.action.startswith("meeting."),
        )
        .order_by(Event.id)
    ).all()


def time_box(meeting: "Meeting", waiting: int) -> timedelta:
    """How long the item in focus may take, of what is left of the phase for all that wait."""
    began, deadline = meeting.focused_at, meeting.deadline
    return per_item(deadline - began, waiting) if began and deadline else timedelta()

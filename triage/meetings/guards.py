"""What each phase works on, and so whether it is empty, and what is missing before it can be left."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import lazyload

from triage.boards.category import Category
from triage.clock import today
from triage.commitments import bring_back
from triage.commitments.models import Commitment, Verdict
from triage.commitments.sprints import Sprint
from triage.database import db
from triage.events.models import Event
from triage.items.models import Item
from triage.items.state import State
from triage.items.waiver import Waiver
from triage.meetings.agenda import Phase
from triage.meetings.agenda_item import AgendaItem, Standing

if TYPE_CHECKING:
    from triage.meetings.models import Meeting

MOST_CANDIDATES = 30


def due(meeting: "Meeting") -> list[Commitment]:
    """Commitments of past sprints that had no verdict when the meeting began, in the order of their sprints."""
    number = meeting.sprint_number or 1
    judged_here = (
        select(Commitment)
        .join(Commitment.sprint)
        .where(
            Commitment.board_id == meeting.board_id,
            Commitment.verdict != Verdict.OPEN,
            Commitment.verdict_at >= meeting.started_at,
        )
    )
    mine = [one for one in db.session.scalars(judged_here) if one.sprint.number < number]
    both = {one.id: one for one in [*Commitment.due(meeting.board, number), *mine]}
    return sorted(both.values(), key=lambda one: (one.sprint.number, one.id))


def candidates(meeting: "Meeting") -> list[Item]:
    """What intake asks about: ended waivers, due bring-backs, and the inbox, what came last at the end.

    What was put off waits in silence until it is due.
    """
    is_due = bring_back.is_due(meeting.board, meeting.sprint_number or 1)
    waits = and_(Item.category == Category.INBOX, ~bring_back.is_put_off())
    asked = _open(meeting).where(or_(is_due, waits)).order_by(waits, Item.id).limit(MOST_CANDIDATES)
    return list(dict.fromkeys([*ended_waivers(meeting), *db.session.scalars(asked)]))


def ended_waivers(meeting: "Meeting") -> list[Item]:
    """Catastrophic items without an exit that somebody once let stand until a day that is over."""
    once_waived = select(Waiver.id).where(Waiver.item_id == Item.id, Waiver.granted_at.is_not(None))
    return list(db.session.scalars(_exitless(meeting).where(once_waived.exists())))


def exitless(meeting: "Meeting") -> list[Item]:
    """Open catastrophic items that nobody committed to and no running waiver covers."""
    return list(db.session.scalars(_exitless(meeting)))


def _exitless(meeting: "Meeting") -> Select[Item]:
    day = today(meeting.board.team.time_zone)
    committed = select(Commitment.id).where(Commitment.item_id == Item.id, Commitment.verdict == Verdict.OPEN)
    waived = select(Waiver.id).where(Waiver.item_id == Item.id, Waiver.runs_on(day))
    return (
        _open(meeting)
        .where(Item.category == Category.CATASTROPHIC, ~committed.exists(), ~waived.exists())
        .order_by(Item.position)
    )


def needing_exit(meeting: "Meeting") -> list[Item]:
    """Those of them that the chair has not postponed to commit."""
    put_off = postponed(meeting, "exit")
    return [item for item in exitless(meeting) if item.id not in put_off]


def open_items(meeting: "Meeting") -> list[Item]:
    """Every open item of the board, as its columns have them."""
    return list(db.session.scalars(_open(meeting).order_by(Item.category, Item.position)))


def has_open_items(meeting: "Meeting") -> bool:
    open_one = select(Item.id).where(Item.board_id == meeting.board_id, Item.state == State.OPEN).limit(1)
    return db.session.scalar(open_one) is not None


def _open(meeting: "Meeting") -> Select[Item]:
    """The open items, without the board that the meeting has at hand."""
    return select(Item).options(lazyload(Item.board)).where(Item.board_id == meeting.board_id, Item.state == State.OPEN)


def committed(meeting: "Meeting") -> list[Commitment]:
    """What is promised for the sprint that this meeting commits to, and what it promised for any other."""
    return list(
        db.session.scalars(
            select(Commitment)
            .join(Commitment.sprint)
            .where(
                Commitment.board_id == meeting.board_id,
                Commitment.verdict == Verdict.OPEN,
                or_(Sprint.number == meeting.sprint_number, Commitment.made_at >= meeting.started_at),
            )
            .order_by(Commitment.id)
        )
    )


def postponed(meeting: "Meeting", what: str) -> set[int]:
    """The ids of the commitments (`verdict`) or items (`exit`) that the chair put off in this meeting."""
    events = db.session.scalars(
        select(Event.what).where(
            Event.board_id == meeting.board_id,
            Event.version >= meeting.first_version,
            Event.action == f"meeting.postponed_{what}",
        )
    )
    return {event["id"] for event in events}


def emptiness(meeting: "Meeting", phase: Phase) -> str:
    """Why a phase has nothing to do, as the end of a sentence; empty when it has."""
    match phase:
        case Phase.REVIEW if not due(meeting):
            return "no commitment was due"
        case Phase.VOTE if not has_open_items(meeting):
            return "the board has no open item"
        case Phase.SORT if not agenda_candidates(meeting):
            return "nothing is left to sort"
        case Phase.COMMIT if not has_open_items(meeting):
            return "the board has no open item"
    return ""


def agenda_candidates(meeting: "Meeting") -> list[Item]:
    """What would be sorted now: split or unballoted items, those with dots, and those that need an exit."""
    listed = [one.item for one in AgendaItem.all_of(meeting) if one.standing is Standing.WAITING or one.dots]
    found = {item.id: item for item in [*listed, *candidates(meeting), *exitless(meeting)] if item.is_open}
    return list(found.values())


def missing(meeting: "Meeting") -> str:
    """What the present phase still lacks before it can be left, as a sentence; empty when nothing."""
    match meeting.phase:
        case Phase.REVIEW:
            put_off = postponed(meeting, "verdict")
            left = [one for one in due(meeting) if one.verdict is Verdict.OPEN and one.id not in put_off]
            if left:
                return (
                    f"{_names([one.item for one in left])} {_has(left)} no verdict yet."
                    " Give one, or let the chair postpone it to the close."
                )
        case Phase.INTAKE:
            if meeting.ballots_revealed_at is None and candidates(meeting):
                return "The ballots are still hidden. Reveal them first."
        case Phase.VOTE:
            if meeting.dots_revealed_at is None and has_open_items(meeting):
                return "The dots are still hidden. Reveal them first."
        case Phase.SORT:
            without = needing_exit(meeting)
            if without:
                return (
                    f"{_names(without)} {_has(without)} no exit yet: commit, refuse or waive,"
                    " or let the chair postpone it to commit."
                )
        case Phase.COMMIT:
            if not committed(meeting) and not meeting.nothing_why and has_open_items(meeting):
                return "Nothing is committed yet. Pick an item, or say why the team commits to nothing."
    return ""


def without_exit(meeting: "Meeting") -> str:
    """Which catastrophic items still have none, as a sentence."""
    without = exitless(meeting)
    return f"{_names(without)} still {_has(without)} no exit: commit, refuse or waive." if without else ""


def _names(items: Sequence[Item]) -> str:
    codes = [item.code for item in items]
    if len(codes) > 4:
        return f"{', '.join(codes[:3])} and {len(codes) - 3} more"
    return " and ".join(filter(None, [", ".join(codes[:-1]), codes[-1]]))


def _has(things: Sequence[object]) -> str:
    return "has" if len(things) == 1 else "have"

"""Room: what a live meeting shows, read when a template asks for it.

A room without an attendance holds nothing of any one person: what it shows in its head and, where the phase has no
secrets, on its stage is rendered once for everybody in the same seat.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from flask import url_for
from markupsafe import Markup
from sqlalchemy import select

from triage.accounts.models import User
from triage.boards.category import Category
from triage.boards.models import Board
from triage.commitments.models import Commitment, Sprint, Verdict, promise_for
from triage.commitments.promise import Promise
from triage.commitments.sprint import Span
from triage.database import db, shared_now
from triage.events.sentences import sentence_html
from triage.events.undo import last_undoable
from triage.items.interest import interest_by_item
from triage.items.models import Item
from triage.meetings import focus, guards
from triage.meetings.access import Seat
from triage.meetings.agenda import Phase
from triage.meetings.agenda_item import AgendaItem, Standing
from triage.meetings.attendance import CHAIR_GONE, Attendance
from triage.meetings.minutes import Minutes, minutes_of
from triage.meetings.models import Meeting
from triage.meetings.timer import Timer, clock, recut, recut_sentence
from triage.meetings.votes import ballots_of, dots_of, dots_placed, voters
from triage.teams.models import Team

SPRINTS_OF_INTEREST = 6


@dataclass(frozen=True)
class Person:
    name: str
    initials: str
    is_present: bool
    is_ready: bool
    is_chair: bool
    is_guest: bool


@dataclass(frozen=True)
class Button:
    label: str
    url: str
    name: str
    value: str


@dataclass(frozen=True)
class Due:
    commitment: Commitment
    carried: int
    is_postponed: bool


@dataclass(frozen=True)
class Candidate:
    """An item of the intake. `mine` is the viewer's ballot; `result` and `verdict` come with the reveal."""

    item: Item
    mine: Category | None
    result: AgendaItem | None
    verdict: str
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Votable:
    """An item to place dots on. `mine` are the viewer's dots, `total` everybody's, after the reveal."""

    item: Item
    mine: int
    total: int | None
    interest: Sequence[int]
    owner_name: str | None


@dataclass(frozen=True)
class Point:
    item: Item
    standing: Standing
    is_focus: bool
    split: str
    dots: int
    needs_exit: bool


@dataclass(frozen=True)
class Pick:
    item: Item
    dots: int
    needs_exit: bool
    commitment: Commitment | None


class Room:
    def __init__(self, meeting: Meeting, seat: Seat, attendance: Attendance | None = None) -> None:
        self.meeting, self.seat, self.attendance = meeting, seat, attendance
        self.phase: Phase = meeting.phase
        self.board: Board = meeting.board
        self.team: Team = meeting.board.team
        self.now: datetime = shared_now()

    @property
    def url(self) -> str:
        """Where this page asks for itself again: the wall must not get what is its viewer's own."""
        return url_for("meetings.screen" if self.seat.is_screen else "meetings.show", meeting_id=self.meeting.id)

    @property
    def now_ms(self) -> int:
        return int(self.now.timestamp() * 1000)

    @cached_property
    def minutes(self) -> Minutes:
        """As they would be published now."""
        return minutes_of(self.meeting)

    # The head: what everyone sees in every phase

    @cached_property
    def _attendances(self) -> list[Attendance]:
        return Attendance.all_of(self.meeting)

    @cached_property
    def people(self) -> list[Person]:
        """Who is here now, and who was; the chair first, then in the order in which they came."""
        people = [
            Person(
                name=one.name,
                initials=one.user.initials if one.user else one.name[:1].upper(),
                is_present=one.is_present(self.now),
                is_ready=one.ready_turn == self.meeting.turn,
                is_chair=one.user_id is not None and one.user_id == self.meeting.chair_id,
                is_guest=one.is_guest,
            )
            for one in self._attendances
        ]
        return sorted(people, key=lambda person: not person.is_chair)

    @property
    def present(self) -> int:
        return sum(1 for person in self.people if person.is_present)

    @property
    def chair_name(self) -> str:
        return self.meeting.chair_name

    @property
    def chair_is_gone(self) -> bool:
        """No sign of life from the chair's screens for 45 s. Nothing happens by itself."""
        chair = next((one for one in self._attendances if one.user_id == self.meeting.chair_id), None)
        began = self.meeting.started_at or self.now
        return (chair.seen_at if chair else began) + CHAIR_GONE < self.now

    @property
    def progress(self) -> str:
        """How far the secret part has come, as far as that gives nothing away."""
        if self.phase is Phase.INTAKE and self.is_secret and guards.candidates(self.meeting):
            return f"{voters(self.meeting)} of {self.voting} have chosen"
        if self.phase is Phase.VOTE and self.is_secret:
            return f"{dots_placed(self.meeting)} of {self.voting * self.meeting.dots} dots are placed"
        if self.phase is Phase.SORT:
            return f"{self.sorted} of {len(self.agenda)} sorted" if self.agenda else ""
        return ""

    @property
    def voting(self) -> int:
        """How many of those who are or were here may ballot and vote."""
        return sum(1 for one in self._attendances if not one.is_guest or self.team.guests_vote)

    @cached_property
    def missing(self) -> str:
        return guards.missing(self.meeting)

    @cached_property
    def primary(self) -> Button | None:
        """The one thing to do next."""
        turn = str(self.meeting.turn)
        if self.is_revealable:
            return Button("Reveal", url_for("meetings.reveal", meeting_id=self.meeting.id), "turn", turn)
        if self.following is None:
            return Button("Close the meeting", url_for("meetings.close", meeting_id=self.meeting.id), "turn", turn)
        url = url_for("meetings.turn", meeting_id=self.meeting.id)
        return Button(f"Next: {self.following.label}", url, "turn", turn)

    @property
    def is_revealable(self) -> bool:
        asked = {Phase.INTAKE: guards.candidates, Phase.VOTE: guards.open_items}.get(self.phase)
        return self.is_secret and asked is not None and bool(asked(self.meeting))

    @cached_property
    def following(self) -> Phase | None:
        """The phase that comes next, as far as one can see: empty ones are skipped."""
        return next((phase for phase in self.phase.later if not guards.emptiness(self.meeting, phase)), self.phase.next)

    @property
    def back(self) -> Phase | None:
        return self.phase.earlier[-1] if self.phase.earlier else None

    @cached_property
    def skipped(self) -> list[str]:
        """Why the phases just before this one were passed over."""
        return guards.skipped(self.meeting)

    @cached_property
    def timer(self) -> "Clock":
        return Clock(self)

    # What is secret

    @property
    def is_secret(self) -> bool:
        """Is the stage a viewer's own now? Ballots and dots are, until they are revealed."""
        return (self.phase is Phase.INTAKE and self.meeting.ballots_revealed_at is None) or (
            self.phase is Phase.VOTE and self.meeting.dots_revealed_at is None
        )

    @property
    def stage_key(self) -> tuple[tuple[int, int], ...]:
        """Changes when a secret stage must be asked for again for other reasons than one's own."""
        if self.phase is Phase.INTAKE:
            return tuple((item.id, item.version) for item in guards.candidates(self.meeting))
        return tuple((item.id, item.version) for item in guards.open_items(self.meeting))

    # Review

    @cached_property
    def due(self) -> list[Due]:
        commitments = guards.due(self.meeting)
        times = Commitment.carried([one.item_id for one in commitments])
        put_off = guards.postponed(self.meeting, "verdict")
        return [Due(one, _time(one, times), one.id in put_off) for one in commitments]

    # Intake

    @cached_property
    def intake(self) -> list[Candidate]:
        mine = ballots_of(self.attendance) if self.attendance and self.is_secret else {}
        if self.is_secret:
            return [Candidate(item, mine.get(item.id), None, "", ()) for item in guards.candidates(self.meeting)]
        listed = [one for one in AgendaItem.all_of(self.meeting) if one.item.is_open]
        since = [item for item in guards.candidates(self.meeting) if item.id not in {one.item_id for one in listed}]
        return [
            *(self._result(one) for one in listed),
            *(Candidate(item, None, None, "New since the reveal: on the agenda.", ()) for item in since),
        ]

    @staticmethod
    def _result(one: AgendaItem) -> Candidate:
        missing = one.agreed.misses(one.item) if one.agreed and one.item.category is Category.INBOX else ()
        if one.agreed is not None:
            words = f"All say {one.agreed}" if one.split.count > 1 else f"Sorted as {one.agreed}"
            verdict = f"{words}: write down why and the fix." if missing else f"{words}."
        elif one.split.count:
            verdict = (
                f"Split: {one.split.words()}. On the agenda."
                if not one.split.is_unanimous
                else (f"Only {one.split.words()}: too few ballots. On the agenda.")
            )
        else:
            verdict = "No ballot was cast. On the agenda."
        return Candidate(one.item, None, one, verdict, missing)

    # Vote

    @cached_property
    def votables(self) -> list[Votable]:
        """Every open item, what hurt most this sprint first; after the reveal, what has most dots."""
        totals = {one.item_id: one.dots for one in AgendaItem.all_of(self.meeting)}
        mine = dots_of(self.attendance) if self.attendance and self.phase is Phase.VOTE else {}
        interest = interest_by_item(self.board, self._six_sprints)
        owners = _owners(self.board)
        items = guards.open_items(self.meeting)
        if self.is_secret:
            # What was closed while one's dots were on it stays, to take them back.
            known = {item.id for item in items}
            items += db.session.scalars(select(Item).where(Item.id.in_([id for id in mine if id not in known])))
        none = [0] * SPRINTS_OF_INTEREST
        votables = [
            Votable(
                item=item,
                mine=mine.get(item.id, 0),
                total=None if self.is_secret else totals.get(item.id, 0),
                interest=interest.get(item.id, none),
                owner_name=owners.get(item.id),
            )
            for item in items
        ]
        weight = list(Category)
        return sorted(
            votables,
            key=lambda one: (
                not one.item.is_open,
                -(one.total or 0),
                -one.interest[-1],
                -weight.index(one.item.category),
                one.item.id,
            ),
        )

    @cached_property
    def _six_sprints(self) -> list[Span]:
        calendar = Sprint.calendar(self.team)
        number = Sprint.current(self.team).number
        return [calendar.sprint(number - ago) for ago in reversed(range(SPRINTS_OF_INTEREST))]

    @property
    def dots_left(self) -> int:
        return self.meeting.dots - (self.attendance.dots_spent if self.attendance else 0)

    # Sort

    @cached_property
    def agenda(self) -> list[Point]:
        exitless = {item.id for item in guards.exitless(self.meeting)}
        return [
            Point(
                item=one.item,
                standing=one.standing,
                is_focus=one.item_id == self.meeting.focus_id,
                split=one.split.words(),
                dots=one.dots,
                needs_exit=one.item_id in exitless,
            )
            for one in AgendaItem.all_of(self.meeting)
            if one.standing is not Standing.SETTLED and one.item.is_open
        ]

    @property
    def focus(self) -> Point | None:
        return next((point for point in self.agenda if point.is_focus), None)

    @property
    def sorted(self) -> int:
        return sum(1 for point in self.agenda if point.standing is Standing.SORTED)

    @property
    def time_box(self) -> str:
        box = focus.time_box(self.meeting)
        return f"about {clock(box)} for this one" if box else ""

    # Commit

    @cached_property
    def sprint(self) -> Span:
        return Sprint.calendar(self.team).sprint(self.meeting.sprint_number or 1)

    @cached_property
    def commitments(self) -> list[Commitment]:
        return guards.committed(self.meeting)

    @cached_property
    def picks(self) -> list[Pick]:
        """What suggests itself: without an exit, then most dots, then the rest of the agenda."""
        points = sorted(self.agenda_of_all, key=lambda point: (not point.needs_exit, -point.dots))
        made = {one.item_id: one for one in self.commitments}
        return [Pick(one.item, one.dots, one.needs_exit, made.get(one.item.id)) for one in points]

    @cached_property
    def agenda_of_all(self) -> list[Point]:
        on_agenda = {point.item.id for point in self.agenda}
        rest = [item for item in guards.exitless(self.meeting) if item.id not in on_agenda]
        return [*self.agenda, *(Point(item, Standing.WAITING, False, "", 0, True) for item in rest)]

    @cached_property
    def others(self) -> list[Item]:
        picked = {pick.item.id for pick in self.picks} | set(_owners(self.board))
        return [item for item in guards.open_items(self.meeting) if item.id not in picked]

    @cached_property
    def promise(self) -> Promise:
        return promise_for(self.board, self.sprint.number)

    @property
    def promise_sentence(self) -> str:
        return self.promise.sentence(self.team.unit)

    # What is mine, and what was done last

    @property
    def is_ready(self) -> bool:
        return bool(self.attendance and self.attendance.ready_turn == self.meeting.turn)

    @property
    def worth(self) -> int | None:
        return self.attendance.worth if self.attendance else None

    @cached_property
    def asked(self) -> list[Commitment]:
        """What others proposed to this person and waits for a yes."""
        if not self.attendance or not self.attendance.user_id:
            return []
        mine = (Commitment.board_id == self.board.id, Commitment.owner_id == self.attendance.user_id)
        open_ones = (Commitment.verdict == Verdict.OPEN, Commitment.accepted_at.is_(None))
        return list(db.session.scalars(select(Commitment).where(*mine, *open_ones).order_by(Commitment.id)))

    @cached_property
    def did(self) -> "Did | None":
        """The last thing that somebody did to the board in this meeting, which anybody can undo."""
        event = last_undoable(self.board.id, self.meeting.first_version)
        return Did(sentence_html(event), event.id) if event else None


@dataclass(frozen=True)
class Did:
    sentence: Markup
    event_id: int


class Clock:
    """The timer as a page needs it to count by itself."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._timer = Timer(room.meeting.deadline or room.now)
        self.deadline = self._timer.deadline.isoformat()

    @property
    def is_over(self) -> bool:
        return self._timer.is_over(self._room.now)

    @property
    def minutes_planned(self) -> int:
        return self._room.phase.minutes

    @property
    def sentence(self) -> str:
        """What is left for a phase that was entered late. It stands still: the screens count by themselves."""
        meeting, phase = self._room.meeting, self._room.phase
        if meeting.started_at is None or meeting.entered_at is None:
            return ""
        on_time = meeting.started_at + timedelta(minutes=sum(earlier.minutes for earlier in phase.earlier))
        share = recut(phase, meeting.started_at, meeting.entered_at)
        if share >= timedelta(minutes=phase.minutes):
            return ""
        return recut_sentence(meeting.entered_at - on_time, phase, share, focus.pace(meeting))


def _time(commitment: Commitment, vain: dict[int, int]) -> int:
    """The how manieth time in a row its item is committed."""
    before = vain.get(commitment.item_id, 0)
    return before if commitment.verdict in (Verdict.PARTLY, Verdict.MISSED) else before + 1


def _owners(board: Board) -> dict[int, str]:
    """Who committed to which item."""
    rows = db.session.execute(
        select(Commitment.item_id, User.name)
        .join(User, User.id == Commitment.owner_id)
        .where(Commitment.board_id == board.id, Commitment.verdict == Verdict.OPEN)
    )
    return dict(rows.all())

"""Room: what a live meeting shows, read when a template asks for it.

A room without an attendance holds nothing of any one person: what it shows in its head and, where the phase has no
secrets, on its stage is rendered once for everybody in the same seat.
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from flask import url_for
from markupsafe import Markup
from sqlalchemy import select

from triage.commitments.models import Commitment, Verdict
from triage.commitments.sprints import Sprint
from triage.database import db
from triage.events.sentences import sentence_html
from triage.events.undo import last_undoable
from triage.meetings import focus, guards
from triage.meetings.agenda import Phase
from triage.meetings.attendance import CHAIR_GONE, Attendance
from triage.meetings.minutes import Minutes, minutes_of
from triage.meetings.stage import Stage
from triage.meetings.timer import Timer, recut, recut_sentence
from triage.meetings.votes import dots_placed, voters


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


class Room(Stage):
    """The stage, and around it the head, what is one's own, and what was done last."""

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
    def attendances(self) -> list[Attendance]:
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
            for one in self.attendances
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
        chair = next((one for one in self.attendances if one.user_id == self.meeting.chair_id), None)
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
        return sum(1 for one in self.attendances if not one.is_guest or self.team.guests_vote)

    @cached_property
    def missing(self) -> str:
        """What keeps the chair from going on; in commit also a warning that does not."""
        return guards.missing(self.meeting) or (guards.without_exit(self.meeting) if self.phase is Phase.COMMIT else "")

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
        asked = {Phase.INTAKE: guards.candidates, Phase.VOTE: guards.has_open_items}.get(self.phase)
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

    # What is mine, and what was done last

    @property
    def is_ready(self) -> bool:
        return bool(self.attendance and self.attendance.ready_turn == self.meeting.turn)

    @property
    def worth(self) -> int | None:
        return self.attendance.worth if self.attendance else None

    @cached_property
    def asked(self) -> list[Commitment]:
        """What others proposed to this person for the sprint to come, and waits for a yes."""
        if not self.attendance or not self.attendance.user_id:
            return []
        mine = (Commitment.board_id == self.board.id, Commitment.owner_id == self.attendance.user_id)
        open_ones = (Commitment.verdict == Verdict.OPEN, Commitment.accepted_at.is_(None))
        to_come = Sprint.number >= (self.meeting.sprint_number or 0)
        return list(
            db.session.scalars(
                select(Commitment).join(Commitment.sprint).where(*mine, *open_ones, to_come).order_by(Commitment.id)
            )
        )

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
        if share >= timedelta(minutes=phase.minutes) or guards.went_back(meeting):
            return ""
        return recut_sentence(meeting.entered_at - on_time, phase, share, focus.pace(meeting))

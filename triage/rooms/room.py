"""Room: what a live ritual shows to whom, read when a template asks for it.

A room without an attendance holds nothing of any one person: what it shows in its head and, where the phase has no
secrets, on its stage is rendered once for everybody in the same seat.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, ClassVar, cast

from markupsafe import Markup

from triage.database import shared_now
from triage.rooms.access import Seat
from triage.rooms.addresses import address, named
from triage.rooms.attendance import CHAIR_GONE, Attendance
from triage.rooms.document import Minutes
from triage.rooms.dots import placed
from triage.rooms.models import Ritual
from triage.rooms.phases import RoomPhase
from triage.rooms.timer import Timer, recut, recut_sentence
from triage.teams.models import Team

# What its keys press, as its list of keys says: (keys, what they do).
Keys = tuple[tuple[str, ...], str]


@dataclass(frozen=True)
class Person:
    name: str
    initials: str
    has_come: bool
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
class Did:
    sentence: Markup
    event_id: int


class Room:
    """A kind of ritual adds what is on the stage of each of its phases: templates/<kind>s has one for each."""

    kinds: ClassVar[dict[type[Ritual], type["Room"]]] = {}
    keys: ClassVar[Sequence[Keys]] = ()

    def __init_subclass__(cls, *, of: type[Ritual] | None = None) -> None:
        if of is not None:
            Room.kinds[of] = cls

    @staticmethod
    def of(ritual: Ritual, seat: Seat, attendance: Attendance | None = None) -> Any:
        """The room of its kind."""
        return Room.kinds[type(ritual)](ritual, seat, attendance)

    def __init__(self, ritual: Any, seat: Seat, attendance: Attendance | None = None) -> None:
        self.ritual, self.seat, self.attendance = ritual, seat, attendance
        self.phase: Any = ritual.phase
        self.team: Team = ritual.team
        self.now: datetime = shared_now()

    @property
    def folder(self) -> str:
        """Where the templates of its kind are."""
        return f"{self.ritual.event_kind}s"

    @staticmethod
    def all_of(home: Any) -> str:
        """The address of all that were held there."""
        raise NotImplementedError

    def to(self, endpoint: str) -> str:
        """An address of this room."""
        return address(self.ritual, endpoint)

    @property
    def named(self) -> dict[str, int]:
        return named(self.ritual)

    @property
    def url(self) -> str:
        """Where this page asks for itself again: the wall must not get what is its viewer's own."""
        return self.to("screen" if self.seat.is_screen else "show")

    @property
    def now_ms(self) -> int:
        return int(self.now.timestamp() * 1000)

    @cached_property
    def minutes(self) -> Minutes:
        """As they are published or, while it goes on, as they would be now."""
        raise NotImplementedError

    # What is secret

    @property
    def is_secret(self) -> bool:
        """Does the phase hide something until its reveal?"""
        return bool(self.ritual.is_secret)

    @property
    def is_own(self) -> bool:
        """Is something on the stage its viewer's own? Then the stream does not bring it: each screen asks for it."""
        return self.is_secret

    @property
    def stage_key(self) -> object:
        """Changes when a stage that is each viewer's own must be asked for again for other reasons than one's own."""
        return None

    @property
    def is_revealable(self) -> bool:
        """Is there anything that the reveal would show?"""
        return self.is_secret

    # The head: what everyone sees in every phase

    @cached_property
    def attendances(self) -> list[Attendance]:
        return Attendance.all_of(self.ritual)

    @cached_property
    def people(self) -> list[Person]:
        """Who is here now, and who was; the chair first, then in the order in which they came."""
        people = [
            Person(
                name=one.name,
                initials=one.user.initials if one.user else one.name[:1].upper(),
                has_come=one.has_come,
                is_present=one.is_present(self.now),
                is_ready=one.ready_turn == self.ritual.turn,
                is_chair=one.user_id is not None and one.user_id == self.ritual.chair_id,
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
        return str(self.ritual.chair_name)

    @property
    def chair_is_gone(self) -> bool:
        """No sign of life from the chair's screens for 45 s. Nothing happens by itself."""
        chair = next((one for one in self.attendances if one.user_id == self.ritual.chair_id), None)
        began = self.ritual.started_at or self.now
        return (chair.seen_at if chair else began) + CHAIR_GONE < self.now

    @property
    def progress(self) -> str:
        """How far the phase has come, as far as that gives nothing away."""
        return ""

    @property
    def dots_progress(self) -> str:
        return f"{placed(self.ritual)} of {self.voting * self.ritual.dots} dots are placed"

    @property
    def voting(self) -> int:
        """How many of those who are or were here may ballot and vote."""
        return sum(1 for one in self.attendances if one.has_come and (not one.is_guest or self.team.guests_vote))

    @cached_property
    def missing(self) -> str:
        """What keeps the chair from going on."""
        return str(self.ritual.missing)

    @cached_property
    def primary(self) -> Button | None:
        """The one thing to do next."""
        turn = str(self.ritual.turn)
        if self.is_revealable:
            return Button("Reveal", self.to("reveal"), "turn", turn)
        if self.following is None:
            return Button(f"Close the {self.ritual.noun}", self.to("close"), "turn", turn)
        return Button(f"Next: {self.following.label}", self.to("turn"), "turn", turn)

    @cached_property
    def following(self) -> RoomPhase | None:
        """The phase that comes next, as far as one can see: empty ones are skipped."""
        later: list[RoomPhase] = [phase for phase in self.phase.later if not self.ritual.emptiness(phase)]
        return later[0] if later else cast(RoomPhase | None, self.phase.next)

    @property
    def back(self) -> RoomPhase | None:
        return self.phase.earlier[-1] if self.phase.earlier else None

    @cached_property
    def skipped(self) -> list[str]:
        """Why the phases just before this one were passed over."""
        return list(self.ritual.skipped)

    @cached_property
    def timer(self) -> "Clock":
        return Clock(self)

    @property
    def pace(self) -> float | None:
        """The team's seconds per item, where the phase is worked item by item."""
        return None

    # What is mine, and what was done last

    @property
    def is_ready(self) -> bool:
        return bool(self.attendance and self.attendance.ready_turn == self.ritual.turn)

    @property
    def worth(self) -> int | None:
        return self.attendance.worth if self.attendance else None

    @property
    def dots_left(self) -> int:
        return int(self.ritual.dots) - (self.attendance.dots_spent if self.attendance else 0)

    @property
    def places_dots(self) -> bool:
        return self.phase == "vote" and self.ritual.dots_revealed_at is None

    @property
    def did(self) -> Did | None:
        """The last thing that somebody did here and anybody can undo."""
        return None

    def waiting(self) -> dict[int, tuple[int, ...]]:
        """What waits for one person's yes, by the id of the user: on that person's screens something is to press."""
        return {}

    # What is below the stage

    @property
    def takes_notes(self) -> bool:
        """Is there a field at its foot for what anybody adds?"""
        return False

    @property
    def shows_cards(self) -> bool:
        """Is a board of cards below the stage?"""
        return False

    def cards_since(self, version: int) -> Markup | None:
        """The cards that changed after a version; None when there are too many."""
        return Markup("")


class Clock:
    """The timer as a page needs it to count by itself."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._timer = Timer(room.ritual.deadline or room.now)
        self.deadline = self._timer.deadline.isoformat()

    @property
    def is_over(self) -> bool:
        return self._timer.is_over(self._room.now)

    @property
    def minutes_planned(self) -> int:
        return int(self._room.phase.minutes)

    @property
    def sentence(self) -> str:
        """What is left for a phase that was entered late. It stands still: the screens count by themselves."""
        ritual, phase = self._room.ritual, self._room.phase
        if ritual.started_at is None or ritual.entered_at is None:
            return ""
        on_time = ritual.started_at + timedelta(minutes=sum(earlier.minutes for earlier in phase.earlier))
        share = recut(phase, ritual.started_at, ritual.entered_at)
        if share >= timedelta(minutes=phase.minutes) or ritual.went_back:
            return ""
        return recut_sentence(ritual.entered_at - on_time, phase, share, self._room.pace)

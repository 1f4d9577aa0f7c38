"""What a room's stream tells: the regions that all in the same seat see alike, and when to ask for one's own.

A region is rendered once per version and seat, and sent to those whose screen shows another. What is
private never travels: a person's screens hear `room` and ask for it. `turn` makes every screen ask for the whole room.
"""

import threading
import time
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from markupsafe import Markup, escape
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from triage.database import db, reading, shared_now
from triage.live.stream import message
from triage.refusal import Busy
from triage.rooms.access import Seat, seat_of
from triage.rooms.models import Ritual
from triage.rooms.presence import Presence, arrive
from triage.rooms.room import Room
from triage.teams.roles import Role
from triage.web.pages import render_block

LOOK_SECONDS = 4.0
KEPT_LOOKS = 100


@dataclass(frozen=True)
class Listener:
    """Whose screen a stream feeds."""

    ritual_id: int
    user_id: int | None
    guest_id: int | None
    role: Role
    is_screen: bool


@dataclass(frozen=True)
class Look:
    """A room at one version of its home. Who is there changes by the clock alone, and so makes another look.

    `ritual` is as it was then, and asks the database nothing any more. `shown` is what everybody in a seat sees, by
    the name of the region, and `cards` what changed on the board since a version.
    """

    ritual: Ritual
    version: int
    shows_cards: bool
    is_own: bool
    stage_key: object
    present: tuple[object, ...]
    own: dict[int, int]
    asked: dict[int, tuple[int, ...]]
    shown: dict[tuple[Seat, str], str] = field(default_factory=dict)
    cards: dict[int, Markup | None] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def regions(self, seat: Seat, *names: str) -> dict[str, str]:
        """What everybody in this seat sees, by the name of the region; all of them, or those named.

        Nothing when its home has moved on meanwhile: the next look is asked for already, and a screen that was told
        something newer than it has seen would never be told again.
        """
        # The wall has nothing of its own, so its stage holds no secret.
        wanted = names or (("head", "did") if self.is_own and seat is not Seat.SCREEN else ("head", "stage", "did"))
        with self._lock:
            missing = [(seat, name) for name in wanted if (seat, name) not in self.shown]
            if missing:
                with _at_hand(self.ritual.id) as room:
                    if room.ritual.home.version != self.version:
                        return {}
                    self.shown.update(_render(room, missing))
            return {name: self.shown[seat, name] for name in wanted}

    def cards_since(self, seen: int) -> Markup | None:
        """The cards that changed after a version; None when there are too many."""
        with self._lock:
            if seen not in self.cards:
                with _at_hand(self.ritual.id) as room:
                    self.cards[seen] = room.cards_since(seen)
            return self.cards[seen]


class Rooms:
    """The latest look at each room of this process."""

    def __init__(self) -> None:
        self._looks: OrderedDict[int, tuple[float, Look]] = OrderedDict()
        self._locks: dict[int, threading.Lock] = defaultdict(threading.Lock)

    def look(self, ritual_id: int, heard: int) -> Look:
        """A look that is at least as new as what was heard, and as the clock's last few seconds."""
        with self._locks[ritual_id]:
            looked_at, last = self._looks.get(ritual_id, (0.0, None))
            if last is None or last.version < heard or time.monotonic() > looked_at + LOOK_SECONDS:
                fresh = _look(ritual_id, last)
                self._looks[ritual_id] = time.monotonic(), fresh
                while len(self._looks) > KEPT_LOOKS:
                    with suppress(KeyError):  # another thread was first
                        self._looks.popitem(last=False)
                return fresh
            return last


class RoomTeller:
    """What one screen has been told so far, and what it is told next."""

    def __init__(self, rooms: Rooms, presence: Presence, who: Listener) -> None:
        self._rooms, self._presence, self._who = rooms, presence, who
        self._told: dict[str, str] = {}
        self._stage_key: object = None
        self._asked: tuple[int, ...] = ()
        self._is_first = True
        self._attendance_id: int | None = None
        self._away = ""
        self._version = 0

    def present_during(self, messages: Iterator[str]) -> Iterator[str]:
        """Whoever listens is in the room. Observers watch, and the wall is nobody."""
        if self._who.is_screen or (self._who.guest_id is None and self._who.role < Role.MEMBER):
            yield from messages
            return
        try:
            self._presence.sign_off()
            arrival = arrive(self._who.ritual_id, self._who.user_id, self._who.guest_id)
        except (Busy, OperationalError, PoolTimeout):
            return  # the page connects again
        if arrival is None:
            yield from messages
            return
        self._attendance_id, self._away, self._version = arrival.attendance_id, arrival.away, arrival.version
        self._presence.arrive(arrival.attendance_id)
        try:
            for text in messages:
                yield text
                self._sign(arrival.attendance_id)  # it was sent: nobody waits for this, however much there is to say
        finally:
            self._presence.leave(arrival.attendance_id)

    def _sign(self, attendance_id: int) -> None:
        with suppress(Busy, OperationalError, PoolTimeout):  # the next sign of life will do
            self._presence.sign(attendance_id, self._version)

    def tell(self, seen: int, heard: int) -> tuple[int, str]:
        """The version this screen comes to, and the messages that lead there."""
        look = self._rooms.look(self._who.ritual_id, heard)
        said = list(self._say(look, seen))
        self._version = look.version
        first = [message(None, name, data) for name, data in said[:-1]]
        last = [message(look.version, name, data) for name, data in said[-1:]]
        return look.version, "".join([*first, *last])

    def _say(self, look: Look, seen: int) -> Iterator[tuple[str, str]]:
        """Names and data of the messages."""
        is_first, self._is_first = self._is_first, False
        if is_first:
            yield "clock", str(int(_clock() * 1000))
            if self._away:
                yield "", _partial("away", f'<p class="away">{escape(self._away)}</p>', "innerHTML")
        seat = self._seat(look)
        # A page that is as new as the look is told nothing, and what it shows is not known: a region that is rendered
        # now may be newer. So with the next change it is told all.
        is_turned = look.ritual.turned > seen and seat is not Seat.SCREEN
        # At a turn it asks for the room; only what was done last stands outside of that.
        regions = {} if is_first and look.version == seen else look.regions(seat, *(["did"] if is_turned else []))
        changed = {name: html for name, html in regions.items() if self._told.get(name) != html}
        was, self._stage_key = self._stage_key, look.stage_key
        was_asked, self._asked = self._asked, look.asked.get(self._who.user_id or 0, ())
        self._told = dict(regions)
        if is_turned:
            if "did" in changed:
                yield "", _partial("did", changed["did"], "outerMorph")
            yield "turn", str(look.ritual.turned)
            return
        parts = [_partial(name, html, "outerMorph") for name, html in changed.items()]
        if look.shows_cards and look.version > seen and seat is not Seat.SCREEN:
            cards = look.cards_since(seen)
            if cards is None:
                yield "turn", str(look.ritual.turned)
                return
            if cards:
                parts.append(_partial("board", cards, "cards"))
        if parts:
            yield "", "".join(parts)
        is_own = self._attendance_id is not None and look.own.get(self._attendance_id, 0) > seen
        is_restaged = (look.is_own and was != look.stage_key) or was_asked != self._asked
        if seat is not Seat.SCREEN and (is_own or (look.version > seen if is_first else is_restaged)):
            yield "room", str(look.version)

    def _seat(self, look: Look) -> Seat:
        if self._who.is_screen:
            return Seat.SCREEN
        return seat_of(look.ritual, self._who.user_id, self._who.role)


@contextmanager
def _at_hand(ritual_id: int) -> Iterator[Room]:
    """The room as it is now, for nobody; all that is read is of one moment."""
    with reading():
        try:
            if db.engine.dialect.name == "postgresql":
                db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            yield Room.of(db.session.get_one(Ritual, ritual_id), Seat.READER)
        finally:
            db.session.remove()


def _look(ritual_id: int, last: Look | None) -> Look:
    """A fresh look, with what those who see the last one will ask for; or that, when nothing but time went by."""
    with _at_hand(ritual_id) as room:
        ritual, version = room.ritual, room.ritual.home.version
        there = tuple((one.id, one.is_present(room.now)) for one in room.attendances)
        present = (*there, room.chair_is_gone, ritual.is_idle)
        if last and (last.version, last.present) == (version, present):
            return last
        return Look(
            ritual=ritual,
            version=version,
            shows_cards=room.shows_cards,
            is_own=room.is_own,
            stage_key=room.stage_key if room.is_own else None,
            present=present,
            own={one.id: one.version for one in room.attendances},
            asked=room.waiting(),
            # At a turn all screens ask for the room themselves.
            shown=_render(room, [*last.shown]) if last and ritual.turned <= last.version else {},
        )


def _render(room: Room, regions: Iterable[tuple[Seat, str]]) -> dict[tuple[Seat, str], str]:
    """The same room seen from each seat: what it has read is read once for all of them."""
    shown = {}
    for seat, name in regions:
        room.seat = seat
        shown[seat, name] = render_block("rooms/room.html", name, room=room)
    return shown


def _clock() -> float:
    with reading():
        try:
            return shared_now().timestamp()
        finally:
            db.session.remove()


def _partial(region: str, html: str, swap: str) -> str:
    return f'<hx-partial hx-target="#{region}" hx-swap="{swap}">{html}</hx-partial>'

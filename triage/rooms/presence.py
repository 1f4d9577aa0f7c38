"""Who is in the room now: a person, not a connection. Laptop and phone together are one.

Each process counts the open screens of each attendance and gives a sign of life for all of them at once, every ten
seconds: one small write for however many people.
"""

import threading
import time
from dataclasses import dataclass

from sqlalchemy import select, update

from triage.accounts.models import User
from triage.clock import now
from triage.database import db, writing
from triage.events.models import Event
from triage.events.undo import standing
from triage.rooms.attendance import Attendance
from triage.rooms.models import IDLE, Ritual, Status

SIGN_SECONDS = 10.0


class Presence:
    """The screens that are open in this process, by attendance, and how far each has come."""

    def __init__(self) -> None:
        self._screens: dict[int, int] = {}
        self._seen: dict[int, int] = {}
        self._left: dict[int, int] = {}
        self._lock = threading.Lock()
        self._signed_at = 0.0

    def arrive(self, attendance_id: int) -> None:
        with self._lock:
            self._screens[attendance_id] = self._screens.get(attendance_id, 0) + 1

    def leave(self, attendance_id: int) -> None:
        """Whoever has no screen left is away: what comes after the last that was shown is news on the return."""
        with self._lock:
            self._screens[attendance_id] -= 1
            if not self._screens[attendance_id]:
                del self._screens[attendance_id]
                if attendance_id in self._seen:
                    self._left[attendance_id] = self._seen.pop(attendance_id)

    def sign(self, attendance_id: int, version: int) -> None:
        """A screen is alive and shows this version. What everybody's screens say is written now and then."""
        with self._lock:
            self._seen[attendance_id] = version
            if time.monotonic() < self._signed_at + SIGN_SECONDS:
                return
            self._signed_at = time.monotonic()
            # In the order of their ids, as whoever else changes several at once.
            alive = sorted(self._seen.items())
        with writing():
            moment = now()
            db.session.execute(
                update(Attendance), [{"id": id, "seen_at": moment, "seen_version": version} for id, version in alive]
            )
        self.sign_off()
        _end_forgotten()

    def sign_off(self) -> None:
        """Write how far those had come who left; also before anybody arrives, since it may be one of them."""
        with self._lock:
            left, self._left = sorted(self._left.items()), {}
        if left:
            with writing():
                db.session.execute(update(Attendance), [{"id": id, "seen_version": version} for id, version in left])


def _end_forgotten() -> None:
    """What everybody left hours ago ends in the database too, and who voted for what is forgotten with it."""
    forgotten = select(Ritual).where(Ritual.status == Status.LIVE, Ritual.active_at < now() - IDLE).limit(1)
    with writing():
        ritual = db.session.scalar(forgotten)
        if ritual is not None:
            ritual.hold()
            ritual.end_when_idle()


@dataclass(frozen=True)
class Arrival:
    attendance_id: int
    away: str
    version: int


def arrive(ritual_id: int, user_id: int | None, attendance_id: int | None) -> Arrival | None:
    """Note that somebody's screen is here; who was not, everybody hears of. Says what happened meanwhile.

    Nobody comes to one that has not begun or is over.
    """
    with writing():
        ritual = db.session.get_one(Ritual, ritual_id)
        if not ritual.is_live:
            return None
        if user_id is None:
            attendance = db.session.get_one(Attendance, attendance_id)
        else:
            attendance = Attendance.come(ritual, db.session.get_one(User, user_id))
        is_new = attendance.seen_version == 0
        was_present = attendance.is_present(now()) and not is_new
        away = "" if was_present else while_away(ritual, max(ritual.first_version, attendance.seen_version))
        if not was_present:
            ritual.home.hold()
            attendance.seen_version = ritual.home.version  # whoever only reloads has missed nothing
        attendance.seen_at = now()
        return Arrival(attendance.id, away, ritual.home.version)


def while_away(ritual: Ritual, since: int) -> str:
    """`While you were away: 2 sorted, 1 committed.`; empty when nothing was."""
    happened = standing().where(*ritual.events, Event.version > since, Event.action.in_(ritual.meanwhile))
    things: dict[str, set[int]] = {}
    for event in db.session.scalars(happened):
        things.setdefault(ritual.meanwhile[event.action], set()).add(event.item_id or event.subject_id)
    said = [f"{len(things[word])} {word}" for word in dict.fromkeys(ritual.meanwhile.values()) if word in things]
    return f"While you were away: {', '.join(said)}." if said else ""

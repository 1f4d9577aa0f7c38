"""One open page's stream of server-sent events: what changed since its version, then every change after that.

It holds no database connection while it waits. Bursts come as one message, because it looks anew only after sending.
"""

import threading
import time
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import exists, select

from triage.boards.models import Board
from triage.columns.cards import changes
from triage.database import Topic, db, reading
from triage.events.models import Event
from triage.live.bus import Bus

Tell = Callable[[int, int], tuple[int, str]]
FRESH = ": here\n\n"
KEPT_MESSAGES = 500
BYE = "event: bye\ndata: \n\n"


@dataclass(frozen=True)
class Stream:
    """What one page hears of one topic: a board, a team.

    `tell(seen, heard)` gives the version the page comes to from the one it has seen, and the messages that lead there.
    """

    bus: Bus
    topic: Topic
    since: int
    tell: Tell
    may_go_on: Callable[[], bool]
    heartbeat: float
    lifetime: float

    def messages(self) -> Iterator[str]:
        """Server-sent events until the stream's time is up, its reader may no longer read, or the process goes."""
        seen, start = self.since, time.monotonic()
        asked = start
        yield "retry: 1000\n\n"
        while not self.bus.is_closed and time.monotonic() < start + self.lifetime:
            # Asked again however busy the board is: whoever was removed must not go on listening.
            if time.monotonic() > asked + 2 * self.heartbeat:
                asked = time.monotonic()
                if not self._may_go_on():
                    return
            generation = self.bus.generation
            seen, message = self.tell(seen, self.bus.heard(self.topic))
            if message:
                yield message
            if not self.bus.wait(self.topic, seen, generation, self.heartbeat):
                yield FRESH
        yield BYE

    def _may_go_on(self) -> bool:
        with reading():
            try:
                return self.may_go_on()
            finally:
                db.session.remove()


class News:
    """What is told of a board to those who stand at a version: found out once for all of them, at each ring."""

    def __init__(self) -> None:
        self._told: OrderedDict[tuple[int, int, bool], tuple[int, str]] = OrderedDict()
        # One per board, so that a slow look at one keeps nobody at another waiting.
        self._locks: dict[int, threading.Lock] = defaultdict(threading.Lock)

    def since(self, seen: int, heard: int, board_id: int, shows_cards: bool) -> tuple[int, str]:
        """The board's version and the message that leads there from `seen`; with nothing heard it looks for itself."""
        if heard <= seen:
            return _look(seen, board_id, shows_cards)
        key = (board_id, seen, shows_cards)
        with self._locks[board_id]:
            told = self._told.get(key)
            if told is None or told[0] < heard:
                told = self._told[key] = _look(seen, board_id, shows_cards)
        while len(self._told) > KEPT_MESSAGES:
            with suppress(KeyError):  # another thread was first
                self._told.popitem(last=False)
        return told


def _look(seen: int, board_id: int, shows_cards: bool) -> tuple[int, str]:
    with reading():
        try:
            version = db.session.scalar(select(Board.version).where(Board.id == board_id)) or 0
            if version == seen:
                return seen, ""
            if not shows_cards and seen < version and not _has_news(board_id, seen):
                return version, ""
            # A page ahead of the board stood there before a backup was restored: it must begin anew.
            cards = changes(board_id, seen) if shows_cards and version > seen else None
            return version, message(version, "board", str(version)) if cards is None else message(version, "", cards)
        finally:
            db.session.remove()


def _has_news(board_id: int, seen: int) -> bool:
    """Did anything happen? A vote in a meeting makes a version, and is no event."""
    return db.session.scalar(select(exists().where(Event.board_id == board_id, Event.version > seen))) or False


def message(version: int | None, name: str, data: str) -> str:
    """One server-sent event: a named one is a DOM event on the page, an unnamed one is swapped in.

    Who loses the line after a message with a version comes back with that, so only the last of several has one.
    """
    lines = "".join(f"data: {line}\n" for line in data.split("\n"))
    head = "" if version is None else f"id: {version}\n"
    return head + (f"event: {name}\n" if name else "") + lines + "\n"

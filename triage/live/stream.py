"""One open page's stream of server-sent events: what changed since its version, then every change after that.

It holds no database connection while it waits. Bursts come as one message, because it looks anew only after sending.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import select

from triage.boards.models import Board
from triage.columns.cards import changes
from triage.database import db, reading
from triage.live.bus import Bus

FRESH = ": here\n\n"
BYE = "event: bye\ndata: \n\n"


@dataclass(frozen=True)
class Stream:
    """What one page hears of one board. `shows_cards`: the cards themselves, or only that something changed."""

    bus: Bus
    board_id: int
    since: int
    shows_cards: bool
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
            if time.monotonic() > asked + self.heartbeat:
                asked = time.monotonic()
                if not self._may_go_on():
                    return
            version, message = self._news(seen)
            if version > seen:
                seen = version
                yield message
            if not self.bus.wait(self.board_id, seen, self.heartbeat):
                yield FRESH
        yield BYE

    def _news(self, seen: int) -> tuple[int, str]:
        with reading():
            try:
                version = db.session.scalar(select(Board.version).where(Board.id == self.board_id)) or 0
                if version <= seen:
                    return seen, ""
                cards = changes(self.board_id, seen) if self.shows_cards else None
                return version, _event(version, "board", str(version)) if cards is None else _event(version, "", cards)
            finally:
                db.session.remove()

    def _may_go_on(self) -> bool:
        with reading():
            try:
                return self.may_go_on()
            finally:
                db.session.remove()


def _event(version: int, name: str, data: str) -> str:
    lines = "".join(f"data: {line}\n" for line in data.split("\n"))
    return f"id: {version}\n" + (f"event: {name}\n" if name else "") + lines + "\n"

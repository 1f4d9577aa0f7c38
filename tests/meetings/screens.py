"""An open page of the room, without a server: what its stream tells it, one look at a time."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import repeat

from flask import Flask

from tests.conftest import let_go
from triage.accounts.models import User
from triage.database import db
from triage.live.room import Listener, RoomTeller
from triage.rooms.attendance import Attendance
from triage.rooms.models import Ritual
from triage.teams.roles import MEMBER, OBSERVER


class Screen:
    """Opened by somebody of the cast (or by the guest of that name) on the room as it is, or was at `since`."""

    def __init__(self, app: Flask, meeting: Ritual, name: str, *, since: int | None = None, is_wall: bool = False):
        user = User.by_email(f"{name.lower()}@example.com")
        guest = None if user else db.session.query(Attendance).filter_by(guest_name=name).one()
        who = Listener(
            ritual_id=meeting.id,
            user_id=user and user.id,
            guest_id=guest and guest.id,
            role=OBSERVER if guest or name == "obi" else MEMBER,
            is_screen=is_wall,
        )
        db.session.refresh(meeting.home)
        self._app, self._topic = app, meeting.home.topic
        self._path = f"/{meeting.event_kind}s/{meeting.id}/live"
        self._seen = meeting.home.version if since is None else since
        self._teller = RoomTeller(app.extensions["rooms"], app.extensions["presence"], who)
        self._stream = self._teller.present_during(repeat(""))
        with self._request():
            next(self._stream)

    def hears(self) -> list[tuple[str, str]]:
        """Each message as (event, data); one without an event is swapped in."""
        with self._request():
            heard = self._app.extensions["bus"].heard(self._topic)
            self._seen, text = self._teller.tell(self._seen, heard)
            next(self._stream)  # it was sent
        return [_parsed(message) for message in text.split("\n\n") if message]

    def events(self) -> list[str]:
        return [event for event, _data in self.hears() if event and event != "clock"]

    def sees(self) -> str:
        """All that is swapped in."""
        return "".join(data for event, data in self.hears() if not event)

    def close(self) -> None:
        self._stream.close()

    @contextmanager
    def _request(self) -> Iterator[None]:
        """One of its own, and so with a session of its own."""
        let_go()
        with self._app.app_context(), self._app.test_request_context(self._path):
            yield


def _parsed(message: str) -> tuple[str, str]:
    event = re.search(r"^event: (.*)$", message, re.MULTILINE)
    return event[1] if event else "", "\n".join(re.findall(r"^data: (.*)$", message, re.MULTILINE))

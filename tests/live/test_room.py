"""The stream of a room, read from a real server: on PostgreSQL by two processes that share nothing else."""

import time
from contextlib import contextmanager, suppress
from datetime import timedelta
from queue import Empty

import pytest

from tests.live.listening import Listener, listening
from tests.serving import session_cookie
from triage.accounts.models import User
from triage.boards.models import Board
from triage.clock import now
from triage.database import db
from triage.items.models import Item
from triage.meetings import votes
from triage.meetings.agenda import Phase
from triage.meetings.models import Meeting
from triage.rooms.attendance import Attendance, renew_link
from triage.teams.models import Team

ROOM = "/meetings/1/live"
HEARTBEAT = 0.5


@pytest.fixture
def meeting(app):
    """Lea's, at the vote; Gil came by the link, and the team lets guests vote."""
    with app.app_context():
        lea = db.session.get_one(User, 1)
        db.session.get_one(Team, 1).guests_vote = True
        meeting = Meeting.start(db.session.get_one(Board, 1), by=lea)
        if meeting.phase is Phase.REVIEW:
            meeting.advance(seen=meeting.turn, by=lea)
        votes.reveal_ballots(meeting, seen=meeting.turn, by=lea)
        meeting.advance(seen=meeting.turn, by=lea)
        _gil, token = Attendance.come_as_guest(meeting, "Gil")
        db.session.commit()
    return token


def do(app, deed) -> None:
    """Something that happens in another process, which is this one: `deed(meeting, lea)`."""
    with app.app_context():
        meeting = db.session.get_one(Meeting, 1)
        meeting.hold()
        deed(meeting, db.session.get_one(User, 1))
        db.session.commit()


@contextmanager
def gil_listening(server, app, token):
    with app.test_request_context():
        cookie = app.session_interface.get_signing_serializer(app).dumps({"guest": {"1": token}})
    listener = Listener(server, cookie, ROOM)
    try:
        yield listener
    finally:
        listener.close()


def hears(listener, words, seconds=5):
    """Listens on until a message has these words, and gives its event."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        message = listener.next(seconds)
        assert message is not None, "the stream ended"
        if words in message[2]:
            return message[0]
    raise AssertionError(words)


on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite rings in one process


def test_who_arrives_is_seen_on_the_other_screens(server, app, meeting):
    with listening(server, app, "lea", ROOM) as lea:
        hears(lea, "Lea")
        with listening(server, app, "max", ROOM) as max_:
            hears(lea, "Max")
            hears(max_, "Lea")
    with app.app_context():
        here = {one.name: one for one in Attendance.all_of(db.session.get_one(Meeting, 1))}
        assert set(here) == {"Lea", "Max", "Gil"}
        assert here["Max"].seen_at > now() - timedelta(seconds=30)


@on_postgresql
def test_a_dot_reaches_the_own_screens_as_a_question_and_others_as_progress(server, app, meeting):
    with listening(server, app, "max", ROOM) as max_, gil_listening(server, app, meeting) as gil:
        hears(max_, "Max")
        hears(gil, "Max")
        do(app, lambda meeting, _lea: votes.add_dot(Attendance.of(meeting, db.session.get_one(User, 2)), item()))
        assert hears(gil, "1 of 10 dots are placed") == ""
        assert hears(max_, "1 of 10 dots are placed") == ""
        assert max_.next()[0] == "room"
        with pytest.raises(Empty):
            gil.next(seconds=3 * HEARTBEAT)


def item():
    return db.session.get_one(Item, 1)


def test_a_guest_hears_no_more_within_two_heartbeats_of_a_renewed_link(server, app, meeting):
    with gil_listening(server, app, meeting) as gil, listening(server, app, "max", ROOM) as max_:
        hears(max_, "Max")
        hears(gil, "Max")
        do(app, lambda meeting, lea: renew_link(meeting, by=lea))
        renewed = time.monotonic()
        while gil.next(seconds=10 * HEARTBEAT) is not None:
            pass
        assert time.monotonic() - renewed < 2 * HEARTBEAT + 1.5
        with suppress(Empty):
            assert max_.next(seconds=2 * HEARTBEAT) is not None, "members stay"
    with gil_listening(server, app, meeting) as gil:
        assert gil.response.status == 401


def test_nobody_strangers_and_guests_of_elsewhere_hear_nothing(server, app, meeting):
    with listening(server, app, "zoe", ROOM) as zoe:
        assert zoe.response.status == 404
    for token in ("", meeting + "x"):
        with gil_listening(server, app, token) as nobody:
            assert nobody.response.status == 401
            assert nobody.response.headers.get("Location") is None
    listener = Listener(server, session_cookie(app, "lea"), "/meetings/2/live")
    assert listener.response.status == 404
    listener.close()


def test_whoever_was_removed_from_the_team_hears_no_more_of_its_room(server, app, meeting):
    with listening(server, app, "max", ROOM) as max_:
        hears(max_, "Max")
        with app.app_context():
            harbor = db.session.get_one(Team, 1)
            next(one for one in harbor.members if one.user.name == "Max").remove(by=harbor.decider)
            db.session.commit()
        while max_.next(seconds=10 * HEARTBEAT) is not None:
            pass

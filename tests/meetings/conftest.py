"""A triage of the board Harbor that Lea chairs, on the first Monday of sprint 2, with four items in the inbox."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import Phase as HypothesisPhase

from tests.conftest import Person, let_go
from tests.meetings.screens import Screen
from triage import clock
from triage.accounts.models import User
from triage.boards.category import Category
from triage.boards.models import Board
from triage.commitments.drafts import CommitmentDraft
from triage.commitments.models import Commitment
from triage.database import db
from triage.events.models import Event
from triage.items.drafts import ItemDraft
from triage.items.models import Item
from triage.meetings import guards, votes
from triage.meetings.agenda import Phase
from triage.meetings.models import Meeting
from triage.rooms.access import link_token
from triage.rooms.attendance import Attendance
from triage.teams.models import Team

T = TypeVar("T")
# What fails is shown as it came: to make it shorter would take minutes.
THOROUGH = settings(
    max_examples=12,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[HypothesisPhase.generate],
)
HTMX = {"HX-Request": "true", "HX-Target": "div#flash"}
BEFORE = datetime(2026, 1, 5, 9, tzinfo=UTC)
START = BEFORE + timedelta(days=14)


@pytest.fixture(autouse=True)
def monday(request: pytest.FixtureRequest) -> Iterator[None]:
    """For tests that have a world: it is START. A test about the clock lets it go on with `later`."""
    if "app" not in request.fixturenames:
        yield
        return
    with request.getfixturevalue("app").app_context():
        db.session.get_one(Team, 1).first_sprint_on = date(2026, 1, 5)
        db.session.commit()
    with clock.at(START):
        yield


@pytest.fixture
def later() -> Callable[..., AbstractContextManager[None]]:
    """`with later(hours=3):` so much after START."""
    return lambda **time: clock.at(START + timedelta(**time))


@pytest.fixture
def due(board, people) -> Commitment:
    """Max promised D-4 in sprint 1, and nobody has said yet what became of it."""
    with clock.at(BEFORE):
        draft = CommitmentDraft(owner=people["max"].id, sprint=1, done_when="It is done", over=True)
        commitment = Commitment.make(db.session.get_one(Item, 4), draft, by=people["max"])
        db.session.commit()
    return commitment


@pytest.fixture
def meeting_in(board, people) -> Callable[..., Meeting]:
    """`meeting_in(Phase.SORT)`: it was begun and led there as fast as its rules allow."""

    def begin(phase: Phase) -> Meeting:
        meeting = Meeting.start(db.session.get_one(Board, 1), by=people["lea"])
        db.session.commit()
        walk(meeting, phase)
        return meeting

    return begin


@pytest.fixture
def meeting(meeting_in) -> Meeting:
    """It has just begun: nothing was promised, so it is at the intake."""
    return meeting_in(Phase.INTAKE)


@pytest.fixture
def come(people) -> Callable[[Meeting, str], Attendance]:
    """`come(meeting, "max")`: a member of the cast is there; any other name is a guest."""

    def arrive(meeting: Meeting, name: str) -> Attendance:
        if name in people:
            attendance = Attendance.come(meeting, people[name])
        else:
            attendance, _token = Attendance.come_as_guest(meeting, name)
        db.session.commit()
        return attendance

    return arrive


@pytest.fixture
def guests_vote(in_app) -> None:
    db.session.get_one(Team, 1).guests_vote = True
    db.session.commit()


@pytest.fixture
def guest(app) -> Callable[..., Person]:
    """`guest(meeting, "Gil")`: a browser that joined by the link."""

    def join(meeting: Meeting, name: str) -> Person:
        client = app.test_client()
        link = f"/join/{link_of(app, meeting)}"
        client.get(link)
        assert client.post(link, data={"name": name}).status_code == 303
        client.get(f"/meetings/{meeting.id}")
        return client

    return join


def link_of(app, meeting: Meeting) -> str:
    meeting_id = meeting.id
    let_go()
    with app.app_context():
        return link_token(db.session.get_one(Meeting, meeting_id))


def walk(meeting: Meeting, phase: Phase) -> None:
    """Lead it on; what holds it up is revealed, postponed or said."""
    while meeting.phase is not phase:
        chair = meeting.chair
        if meeting.phase is Phase.REVIEW:
            for commitment in guards.due(meeting):
                meeting.postpone_verdict(commitment, by=chair)
        if meeting.phase is Phase.INTAKE and meeting.ballots_revealed_at is None:
            votes.reveal_ballots(meeting, seen=meeting.turn, by=chair)
        if meeting.phase is Phase.VOTE and meeting.dots_revealed_at is None:
            votes.reveal_dots(meeting, seen=meeting.turn, by=chair)
        if meeting.phase is Phase.SORT:
            for item in guards.exitless(meeting):
                meeting.postpone_exit(item, by=chair)
        if meeting.phase is Phase.COMMIT and not guards.committed(meeting):
            meeting.commit_to_nothing("Nobody has time", by=chair)
        meeting.advance(seen=meeting.turn, by=chair)
        db.session.commit()


def hold_meetings(lea: User) -> list[Meeting]:
    """One on each of six more boards, the boards 3 to 8, each with one item, the items 6 to 11. Lea has the chair."""
    meetings = []
    for phase in (Phase.INTAKE, Phase.VOTE, Phase.SORT, Phase.CLOSE, None, Phase.CLOSE):
        board = Board.open(db.session.get_one(Team, 1), str(phase), by=lea)
        item = Item.report(board, ItemDraft(title="One more"), by=lea)
        if phase is None:
            meetings.append(Meeting.plan(board, clock.now() + timedelta(days=1), by=lea))
        else:
            meetings.append(Meeting.start(board, by=lea))
            walk(meetings[-1], phase)
        if phase is Phase.SORT:
            item.rate(Category.CATASTROPHIC, by=lea)
        db.session.commit()
    meetings[-1].close(seen=5, by=lea)
    db.session.commit()
    return meetings


def at_once(*works: Callable[[], T]) -> list[T]:
    """What each of them answers, done in threads that begin together."""
    gate = threading.Barrier(len(works))

    def run(work: Callable[[], T]) -> T:
        with clock.at(START):
            gate.wait()
            return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def closed(meeting: Meeting) -> Meeting:
    walk(meeting, Phase.CLOSE)
    meeting.close(seen=meeting.turn, by=meeting.chair)
    db.session.commit()
    return meeting


def actions(meeting: Meeting) -> list[str]:
    """What was recorded of it, in order: `entered`, `revealed_dots`, …"""
    events = db.session.query(Event).filter_by(subject_id=meeting.id).filter(Event.action.like("meeting.%"))
    return [event.action.partition(".")[2] for event in events.order_by(Event.id)]


def report(board: Board, people: dict[str, User], count: int) -> list[Item]:
    """More items for the inbox."""
    items = [Item.report(board, ItemDraft(title=f"Debt {n}"), by=people["max"]) for n in range(count)]
    db.session.commit()
    return items


@pytest.fixture
def opened(app, monkeypatch) -> Callable[..., Screen]:
    """`opened(meeting, "max")`: a screen in the room, where every sign of life is written at once."""
    monkeypatch.setattr("triage.rooms.presence.SIGN_SECONDS", -1)
    monkeypatch.setattr("triage.live.room.LOOK_SECONDS", -1)
    return partial(Screen, app)

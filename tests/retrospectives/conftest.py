"""A retrospective of the team Harbor that Lea chairs, on the first Monday of sprint 2; no change was decided before."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.conftest import Person, let_go
from tests.meetings.conftest import come, guests_vote, later, monday, opened  # noqa: F401 - fixtures
from tests.meetings.conftest import walk as walk_triage
from triage import clock
from triage.accounts.models import User
from triage.database import db
from triage.events.models import Event
from triage.meetings.agenda import Phase as TriagePhase
from triage.meetings.models import Meeting
from triage.retrospectives.agenda import Phase, Prompt
from triage.retrospectives.answers import Done, Helped
from triage.retrospectives.changes import ProcessChange
from triage.retrospectives.drafts import ChangeDraft
from triage.retrospectives.guards import asked
from triage.retrospectives.models import Retrospective
from triage.retrospectives.notes import Note, count, write
from triage.retrospectives.review import ChangeReview, settle
from triage.rooms.access import link_token
from triage.rooms.attendance import Attendance
from triage.teams.models import Team
from triage.teams.roles import MEMBER, OBSERVER

WRITTEN = {Prompt.KEPT: "Pairing", Prompt.SLOWED: "Waiting for reviews", Prompt.PUZZLED: "Who decides?"}


@pytest.fixture
def team(in_app) -> Team:
    return db.session.get_one(Team, 1)


@pytest.fixture
def retro_in(team, people) -> Callable[..., Retrospective]:
    """`retro_in(Phase.VOTE)`: it was begun and led there as fast as its rules allow, with the notes of WRITTEN."""

    def begin(phase: Phase, **how) -> Retrospective:
        retro = Retrospective.start(team, by=people["lea"])
        db.session.commit()
        return walk(retro, phase, **how)

    return begin


@pytest.fixture
def triage_in(board, people) -> Callable[[TriagePhase], Meeting]:
    """`triage_in(TriagePhase.SORT)`: a triage of the board Harbor, led there by Lea."""

    def begin(phase: TriagePhase) -> Meeting:
        meeting = Meeting.start(board, by=people["lea"])
        db.session.commit()
        walk_triage(meeting, phase)
        return meeting

    return begin


@pytest.fixture
def gathering(retro_in) -> Retrospective:
    """It has just begun: nothing was decided before, so notes are written."""
    return retro_in(Phase.GATHER)


@pytest.fixture
def voting(retro_in) -> Retrospective:
    """Max wrote the three notes of WRITTEN. Each has five dots, at most three on one."""
    return retro_in(Phase.VOTE)


@pytest.fixture
def reviewing(retro_in) -> Retrospective:
    """Change 1 was decided in the retrospective before."""
    closed(retro_in(Phase.GATHER))
    return retro_in(Phase.REVIEW)


@pytest.fixture
def guest(app) -> Callable[..., Person]:
    """`guest(retro, "Gil")`: a browser that joined by the link."""

    def join(retro: Retrospective, name: str) -> Person:
        let_go()
        with app.app_context():
            link = f"/join/{link_token(retro)}"
        client = app.test_client()
        client.get(link)
        assert client.post(link, data={"name": name}).status_code == 303
        client.get(f"/retrospectives/{retro.id}")
        return client

    return join


def walk(retro: Retrospective, phase: Phase, *, notes: bool = True, helped: Helped = Helped.YES) -> Retrospective:
    """Lead it on; what holds it up is answered, written, revealed or decided."""
    lead = retro.chair
    while retro.phase is not phase:
        if retro.phase is Phase.REVIEW and asked(retro):
            if retro.is_secret:
                retro.reveal(seen=retro.turn, by=lead)
            for review in asked(retro):
                settle(retro, review.change_id, Done.YES, by=lead)
                settle(retro, review.change_id, helped, by=lead)
        if retro.phase is Phase.GATHER and notes and not count(retro):
            writer = Attendance.come(retro, retro.team.members[1].user)
            for prompt, text in WRITTEN.items():
                write(writer, prompt, text)
        if retro.phase in (Phase.GATHER, Phase.VOTE) and retro.is_secret and count(retro):
            retro.reveal(seen=retro.turn, by=lead)
        if retro.phase is Phase.DECIDE and not ProcessChange.decided_in(retro):
            decide(retro)
        retro.advance(seen=retro.turn, by=lead)
        db.session.commit()
    return retro


def closed(retro: Retrospective, **how) -> Retrospective:
    walk(retro, Phase.CLOSE, **how)
    retro.close(seen=retro.turn, by=retro.chair)
    db.session.commit()
    return retro


def draft(**more) -> ChangeDraft:
    return ChangeDraft(**{"what": "Review within a day", "owner": 2, "seen_by": "No review waits", **more})


def decide(retro: Retrospective, **more) -> ProcessChange:
    """Max sees to it."""
    return ProcessChange.decide(retro, draft(**more), by=retro.chair)


def notes_in(retro: Retrospective) -> dict[str, Note]:
    """By what they say."""
    return {note.text: note for note in Note.all_of(retro)}


def review_of(retro: Retrospective, change_id: int = 1) -> ChangeReview:
    return ChangeReview.of(retro, change_id)


def actions(retro: Retrospective) -> list[str]:
    """What was recorded of it, in order: `entered`, `revealed_notes`, …"""
    events = db.session.query(Event).filter_by(subject_id=retro.id).filter(Event.action.like("retrospective.%"))
    return [event.action.partition(".")[2] for event in events.order_by(Event.id)]


def hold_retrospectives(lea: User, max_: User, obi: User | None = None) -> dict[str, Retrospective]:
    """One in each phase, `judging` with its answers revealed, one `planned` and one `over`.

    Each is of a team of its own with the same people. Lea has every chair; one note is gathered, one change decided.
    """
    held = {}
    for name in (*map(str, Phase), "judging", "planned", "over"):
        team = Team.found(f"Team {name}", by=lea)
        team.join(max_, MEMBER)
        if obi is not None:
            team.join(obi, OBSERVER)
        if name == "planned":
            held[name] = Retrospective.plan(team, clock.now() + timedelta(days=1), by=lea)
            continue
        held[name] = retro = Retrospective.start(team, by=lea)
        if name in list(Phase)[1:]:
            walk(retro, Phase(name))
        else:
            closed(retro)
        if name in ("review", "judging"):
            held[name] = Retrospective.start(team, by=lea)
    write(Attendance.come(held["gather"], max_), Prompt.KEPT, "Pairing")
    decide(held["decide"])
    held["judging"].reveal(seen=1, by=lea)
    db.session.commit()
    return held

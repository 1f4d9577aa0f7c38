"""A retrospective of Harbor, led as far as a test wants it."""

from datetime import timedelta

from triage import clock
from triage.accounts.models import User
from triage.database import db
from triage.retrospectives import guards, notes, review
from triage.retrospectives.agenda import Phase, Prompt
from triage.retrospectives.answers import Done, Helped
from triage.retrospectives.changes import ProcessChange
from triage.retrospectives.drafts import ChangeDraft
from triage.retrospectives.models import Retrospective
from triage.rooms.attendance import Attendance
from triage.teams.models import Team

PAIRING, REVIEWS, WAITING, SERVERS = (
    "Pairing on the migration went well",
    "Reviews wait two days",
    "Waiting for review, again",
    "Why are there two staging servers?",
)
WRITTEN = (
    ("Lea", Prompt.KEPT, PAIRING),
    ("Max", Prompt.SLOWED, REVIEWS),
    ("Lea", Prompt.SLOWED, WAITING),
    ("Max", Prompt.PUZZLED, SERVERS),
)
BEFORE = ("Review within a working day", "No meetings before ten")


def come_to(team: Team, phase: str) -> Retrospective:
    """Begun or led on by its chair, as fast as its rules allow."""
    retrospective = Retrospective.live_on(team)
    if retrospective is None:
        if phase == "review":
            hold_one_before(team)
        retrospective = Retrospective.start(team, by=team.decider)
        db.session.commit()
    while retrospective.phase != phase:
        go_on(retrospective)
    return retrospective


def hold_one_before(team: Team) -> None:
    """It decided on two changes two weeks ago."""
    with clock.at(clock.now() - timedelta(weeks=2)):
        earlier = Retrospective.start(team, by=team.decider)
        while earlier.phase is not Phase.DECIDE:
            go_on(earlier, is_silent=True)
        for what in BEFORE:
            decide(earlier, what)
        go_on(earlier)
        earlier.close(seen=earlier.turn, by=earlier.chair)
        db.session.commit()


def go_on(retrospective: Retrospective, *, is_silent: bool = False) -> None:
    """What holds it up is said, written, revealed or decided."""
    chair, phase = retrospective.chair, retrospective.phase
    if phase is Phase.GATHER and not is_silent:
        write(retrospective)
    if retrospective.missing and retrospective.is_secret:
        retrospective.reveal(seen=retrospective.turn, by=chair)
    if phase is Phase.REVIEW:
        for one in guards.asked(retrospective):
            review.settle(retrospective, one.change_id, Done.YES, by=chair)
            review.settle(retrospective, one.change_id, Helped.YES, by=chair)
    if phase is Phase.DECIDE and retrospective.missing:
        decide(retrospective, "Review within a working day")
    retrospective.advance(seen=retrospective.turn, by=chair)
    db.session.commit()


def write(retrospective: Retrospective) -> None:
    for name, prompt, text in WRITTEN:
        notes.write(Attendance.come(retrospective, person(retrospective.team, name)), prompt, text)
    db.session.commit()


def decide(retrospective: Retrospective, what: str, **more: object) -> None:
    seen_by = "No pull request is older than a day on Fridays"
    draft = ChangeDraft(what=what, owner=retrospective.chair_id, seen_by=seen_by, **more)
    ProcessChange.decide(retrospective, draft, by=retrospective.chair)
    db.session.commit()


def person(team: Team, name: str) -> User:
    return next(user for user in team.committers if user.name == name)

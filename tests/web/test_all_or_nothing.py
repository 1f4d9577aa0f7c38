"""The n-th call to the database fails, for every n: a use case is done with its events, or nothing of it is."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from tests.conftest import PASSWORD
from tests.web.snapshot import rows
from triage.accounts.models import hash_token
from triage.commitments.drafts import CommitmentDraft
from triage.commitments.models import Commitment
from triage.database import db
from triage.items.models import Item
from triage.teams.models import Invitation, Team
from triage.teams.roles import MEMBER

LOG = "# Debt\n\n## No backups\n\n**Why**: nobody asked\n\n## No alarms\n\n**Fix**: a pager\n"

# Who, where, with what → the actions that must be recorded.
USE_CASES = {
    "report": ("max", "/boards/1/items", {"title": "New"}, ["item.reported"]),
    "explain and sort": (
        "max",
        "/items/1/place",
        {"category": "expensive", "why": "A hurry", "fix": "An index"},
        ["item.edited", "item.rated"],
    ),
    "commit": ("max", "/items/1/commitments", {"owner": "2", "sprint": "1", "done_when": "Done"}, ["commitment.made"]),
    "keep and pay": (
        "max",
        "/commitments/1/verdict",
        {"verdict": "kept"},
        ["commitment.kept", "item.paid"],
    ),
    "import": ("max", "/boards/1/import/acceptance", {"text": LOG}, ["item.imported", "item.imported"]),
    "join": ("zoe", "/join/team/known", {}, ["membership.joined"]),
    "leave": ("max", "/memberships/2/end", {}, ["membership.left", "team.decider_named"]),
    "sign up": ("anyone", "/sign-up", {"email": "ana@example.com", "name": "Ana", "password": PASSWORD}, []),
}


class Calls:
    """Counts the calls to the database, and lets one of them fail."""

    def __init__(self) -> None:
        self.made, self.failing = 0, 0

    def __call__(self, *_about: object) -> None:
        self.made += 1
        if self.made == self.failing:
            raise OperationalError("a statement", None, Exception("the connection is lost"))


@contextmanager
def counted(app) -> Iterator[Calls]:
    calls = Calls()
    with app.app_context():
        engine = db.engine
    for name in ("before_cursor_execute", "commit"):
        event.listen(engine, name, calls)
    try:
        yield calls
    finally:
        for name in ("before_cursor_execute", "commit"):
            event.remove(engine, name, calls)


def prepare(app):
    with app.app_context():
        team, item = db.session.get_one(Team, 1), db.session.get_one(Item, 3)
        lea, max_ = (member.user for member in team.members[:2])
        invitation, _token = Invitation.make(team, MEMBER, by=lea, days=7)
        invitation.token_hash = hash_token("known")
        Commitment.make(item, CommitmentDraft(owner=max_.id, sprint=1, done_when="Done"), by=lea)
        team.name_decider(max_, by=lea)
        db.session.commit()


def test_a_use_case_is_done_with_its_events_or_nothing_of_it_is(app, as_, subtests):
    prepare(app)
    people = {name: as_(name) for name in ("max", "zoe")} | {"anyone": app.test_client()}
    people["anyone"].get("/sign-up")
    for name, (who, path, form, actions) in USE_CASES.items():
        with subtests.test(name):
            before, failures = rows(app), 0
            while True:
                with counted(app) as calls:
                    calls.failing = failures + 1
                    answer = people[who].post(path, data=form)
                if calls.made < calls.failing:
                    break
                failures += 1
                assert answer.status_code == 503, f"call {failures}"
                assert rows(app) == before, f"call {failures}"
            assert answer.status_code == 303
            assert failures >= 4
            after = rows(app)
            events = after["event"][len(before["event"]) :]
            assert [event["action"] for event in events] == actions
            of_board = {event["version"] for event in events if event["board_id"] == 1}
            assert of_board <= {after["board"][0]["version"]}
            assert after["board"][0]["version"] - before["board"][0]["version"] == len(of_board)


def test_a_page_that_fails_half_way_leaves_no_lock_behind(app, lea):
    with counted(app) as calls:
        lea.get("/boards/1")
        needed = calls.made
    for failing in range(1, needed + 1):
        with counted(app) as calls:
            calls.failing = failing
            assert lea.get("/boards/1").status_code == 503
        assert lea.post("/items/1/step", data={"step": "down"}).status_code == 303

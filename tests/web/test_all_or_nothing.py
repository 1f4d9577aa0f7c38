"""The n-th call to the database fails, for every n: a use case is done with its events, or nothing of it is."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from tests.conftest import PASSWORD
from tests.meetings.conftest import hold_meetings
from tests.retrospectives.conftest import hold_retrospectives
from tests.web.snapshot import rows
from triage.accounts.models import hash_token
from triage.boards.category import Category
from triage.boards.models import Board
from triage.commitments.drafts import CommitmentDraft
from triage.commitments.models import Commitment
from triage.database import db
from triage.events.undo import last_undoable
from triage.items.drafts import ItemDraft
from triage.items.models import Item
from triage.meetings import votes
from triage.retrospectives.notes import Note
from triage.rooms.attendance import Attendance
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
    "commit and move": (
        "max",
        "/items/2/commitments",
        {"owner": "2", "sprint": "1", "done_when": "Done", "category": "catastrophic", "after": "1"},
        ["item.rated", "commitment.made"],
    ),
    "refuse and move": (
        "max",
        "/items/4/refusal",
        {"reason": "Reverted", "category": "catastrophic"},
        ["item.rated", "item.refused"],
    ),
    "keep and pay": (
        "max",
        "/commitments/1/verdict",
        {"verdict": "kept"},
        ["commitment.kept", "item.paid"],
    ),
    "import": ("max", "/boards/1/import/acceptance", {"text": LOG}, ["item.imported", "item.imported"]),
    "join": ("zoe", "/join/team/known", {}, ["membership.joined"]),
    "leave": ("max", "/memberships/2/end", {}, ["membership.left", "team.decider_named"]),
    "start": ("lea", "/boards/8/meetings", {}, ["meeting.started", "meeting.skipped", "meeting.entered"]),
    "reveal ballots": (
        "lea",
        "/meetings/1/reveal",
        {"turn": "1"},
        ["meeting.revealed_ballots", "item.rated", "item.rated", "item.rated"],
    ),
    "advance": ("lea", "/meetings/1/phase", {"turn": "1"}, ["meeting.entered"]),
    "dot": ("lea", "/meetings/2/dots", {"add": "7"}, []),
    "reveal dots": ("lea", "/meetings/2/reveal", {"turn": "2"}, ["meeting.revealed_dots"]),
    "undo": ("lea", "/meetings/3/undo", {"event": "last"}, ["item.rated"]),
    "close": ("lea", "/meetings/4/closing", {"turn": "5"}, ["meeting.closed"]),
    "write a note": ("max", "/retrospectives/{gather}/notes", {"prompt": "kept", "text": "Pairing"}, []),
    "group": ("max", "/retrospectives/{vote}/groups", {"note": "{note}", "same_as": "{other}"}, []),
    "decide on a change": (
        "max",
        "/retrospectives/{decide}/changes",
        {"what": "Pair", "owner": "2", "seen_by": "Fewer reviews", "items": "D-1"},
        ["process_change.decided"],
    ),
    "close a retrospective": (
        "lea",
        "/retrospectives/{close}/closing",
        {"turn": "4"},
        ["retrospective.closed"],
    ),
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
        intake, _vote, sort, *_others = hold_meetings(lea)
        Item.report(intake.board, ItemDraft(title="More"), by=lea)
        Item.report(intake.board, ItemDraft(title="Still more"), by=lea)
        for one in db.session.query(Item).filter_by(board_id=intake.board_id):
            votes.cast_ballot(Attendance.come(intake, max_), one, Category.CHEAP)
        db.session.commit()
        held = hold_retrospectives(lea, max_)
        Board.open(held["decide"].team, "Depot", by=lea)
        Item.report(held["decide"].team.boards[0], ItemDraft(title="Slow tests"), by=lea)
        note, other, _third = Note.all_of(held["vote"])
        db.session.commit()
        known = {"last": last_undoable(sort.board_id, 0).id, "{note}": note.id, "{other}": other.id}
        return known | {f"{{{phase}}}": retrospective.id for phase, retrospective in held.items()}


def told(use_case, known):
    """Who, where and with what, by the ids of this world."""
    who, path, form, actions = use_case
    for word, id in known.items():
        path = path.replace(word, str(id))
    return who, path, {name: str(known.get(value, value)) for name, value in form.items()}, actions


def test_a_use_case_is_done_with_its_events_or_nothing_of_it_is(app, as_, subtests):
    known = prepare(app)
    people = {name: as_(name) for name in ("lea", "max", "zoe")} | {"anyone": app.test_client()}
    people["anyone"].get("/sign-up")
    for name, use_case in USE_CASES.items():
        who, path, form, actions = told(use_case, known)
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
            for home in ("board", "team"):
                of_home = [
                    event for event in events if bool(event["board_id"]) == (home == "board") and event["version"]
                ]
                for was, row in zip(before[home], after[home], strict=True):
                    versions = {event["version"] for event in of_home if event[f"{home}_id"] == row["id"]}
                    assert versions <= {row["version"]}
                    assert len(versions) <= row["version"] - was["version"] <= 1


def test_a_dot_that_was_saved_is_never_called_unsaved_whatever_fails_afterwards(app, as_):
    prepare(app)
    lea = as_("lea")
    before, failing, statuses = rows(app), 0, []
    while not statuses or statuses[-1] == 503:
        failing += 1
        with counted(app) as calls:
            calls.failing = failing
            answer = lea.post("/meetings/2/dots", data={"add": "7"}, headers={"HX-Request": "true"})
        statuses.append(answer.status_code)
        assert (rows(app) == before) == (answer.status_code == 503), f"call {failing}"
    assert answer.status_code == 204
    assert answer.headers["HX-Trigger"] == "changed"


def test_a_page_that_fails_half_way_leaves_no_lock_behind(app, lea):
    with counted(app) as calls:
        lea.get("/boards/1")
        needed = calls.made
    for failing in range(1, needed + 1):
        with counted(app) as calls:
            calls.failing = failing
            assert lea.get("/boards/1").status_code == 503
        assert lea.post("/items/1/step", data={"step": "down"}).status_code == 303

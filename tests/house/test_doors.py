"""Every route, by every actor: what each gets is written down here, and a refused request changes nothing.

No GET writes, but one: the stream of a room notes who is there. A route that is missing from the table fails the suite,
and so does one that nobody gets through.
"""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.conftest import PASSWORD, Person
from tests.meetings.conftest import hold_meetings
from tests.retrospectives.conftest import hold_retrospectives
from tests.web.snapshot import Rows, changed, rows
from triage.accounts.models import User, hash_token
from triage.boards.category import Category
from triage.boards.models import Board
from triage.clock import today
from triage.commitments.bring_back import postpone
from triage.commitments.drafts import CommitmentDraft
from triage.commitments.models import Commitment, Verdict
from triage.commitments.sprints import Sprint
from triage.database import Base, db
from triage.events.models import Event
from triage.events.undo import last_own, last_undoable
from triage.finding.drafts import SavedSearchDraft
from triage.finding.saved import SavedSearch
from triage.items.comments import Comment
from triage.items.drafts import BringBackDraft, ItemDraft
from triage.items.models import Item
from triage.items.waiver import Waiver
from triage.retrospectives.changes import ProcessChange
from triage.retrospectives.notes import Note
from triage.retrospectives.review import ChangeReview
from triage.rooms.access import link_token
from triage.teams.models import Invitation, Team
from triage.teams.roles import LEAD, MEMBER

ACTORS = ("anyone", "zoe", "obi", "max", "lea")  # nobody, a stranger, an observer, a member, a lead
SIGN_IN = "→ sign in"
MISSING, HUGE = 999_999, 10**30
TEMPLATES = Path(__file__).parents[2] / "templates"

LOG = {"text": "# Debt\n\n## No backups\n\n**Why**: nobody asked\n"}
SETTINGS = {"name": "Port", "unit": "points", "sprint_days": "7", "budget_percent": "10", "time_zone": "UTC"}
SETTINGS |= {"dots": "5", "dots_per_item": "3", "capacity": ""}
SETTINGS |= {"kept_prompt": "What was good?", "slowed_prompt": "What was slow?", "puzzled_prompt": "What was odd?"}
SPRINT = {f"{which}_day": f"{today('UTC') + timedelta(days=days)}" for which, days in (("first", 30), ("last", 40))}
ANA = {"email": "ana@example.com", "name": "Ana", "password": PASSWORD}

# Method and rule → the address, the form, and the status for each of ACTORS.
ALL, PAGE, WRITE = (200,) * 5, (SIGN_IN, 404, 200, 200, 200), (SIGN_IN, 404, 403, 303, 303)
LEADS, EDITS = (SIGN_IN, 404, 403, 403, 303), (SIGN_IN, 404, 403, 200, 200)
CHAIRS = (SIGN_IN, 404, 403, 422, 303)  # Lea has the chair
MAXS = (SIGN_IN, 404, 403, 303, 422)  # Max wrote it
PRESENCE, RETRO = "GET /meetings/<int:meeting_id>/live", "/retrospectives/<int:retrospective_id>"
RETRO_PRESENCE = f"GET {RETRO}/live"
CHANGE = {"what": "Review within a day", "owner": "2", "seen_by": "No review waits"}
TABLE: dict[str, tuple[str, dict[str, str] | None, tuple[int | str, ...]]] = {
    "GET /healthz": ("/healthz", None, ALL),
    "GET /readyz": ("/readyz", None, ALL),
    "GET /assets/<name>": ("/assets/{css}", None, ALL),
    "GET /sign-up": ("/sign-up", None, ALL),
    "POST /sign-up": ("/sign-up", ANA, (303,) * 5),
    "GET /sign-in": ("/sign-in", None, (200, 302, 302, 302, 302)),
    "POST /sign-in": ("/sign-in", {"email": "max@example.com", "password": PASSWORD}, (303,) * 5),
    "POST /sign-out": ("/sign-out", {}, (303,) * 5),
    "GET /account": ("/account", None, (SIGN_IN, 200, 200, 200, 200)),
    "POST /account/keys": ("/account/keys", {"uses_keys": "false"}, (SIGN_IN, 303, 303, 303, 303)),
    "POST /account/sessions/<int:session_id>/end": ("/account/sessions/4/end", {}, (SIGN_IN, 404, 404, 404, 303)),
    "GET /": ("/", None, (SIGN_IN, 200, 200, 200, 200)),
    "POST /teams": ("/teams", {"name": "New"}, (SIGN_IN, 303, 303, 303, 303)),
    "GET /teams/<int:team_id>": ("/teams/1", None, PAGE),
    "GET /teams/<int:team_id>/settings": ("/teams/1/settings", None, (SIGN_IN, 404, 403, 403, 200)),
    "POST /teams/<int:team_id>/settings": ("/teams/1/settings", SETTINGS, LEADS),
    "GET /teams/<int:team_id>/sprints": ("/teams/1/sprints", None, PAGE),
    "GET /teams/<int:team_id>/sprints/<int:number>": ("/teams/1/sprints/2", None, PAGE),
    "POST /teams/<int:team_id>/sprints/<int:number>": ("/teams/1/sprints/2", SPRINT, LEADS),
    "POST /teams/<int:team_id>/decider": ("/teams/1/decider", {"user": "2"}, LEADS),
    "POST /teams/<int:team_id>/invitations": ("/teams/1/invitations", {"role": "2"}, (SIGN_IN, 404, 403, 403, 200)),
    "POST /invitations/<int:invitation_id>/revocation": ("/invitations/1/revocation", {}, LEADS),
    "GET /join/team/<token>": ("/join/team/known", None, ALL),
    "POST /join/team/<token>": ("/join/team/known", {}, (SIGN_IN, 303, 422, 422, 422)),
    "POST /memberships/<int:membership_id>/role": ("/memberships/2/role", {"role": "3"}, LEADS),
    "POST /memberships/<int:membership_id>/end": ("/memberships/2/end", {}, (SIGN_IN, 404, 403, 303, 303)),
    "POST /teams/<int:team_id>/boards": ("/teams/1/boards", {"name": "New"}, WRITE),
    "POST /boards/<int:board_id>/name": ("/boards/1/name", {"name": "New"}, LEADS),
    "GET /boards/<int:board_id>": ("/boards/1", None, PAGE),
    "GET /boards/<int:board_id>/live": ("/boards/1/live", None, (401, 404, 200, 200, 200)),
    "GET /boards/<int:board_id>/history": ("/boards/1/history", None, PAGE),
    "GET /boards/<int:board_id>/history.md": ("/boards/1/history.md", None, PAGE),
    "GET /boards/<int:board_id>/history.json": ("/boards/1/history.json", None, PAGE),
    "GET /boards/<int:board_id>/history/<key>.csv": ("/boards/1/history/kept.csv", None, PAGE),
    "GET /boards/<int:board_id>/history/<key>.json": ("/boards/1/history/kept.json", None, PAGE),
    "GET /teams/<int:team_id>/history": ("/teams/1/history", None, PAGE),
    "GET /teams/<int:team_id>/history.md": ("/teams/1/history.md", None, PAGE),
    "GET /teams/<int:team_id>/history.json": ("/teams/1/history.json", None, PAGE),
    "GET /teams/<int:team_id>/history/<key>.csv": ("/teams/1/history/kept.csv", None, PAGE),
    "GET /teams/<int:team_id>/history/<key>.json": ("/teams/1/history/kept.json", None, PAGE),
    "GET /boards/<int:board_id>/export.md": ("/boards/1/export.md", None, PAGE),
    "GET /boards/<int:board_id>/import": ("/boards/1/import", None, EDITS),
    "POST /boards/<int:board_id>/import": ("/boards/1/import", LOG, EDITS),
    "POST /boards/<int:board_id>/import/acceptance": ("/boards/1/import/acceptance", LOG, WRITE),
    "GET /boards/<int:board_id>/items": ("/boards/1/items?q=session", None, PAGE),
    "POST /boards/<int:board_id>/searches": (
        "/boards/1/searches",
        {"name": "Sessions", "query": "q=session"},
        (SIGN_IN, 404, 303, 303, 303),
    ),
    "POST /searches/<int:search_id>/deletion": ("/searches/1/deletion", {}, (SIGN_IN, 404, 404, 404, 303)),  # Lea's
    "GET /boards/<int:board_id>/then": ("/boards/1/then?version=3", None, PAGE),
    "GET /boards/<int:board_id>/decisions": ("/boards/1/decisions?q=session", None, PAGE),
    "GET /boards/<int:board_id>/decisions.md": ("/boards/1/decisions.md", None, PAGE),
    "GET /decisions/<int:event_id>/adr.md": ("/decisions/{decision}/adr.md", None, PAGE),
    "POST /boards/<int:board_id>/items": ("/boards/1/items", {"title": "New"}, WRITE),
    "POST /boards/<int:board_id>/items/places": ("/boards/1/items/places", {"item": "1", "category": "cheap"}, WRITE),
    "GET /items/<int:item_id>": ("/items/1", None, PAGE),
    "GET /items/<int:item_id>/edit": ("/items/1/edit", None, EDITS),
    "POST /items/<int:item_id>": ("/items/1", {"title": "New"}, WRITE),
    "POST /items/<int:item_id>/place": ("/items/1/place", {"category": "cheap"}, WRITE),
    "POST /items/<int:item_id>/step": ("/items/1/step", {"step": "up"}, WRITE),
    "POST /items/<int:item_id>/payment": ("/items/1/payment", {}, WRITE),
    "POST /items/<int:item_id>/drop": ("/items/1/drop", {"reason": "Gone"}, WRITE),
    "POST /items/<int:item_id>/reopening": ("/items/4/reopening", {}, WRITE),
    "GET /items/<int:item_id>/interest": ("/items/1/interest", None, EDITS),
    "POST /items/<int:item_id>/interest": ("/items/1/interest", {"minutes": "40"}, WRITE),
    "GET /items/<int:item_id>/waiver": ("/items/2/waiver", None, EDITS),
    "POST /items/<int:item_id>/waiver": (
        "/items/2/waiver",
        {"until": (today("UTC") + timedelta(days=9)).isoformat(), "reason": "Until the new storage"},
        (SIGN_IN, 404, 403, 422, 303),  # Lea is the decision-maker
    ),
    "GET /items/<int:item_id>/exits": ("/items/1/exits?category=catastrophic&after=3", None, EDITS),
    "POST /waivers/<int:waiver_id>/grant": ("/waivers/2/grant", {}, (SIGN_IN, 404, 403, 422, 303)),
    "POST /waivers/<int:waiver_id>/declining": ("/waivers/2/declining", {}, (SIGN_IN, 404, 403, 422, 303)),
    "POST /waivers/<int:waiver_id>/end": ("/waivers/1/end", {}, WRITE),
    "GET /items/<int:item_id>/refusal": ("/items/1/refusal", None, EDITS),
    "POST /items/<int:item_id>/refusal": ("/items/1/refusal", {"reason": "Reverted"}, WRITE),
    "GET /items/<int:item_id>/merge": ("/items/1/merge", None, EDITS),
    "POST /items/<int:item_id>/merge": ("/items/1/merge", {"into": "D-3"}, WRITE),
    "GET /items/<int:item_id>/splitting": ("/items/1/splitting", None, EDITS),
    "POST /items/<int:item_id>/splitting": ("/items/1/splitting", {"titles": "One\nTwo"}, WRITE),
    "POST /items/<int:item_id>/comments": ("/items/1/comments", {"comment": "Yes"}, WRITE),
    "POST /comments/<int:comment_id>": ("/comments/1", {"comment": "No"}, (SIGN_IN, 404, 403, 422, 303)),  # it is Lea's
    "POST /comments/<int:comment_id>/deletion": ("/comments/1/deletion", {}, (SIGN_IN, 404, 403, 422, 303)),
    "POST /boards/<int:board_id>/undo": ("/boards/1/undo", {"event": "{done}"}, (SIGN_IN, 404, 403, 422, 303)),
    "GET /items/<int:item_id>/bring-back": ("/items/1/bring-back", None, EDITS),
    "POST /items/<int:item_id>/bring-back": ("/items/1/bring-back", {"trigger": "before auth changes"}, WRITE),
    "POST /items/<int:item_id>/return": ("/items/3/return", {}, WRITE),
    "GET /items/<int:item_id>/commitments": ("/items/1/commitments", None, EDITS),
    "POST /items/<int:item_id>/commitments": (
        "/items/1/commitments",
        {"owner": "2", "sprint": "1", "done_when": "It is indexed"},
        WRITE,
    ),
    "POST /commitments/<int:commitment_id>/acceptance": (
        "/commitments/1/acceptance",
        {},
        (SIGN_IN, 404, 403, 303, 422),  # it was proposed to Max
    ),
    "POST /commitments/<int:commitment_id>/declining": ("/commitments/1/declining", {}, (SIGN_IN, 404, 403, 303, 422)),
    "GET /commitments/<int:commitment_id>/verdict": ("/commitments/1/verdict", None, EDITS),
    "POST /commitments/<int:commitment_id>/verdict": ("/commitments/1/verdict", {"verdict": "kept"}, WRITE),
    "GET /commitments": ("/commitments", None, (SIGN_IN, 200, 200, 200, 200)),
    "POST /commitments/<int:commitment_id>/withdrawal": ("/commitments/{coming}/withdrawal", {}, WRITE),
    "GET /commitments/<int:commitment_id>/correction": (
        "/commitments/{judged}/correction",
        None,
        (SIGN_IN, 404, 403, 403, 200),
    ),
    "POST /commitments/<int:commitment_id>/correction": (
        "/commitments/{judged}/correction",
        {"verdict": "missed", "reason": "It was another index"},
        LEADS,
    ),
    "POST /items/<int:item_id>/evidence": ("/items/1/evidence", {"reference": "0a1b2c3d4e"}, WRITE),
    # Meeting 1 is at the intake, 2 at the vote, 3 in the sort, 4 at the close; 5 is planned, and 6 is closed.
    "GET /boards/<int:board_id>/meetings": ("/boards/3/meetings", None, PAGE),
    "POST /boards/<int:board_id>/meetings": ("/boards/1/meetings", {}, WRITE),
    "POST /meetings/<int:meeting_id>/beginning": ("/meetings/5/beginning", {}, WRITE),
    "POST /meetings/<int:meeting_id>/cancelling": ("/meetings/5/cancelling", {}, WRITE),
    "GET /meetings/<int:meeting_id>": ("/meetings/1", None, PAGE),
    PRESENCE: ("/meetings/1/live", None, (401, 404, 200, 200, 200)),
    "GET /meetings/<int:meeting_id>/screen": ("/meetings/1/screen", None, PAGE),
    "GET /meetings/<int:meeting_id>/minutes": ("/meetings/6/minutes", None, PAGE),
    "GET /meetings/<int:meeting_id>/minutes.md": ("/meetings/6/minutes.md", None, PAGE),
    "GET /join/<token>": ("/join/{link}", None, (200, 200, 303, 303, 303)),
    "POST /join/<token>": ("/join/{link}", {"name": "Gil"}, (303,) * 5),
    "POST /meetings/<int:meeting_id>/link": ("/meetings/1/link", {}, CHAIRS),
    "POST /meetings/<int:meeting_id>/phase": ("/meetings/3/phase", {"back": "3"}, CHAIRS),
    "POST /meetings/<int:meeting_id>/reveal": ("/meetings/1/reveal", {"turn": "1"}, CHAIRS),
    "POST /meetings/<int:meeting_id>/chair": ("/meetings/1/chair", {}, WRITE),
    "POST /meetings/<int:meeting_id>/timer": ("/meetings/1/timer", {"minutes": "2"}, CHAIRS),
    "POST /meetings/<int:meeting_id>/focus": ("/meetings/3/focus", {"item": "8"}, CHAIRS),
    "POST /meetings/<int:meeting_id>/postponements": ("/meetings/3/postponements", {"item": "8"}, CHAIRS),
    "GET /meetings/<int:meeting_id>/budget": ("/meetings/2/budget", None, EDITS),
    "POST /meetings/<int:meeting_id>/budget": ("/meetings/2/budget", {"dots": "4", "dots_per_item": "2"}, CHAIRS),
    "POST /meetings/<int:meeting_id>/closing": ("/meetings/4/closing", {"turn": "5"}, CHAIRS),
    "POST /meetings/<int:meeting_id>/reopening": ("/meetings/6/reopening", {}, CHAIRS),
    "POST /meetings/<int:meeting_id>/ballots": ("/meetings/1/ballots", {"cheap": "6"}, WRITE),
    "POST /meetings/<int:meeting_id>/dots": ("/meetings/2/dots", {"add": "7"}, WRITE),
    "POST /meetings/<int:meeting_id>/ready": ("/meetings/1/ready", {"turn": "1", "ready": "1"}, WRITE),
    "POST /meetings/<int:meeting_id>/pulse": ("/meetings/4/pulse", {"worth": "5"}, WRITE),
    "POST /meetings/<int:meeting_id>/undo": ("/meetings/3/undo", {"event": "{event}"}, WRITE),
    "GET /meetings/<int:meeting_id>/nothing": ("/meetings/1/nothing", None, EDITS),
    "POST /meetings/<int:meeting_id>/nothing": ("/meetings/1/nothing", {"why": "No time"}, WRITE),
    # A retrospective in each phase, one that is planned, and one that is over, each of a team of its own.
    "GET /teams/<int:team_id>/retrospectives": ("/teams/1/retrospectives", None, PAGE),
    "POST /teams/<int:team_id>/retrospectives": ("/teams/1/retrospectives", {}, WRITE),
    f"POST {RETRO}/beginning": ("/retrospectives/{planned}/beginning", {}, WRITE),
    f"POST {RETRO}/cancelling": ("/retrospectives/{planned}/cancelling", {}, WRITE),
    f"GET {RETRO}": ("/retrospectives/{gather}", None, PAGE),
    RETRO_PRESENCE: ("/retrospectives/{review}/live", None, (401, 404, 200, 200, 200)),
    f"GET {RETRO}/screen": ("/retrospectives/{vote}/screen", None, PAGE),
    f"GET {RETRO}/minutes": ("/retrospectives/{over}/minutes", None, PAGE),
    f"GET {RETRO}/minutes.md": ("/retrospectives/{over}/minutes.md", None, PAGE),
    f"POST {RETRO}/link": ("/retrospectives/{gather}/link", {}, CHAIRS),
    f"POST {RETRO}/phase": ("/retrospectives/{decide}/phase", {"back": "3"}, CHAIRS),
    f"POST {RETRO}/reveal": ("/retrospectives/{vote}/reveal", {"turn": "2"}, CHAIRS),
    f"POST {RETRO}/chair": ("/retrospectives/{gather}/chair", {}, WRITE),
    f"POST {RETRO}/timer": ("/retrospectives/{gather}/timer", {"minutes": "2"}, CHAIRS),
    f"GET {RETRO}/budget": ("/retrospectives/{vote}/budget", None, EDITS),
    f"POST {RETRO}/budget": ("/retrospectives/{vote}/budget", {"dots": "4", "dots_per_item": "2"}, CHAIRS),
    f"POST {RETRO}/closing": ("/retrospectives/{close}/closing", {"turn": "4"}, CHAIRS),
    f"POST {RETRO}/reopening": ("/retrospectives/{over}/reopening", {}, CHAIRS),
    f"POST {RETRO}/ready": ("/retrospectives/{gather}/ready", {"turn": "1", "ready": "1"}, WRITE),
    f"POST {RETRO}/pulse": ("/retrospectives/{close}/pulse", {"worth": "5"}, WRITE),
    f"POST {RETRO}/answers": ("/retrospectives/{review}/answers", {"done_yes": "{due}"}, WRITE),
    f"POST {RETRO}/outcomes": ("/retrospectives/{judging}/outcomes", {"helped_no": "{judged change}"}, WRITE),
    f"POST {RETRO}/notes": ("/retrospectives/{gather}/notes", {"prompt": "kept", "text": "Pairing"}, WRITE),
    f"POST {RETRO}/wordings": ("/retrospectives/{gather}/wordings", {"note": "{own}", "text": "Trios"}, MAXS),
    f"POST {RETRO}/withdrawals": ("/retrospectives/{vote}/withdrawals", {"note": "{note}"}, MAXS),
    f"POST {RETRO}/groups": ("/retrospectives/{vote}/groups", {"note": "{note}", "same_as": "{other}"}, WRITE),
    f"POST {RETRO}/dots": ("/retrospectives/{vote}/dots", {"add": "{note}"}, WRITE),
    f"GET {RETRO}/changes": ("/retrospectives/{decide}/changes", None, EDITS),
    f"POST {RETRO}/changes": ("/retrospectives/{decide}/changes", CHANGE, WRITE),
    "GET /changes/<int:change_id>": ("/changes/{change}", None, EDITS),
    "POST /changes/<int:change_id>": ("/changes/{change}", CHANGE, WRITE),
    "POST /changes/<int:change_id>/withdrawal": ("/changes/{change}/withdrawal", {}, WRITE),
}
POSTS = [entry for entry in TABLE if entry.startswith("POST")]
GETS = [entry for entry in TABLE if entry.startswith("GET")]


class Doors:
    """The cast, each with a signed-in cookie, before the same world for each request."""

    def __init__(self, app: Flask, as_: Any) -> None:
        self.app = app
        people = {"anyone": app.test_client(), **{name: as_(name) for name in ACTORS[1:]}}
        people["anyone"].get("/sign-in")
        self._cookies = {name: person.get_cookie("triage").value for name, person in people.items()}
        self.tokens = {name: person.csrf for name, person in people.items()}
        with app.app_context():
            lea, max_ = db.session.get_one(User, 1), db.session.get_one(User, 2)
            invitation, _token = Invitation.make(db.session.get_one(Team, 1), MEMBER, by=lea, days=7)
            invitation.token_hash = hash_token("known")
            promise = CommitmentDraft(owner=max_.id, sprint=1, done_when="It is done")
            Commitment.make(db.session.get_one(Item, 3), promise, by=lea)
            postpone(db.session.get_one(Item, 3), BringBackDraft(trigger="before the release"), by=lea)
            Comment.write(db.session.get_one(Item, 1), "Yes", by=lea)
            db.session.get_one(Item, 4).drop(by=lea, why="Gone")
            db.session.get_one(Item, 2).rate(Category.CATASTROPHIC, by=max_)
            Waiver.grant(db.session.get_one(Item, 2), today("UTC") + timedelta(days=9), "Until May", by=lea)
            db.session.get_one(Item, 3).rate(Category.CATASTROPHIC, by=max_)
            Waiver.ask(db.session.get_one(Item, 3), today("UTC") + timedelta(days=9), "Until May", by=max_)
            SavedSearch.save(db.session.get_one(Board, 1), SavedSearchDraft(name="Mine", query="q=session"), by=lea)
            meetings = hold_meetings(lea)
            board = db.session.get_one(Board, 1)
            ahead = CommitmentDraft(owner=max_.id, sprint=2, done_when="It is done")
            coming = Commitment.make(Item.report(board, ItemDraft(title="Coming"), by=max_), ahead, by=max_)
            judged = Commitment.make(Item.report(board, ItemDraft(title="Judged"), by=max_), promise, by=max_)
            judged.judge(Verdict.KEPT, by=max_)
            db.session.commit()
            self.known = {"{event}": str(last_undoable(meetings[2].board_id, 0).id), "{link}": link_token(meetings[0])}
            self.known["{done}"] = str(last_own(1, 0, by=lea).id)
            self.known["{decision}"] = str(db.session.query(Event.id).filter_by(action="item.dropped").scalar())
            self.known |= {"{coming}": str(coming.id), "{judged}": str(judged.id)}
            self.known |= hold_every_retrospective(*(db.session.get_one(User, id) for id in (1, 2, 3)))
            self.known["{css}"] = app.extensions["assets"]["css"].name
        self.world = rows(app)

    def ask(self, actor: str, entry: str, *, id: int | None = None, method: str = "", **more: Any) -> TestResponse:
        """One request by a browser of its own; `id` instead of the one in the table's address."""
        path, form, _expected = TABLE[entry]
        for word, value in self.known.items():
            path = path.replace(word, value)
        if id is not None:
            path = re.sub(r"\d+", str(id), path, count=1)
        client = Person(self.app, self.app.response_class, use_cookies=True)
        client.set_cookie("triage", self._cookies[actor])
        if form is not None and "data" not in more:
            form = {name: self.known.get(value, value) for name, value in form.items()}
            more["data"] = {"csrf_token": self.tokens[actor], **form}
        method = method or entry.split()[0]
        answer = client.open(path, method=method, buffered=False, **more)
        if answer.mimetype == "text/event-stream" and method == "GET":
            next(answer.response)
        answer.close()
        return answer

    def restore(self, after: Rows) -> None:
        """Bring the world back, for the next actor to find the same."""
        tables = [table for table in Base.metadata.sorted_tables if table.name in changed(self.world, after)]
        with self.app.app_context(), db.engine.connect() as connection:
            is_sqlite = connection.dialect.name == "sqlite"
            connection.exec_driver_sql(
                "PRAGMA defer_foreign_keys = ON" if is_sqlite else "SET session_replication_role = replica"
            )
            for table in reversed(tables):
                connection.execute(table.delete())
            for table in tables:
                if self.world[table.name]:
                    connection.execute(table.insert(), self.world[table.name])
            if not is_sqlite:
                connection.exec_driver_sql("SET session_replication_role = DEFAULT")
            connection.commit()


@pytest.fixture
def doors(app, as_) -> Doors:
    return Doors(app, as_)


def hold_every_retrospective(lea: User, max_: User, obi: User) -> dict[str, str]:
    """And what the table calls them, their notes and their changes."""
    held = hold_retrospectives(lea, max_, obi)
    (own,) = Note.all_of(held["gather"])
    note, other, _third = Note.all_of(held["vote"])
    (change,) = ProcessChange.decided_in(held["decide"])
    due, judged = (ChangeReview.all_of(held[name])[0].change_id for name in ("review", "judging"))
    ids = {name: one.id for name, one in held.items()}
    ids |= {"own": own.id, "note": note.id, "other": other.id, "change": change.id, "due": due, "judged change": judged}
    return {f"{{{name}}}": str(id) for name, id in ids.items()}


def outcome(answer: TestResponse) -> int | str:
    leads_there = answer.status_code == 303 and answer.location.partition("?")[0] == "/sign-in"
    return SIGN_IN if leads_there and answer.request.path != "/sign-out" else answer.status_code


def is_success(status: int | str) -> bool:
    return status != SIGN_IN and int(status) < 400


def without_tokens(page: str) -> str:
    return re.sub(r'nonce="[^"]+"|name="csrf_token" value="[^"]+"|"X-CSRFToken": "[^"]+"', "", page)


def guarded(answer: TestResponse, what: str) -> None:
    """What every answer carries, and what no page may hold."""
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy, what
    assert "frame-ancestors 'none'" in policy, what
    assert "unsafe" not in policy, what
    assert answer.headers["X-Content-Type-Options"] == "nosniff", what
    assert answer.headers["Referrer-Policy"] == "same-origin", what
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin", what
    assert "Permissions-Policy" in answer.headers, what
    assert answer.headers["Cache-Control"], what
    if answer.mimetype == "text/html":
        assert "no-store" in answer.headers["Cache-Control"], what


def test_every_route_is_in_the_table_and_somebody_gets_through(app):
    routes = {
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
        if method not in {"HEAD", "OPTIONS"}
    }
    assert routes == set(TABLE)
    for entry, (_path, _form, expected) in TABLE.items():
        assert any(map(is_success, expected)), entry


def test_everybody_gets_what_the_table_says_and_who_is_refused_changes_nothing(doors):
    for entry, (_path, _form, expected) in TABLE.items():
        for actor, status in zip(ACTORS, expected, strict=True):
            answer = doors.ask(actor, entry)
            what = f"{actor}: {entry}"
            assert outcome(answer) == status, what
            guarded(answer, what)
            after = rows(doors.app)
            if entry in (PRESENCE, RETRO_PRESENCE) and actor in {"max", "lea"}:
                notes_presence(doors, after, *(("board", 3) if entry == PRESENCE else ("team", 3)))
            elif entry.startswith("GET") or not is_success(status):
                assert changed(doors.world, after) == set(), what
            elif after != doors.world:
                doors.restore(after)
    assert rows(doors.app) == doors.world


def notes_presence(doors, after, home, id):
    """Somebody has come: that and the version of the board or the team are new, and nothing else."""
    assert changed(doors.world, after) == {"attendance", home}
    assert len(after["attendance"]) == len(doors.world["attendance"]) + 1
    for before, now in zip(doors.world[home], after[home], strict=True):
        assert now == before | {"version": before["version"] + (now["id"] == id)}
    doors.restore(after)


def test_a_stranger_cannot_tell_another_teams_id_from_one_that_does_not_exist(doors):
    for entry, (_path, _form, expected) in TABLE.items():
        if "<int:" in entry:
            theirs, missing, huge = (doors.ask("zoe", entry, id=id) for id in (None, MISSING, HUGE))
            assert theirs.status_code == missing.status_code == huge.status_code == 404, entry
            assert without_tokens(theirs.text) == without_tokens(missing.text) == without_tokens(huge.text), entry
            names = {"ETag", "Last-Modified", "Location", "Content-Type"}
            assert {name: theirs.headers.get(name) for name in names} == {
                name: missing.headers.get(name) for name in names
            }
            for id in (MISSING, HUGE, 0):
                assert doors.ask("lea", entry, id=id).status_code == 404, entry
            assert expected[1] == 404
    assert rows(doors.app) == doors.world


def test_head_answers_like_get_without_a_body_and_no_other_method_is_known(doors):
    for entry in GETS:
        for actor, status in zip(ACTORS, TABLE[entry][2], strict=True):
            answer = doors.ask(actor, entry, method="HEAD")
            assert (outcome(answer), answer.data) == (status, b""), f"{actor}: HEAD {entry}"
    for entry in TABLE:
        for method in ("PUT", "PATCH", "DELETE"):
            answer = doors.ask("lea", entry, method=method)
            assert answer.status_code == 405, f"{method} {entry}"
            assert answer.headers["Allow"]
            guarded(answer, entry)
    assert rows(doors.app) == doors.world


def test_a_write_without_a_token_of_this_sign_in_is_refused(doors, as_):
    old = as_("lea")
    before_sign_out = old.csrf
    old.post("/sign-out")
    doors.world = rows(doors.app)
    for entry in POSTS:
        form = TABLE[entry][1]
        for token in ({}, {"csrf_token": ""}, {"csrf_token": "x"}, {"csrf_token": doors.tokens["max"]}):
            assert doors.ask("lea", entry, data={**form, **token}).status_code == 400, (entry, token)
        assert doors.ask("lea", entry, data={**form, "csrf_token": before_sign_out}).status_code == 400, entry
        headers = {"X-CSRFToken": doors.tokens["max"]}
        assert doors.ask("lea", entry, data=form, headers=headers).status_code == 400, entry
        body = {"data": '{"title": "x"}', "content_type": "text/plain"}
        assert doors.ask("lea", entry, **body).status_code == 400, entry
    assert rows(doors.app) == doors.world


def test_a_write_that_comes_from_another_site_is_refused_whatever_token_it_carries(doors):
    for entry in POSTS:
        for headers in (
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Sec-Fetch-Site": "nonsense"},
            {"Origin": "https://evil.example"},
            {"Origin": "http://localhost.evil.example"},
            {"Origin": "http://localhost:81"},
            {"Origin": "null"},
            {"Origin": ""},
        ):
            answer = doors.ask("lea", entry, headers=headers)
            assert answer.status_code == 403, (entry, headers)
            assert "another site" in answer.text
    assert rows(doors.app) == doors.world


def test_a_write_from_our_own_page_passes(doors):
    for headers in (
        {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"},
        {"Sec-Fetch-Site": "none"},
        {"X-CSRFToken": doors.tokens["lea"]},
    ):
        more = {"data": {"title": "New"}} if "X-CSRFToken" in headers else {}
        assert doors.ask("lea", "POST /boards/<int:board_id>/items", headers=headers, **more).status_code == 303


def test_a_forged_host_is_refused_everywhere(doors):
    for entry in TABLE:
        for host in ("evil.example", "localhost.evil.example", "localhost@evil.example"):
            answer = doors.ask("lea", entry, headers={"Host": host})
            assert answer.status_code == 400, (entry, host)
            assert host not in answer.text
            guarded(answer, entry)
    headers = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    answer = doors.ask("lea", "POST /teams/<int:team_id>/invitations", headers=headers)
    assert "http://localhost/join/team/" in answer.text
    assert "evil.example" not in answer.text


def test_scripts_run_by_the_nonce_of_their_answer_only(doors):
    nonces = []
    for entry in GETS:
        answer = doors.ask("lea", entry)
        if answer.mimetype == "text/html" and answer.status_code == 200:
            nonce = re.search(r"script-src 'nonce-([^']+)'", answer.headers["Content-Security-Policy"])[1]
            scripts = re.findall(r"<script\b([^>]*)>", answer.text)
            assert scripts, entry
            assert all(f'nonce="{nonce}"' in script for script in scripts), entry
            assert not re.search(r"<[^>]+\s(?:on[a-z]+|style|hx-on[^=]*)=|javascript:", answer.text), entry
            nonces.append(nonce)
    assert len(nonces) == len(set(nonces)) > 20


def test_no_template_holds_an_inline_handler_or_trusts_html_from_people():
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text()
        found = re.findall(r"\son[a-z]+=|hx-on\b|javascript:|\sstyle=|\|\s*safe\b|<style|autoescape", text)
        assert found == [], path.name
        assert all("nonce()" in script for script in re.findall(r"<script\b[^>]*>", text)), path.name


def test_ids_of_two_teams_do_not_mix(doors):
    """Zoe's board is 2, her item 5, her id 4, her membership 4."""
    sprint = {"sprint": "1", "done_when": "Done"}
    for entry, form in (
        ("POST /items/<int:item_id>/commitments", {"owner": "4", **sprint}),
        ("POST /items/<int:item_id>/commitments", {"owner": str(HUGE), **sprint}),
        ("POST /items/<int:item_id>/commitments", {"owner": "3", **sprint}),
        ("POST /teams/<int:team_id>/decider", {"user": "4"}),
        ("POST /items/<int:item_id>/place", {"category": "cheap", "after": str(HUGE)}),
        ("POST /meetings/<int:meeting_id>/focus", {"item": "5"}),
        ("POST /meetings/<int:meeting_id>/focus", {"item": "2"}),
        ("POST /meetings/<int:meeting_id>/postponements", {"item": "2"}),  # of the team's, on another board
        ("POST /meetings/<int:meeting_id>/postponements", {"commitment": "1"}),
        ("POST /meetings/<int:meeting_id>/undo", {"event": "1"}),
    ):
        answer = doors.ask("lea", entry, data={**form, "csrf_token": doors.tokens["lea"]})
        assert answer.status_code == 422, (entry, form)
        assert rows(doors.app) == doors.world
    for form in ({"item": "5"}, {"item": str(MISSING)}, {"commitment": str(MISSING)}, {}):
        form = {**form, "csrf_token": doors.tokens["lea"]}
        assert doors.ask("lea", "POST /meetings/<int:meeting_id>/postponements", data=form).status_code == 404
    assert rows(doors.app) == doors.world
    form = {"category": "cheap", "after": "5", "csrf_token": doors.tokens["lea"], "board_id": "2", "team_id": "2"}
    assert doors.ask("lea", "POST /items/<int:item_id>/place", data=form).status_code == 303
    after = rows(doors.app)
    assert [item for item in after["item"] if item["board_id"] == 2] == [
        item for item in doors.world["item"] if item["board_id"] == 2
    ]
    assert [board["version"] for board in after["board"] if board["id"] == 2] == [
        board["version"] for board in doors.world["board"] if board["id"] == 2
    ]


def test_the_world_of_this_test_is_what_the_table_assumes(doors):
    with doors.app.app_context():
        team = db.session.get_one(Team, 1)
        assert Sprint.current(team).number == 1
        assert [m.role for m in team.members] == [LEAD, MEMBER, 1]
    assert [session["user_id"] for session in doors.world["user_session"]] == [4, 3, 2, 1]


def test_asking_for_the_head_of_a_stream_takes_no_place_among_the_streams(doors):
    for entry in ("GET /boards/<int:board_id>/live", PRESENCE, RETRO_PRESENCE):
        for _ in range(doors.app.config["SETTINGS"].streams_per_person + 1):
            assert doors.ask("lea", entry, method="HEAD").status_code == 200
        assert doors.ask("lea", entry).status_code == 200

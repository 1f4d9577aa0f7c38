"""All that one person promised and is asked, on one page over all of their teams."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event

from tests.commitments.conftest import MONDAY
from tests.web.snapshot import rows
from triage import clock
from triage.accounts.models import User
from triage.boards.models import Board
from triage.commitments.drafts import CommitmentDraft
from triage.commitments.mine import Mine
from triage.commitments.models import Commitment, Verdict
from triage.commitments.sprints import Sprint, SprintDraft
from triage.database import db
from triage.items.drafts import ItemDraft
from triage.items.models import Item
from triage.teams.models import Membership, Team
from triage.teams.roles import MEMBER, OBSERVER

IN_SPRINT_2 = datetime(2026, 1, 27, 9, tzinfo=UTC)  # from the 19th to the 1st of February


@pytest.fixture
def sprint_2(team):
    with clock.at(IN_SPRINT_2):
        yield


@pytest.fixture
def some(commit, report, people, sprint_2, team):
    """One of each kind for Max: made in sprint 1, looked at in sprint 2."""
    with clock.at(IN_SPRINT_2 - timedelta(days=14)):
        commit(report()).judge(Verdict.KEPT, by=people["max"])
        commit(4).judge(Verdict.MISSED, by=people["max"], why="The outage")
        commit(1, sprint=1)
        commit(2, sprint=2)
    commit(3, sprint=3)
    commit(4, owner="max", by="lea", sprint=2)
    db.session.commit()


def sections(page):
    """Heading → the codes under it."""
    parts = re.split(r'<h2 id="\w+">(.*?)</h2>', page)
    return {name: re.findall(r">(D-\d+) ", part) for name, part in zip(parts[1::2], parts[2::2], strict=True)}


def test_each_stands_where_something_can_be_done_about_it(some, as_):
    page = as_("max").get("/commitments").text
    assert sections(page) == {
        "Proposed to you": ["D-4"],
        "Waiting for a verdict": ["D-1"],
        "This sprint": ["D-2"],
        "Coming sprints": ["D-3"],
        "What you kept": ["D-4", "D-5"],
    }
    assert "You kept 1 of 2 in the last six sprints." in page
    assert "Harbor. Sprint 1, ended 18 Jan 2026" in page
    assert "Harbor. Sprint 2, 5 days left" in page
    assert page.count("Sprint 2, 5 days left. Proposed by Lea. Done when: ") == page.count("Proposed by") == 1  # D-4
    assert "Harbor. Sprint 3, begins 2 Feb 2026" in page
    assert page.count("carried ×2") == 1  # D-4, proposed anew
    assert page.count("added in the sprint") == 4  # it too, and what was made on the first day of sprint 1
    assert page.count("Take it back") == 1  # D-3
    assert "You have promised nothing" not in page


def test_an_empty_page_says_how_one_promises(as_):
    for who in ("max", "obi", "zoe"):
        page = as_(who).get("/commitments").text
        assert "Press Commit on a card of a board" in page
        assert "<h2" not in page


def test_the_header_leads_there_from_every_page(as_):
    assert '<a href="/commitments">Commitments</a>' in as_("max").get("/boards/1").text


def test_what_others_promised_is_not_on_it(some, as_):
    assert sections(as_("lea").get("/commitments").text) == {}


@pytest.mark.parametrize(
    ("path", "form", "left"),
    [
        ("acceptance", {}, "This sprint"),
        ("declining", {}, None),
        ("verdict", {"verdict": "kept"}, "What you kept"),
        ("verdict", {"verdict": "partly", "reason": "Half of it"}, "What you kept"),
        ("withdrawal", {}, None),
    ],
)
def test_each_press_leads_back_to_the_page(some, as_, people, path, form, left):
    code = {"acceptance": 4, "declining": 4, "verdict": 1, "withdrawal": 3}[path]
    id = Commitment.open_for(db.session.get_one(Item, code)).id
    max_ = as_("max")
    answer = max_.post(f"/commitments/{id}/{path}", data=form | {"page": "mine"})
    assert (answer.status_code, answer.location) == (303, "/commitments")
    now = {name for name, codes in sections(max_.get("/commitments").text).items() if f"D-{code}" in codes}
    assert now == ({left} - {None}) | ({"What you kept"} if code == 4 else set())


@pytest.mark.parametrize(
    ("code", "path", "form"),
    [(4, "acceptance", {}), (4, "declining", {}), (1, "verdict", {"verdict": "kept"}), (3, "withdrawal", {})],
)
def test_a_press_from_a_page_that_there_is_not_does_nothing(some, as_, app, code, path, form):
    id = Commitment.open_for(db.session.get_one(Item, code)).id
    max_, before = as_("max"), rows(app)
    assert max_.post(f"/commitments/{id}/{path}", data=form | {"page": "evil"}).status_code == 422
    assert rows(app) == before


def test_elsewhere_they_lead_where_they_did(some, as_):
    id = Commitment.open_for(db.session.get_one(Item, 1)).id
    assert as_("max").post(f"/commitments/{id}/verdict", data={"verdict": "kept"}).location != "/commitments"


def test_the_last_day_of_a_sprint_is_said_and_the_next_day_it_waits_for_a_verdict(commit, people, team):
    commit(1, sprint=1)
    for moment, section, when in (
        (datetime(2026, 1, 17, 9, tzinfo=UTC), "present", "Sprint 1, 1 day left"),
        (datetime(2026, 1, 18, 9, tzinfo=UTC), "present", "Sprint 1, ends today"),
        (datetime(2026, 1, 19, 9, tzinfo=UTC), "due", "Sprint 1, ended 18 Jan 2026"),
    ):
        with clock.at(moment):
            (one,) = getattr(Mine(people["max"]), section)
            assert one.when == when


def test_a_proposal_whose_sprint_went_by_waits_for_its_verdict(commit, people, sprint_2, team, as_):
    with clock.at(IN_SPRINT_2 - timedelta(days=14)):
        commit(1, by="lea", sprint=1)
    db.session.commit()
    page = as_("max").get("/commitments").text
    assert sections(page) == {"Waiting for a verdict": ["D-1"]}
    assert "proposed, never accepted" in page


def test_only_the_last_six_sprints_count(commit, people, team):
    for week in range(0, 20, 2):
        with clock.at(datetime(2026, 1, 6, 9, tzinfo=UTC) + timedelta(weeks=week)):
            number = week // 2 + 1
            item = Item.report(db.session.get_one(Board, 1), ItemDraft(title=f"Of sprint {number}"), by=people["max"])
            commit(item, sprint=number).judge(Verdict.KEPT, by=people["max"])
    for day in (date(2026, 5, 25), date(2026, 6, 7)):  # the first and the last of sprint 11
        with clock.at(datetime(day.year, day.month, day.day, 12, tzinfo=UTC)):
            mine = Mine(people["max"])
            assert [one.commitment.sprint.number for one in mine.judged] == [10, 9, 8, 7, 6]
            assert mine.sentence == "You kept 5 of 5 in the last six sprints."


def test_the_last_six_sprints_are_those_of_the_calendar_whatever_their_length_was(commit, people, team, report):
    for number in range(1, 8):
        with clock.at(MONDAY + timedelta(weeks=2 * number - 2)):
            commit(report(), sprint=number).judge(Verdict.KEPT, by=people["max"])
    with clock.at(MONDAY + timedelta(weeks=12, days=1)):
        team.change(by=people["lea"], sprint_days=2)  # from sprint 8 on
        assert [one.commitment.sprint.number for one in Mine(people["max"]).judged] == [7, 6, 5, 4, 3, 2]
    with clock.at(MONDAY + timedelta(weeks=14)):  # the first day of sprint 8
        assert Mine(people["max"]).sentence == "You kept 5 of 5 in the last six sprints."


def test_a_long_break_takes_none_of_the_last_six_sprints_away(commit, people, team):
    commit(1).judge(Verdict.KEPT, by=people["max"])
    Sprint.change(team, 2, SprintDraft(first_day=date(2027, 1, 4), last_day=date(2027, 1, 17)), by=people["lea"])
    with clock.at(datetime(2027, 1, 5, 9, tzinfo=UTC)):
        assert Mine(people["max"]).sentence == "You kept 1 of 1 in the last six sprints."


def test_a_corrected_verdict_shows_both(commit, people, as_):
    commitment = commit(1)
    commitment.judge(Verdict.MISSED, by=people["max"], why="The outage")
    commitment.correct(Verdict.KEPT, by=people["lea"], why="It was there")
    db.session.commit()
    page = as_("max").get("/commitments").text
    assert "kept</span><small>, first recorded as missed</small>" in page
    assert "You kept 1 of 1 in the last six sprints." in page


def test_who_only_observes_now_sees_what_they_promised_and_who_left_does_not(commit, people, as_):
    commit(1)
    db.session.commit()
    max_ = as_("max")
    membership = db.session.query(Membership).filter_by(team_id=1, user_id=people["max"].id).one()
    membership.change_role(OBSERVER, by=people["lea"])
    db.session.commit()
    page = max_.get("/commitments").text
    assert "You only observe now" in page
    assert "Kept</button>" not in page
    db.session.query(Membership).filter_by(team_id=1, user_id=people["max"].id).one().leave()
    db.session.commit()
    assert sections(max_.get("/commitments").text) == {}


def test_all_teams_of_a_person_come_with_as_many_questions_as_one(commit, people, team, as_):
    statements = []

    def asked():
        db.session.rollback()
        db.session.expunge_all()
        person = db.session.get_one(User, people["max"].id)
        statements.clear()
        mine = Mine(person)
        said = [(one.when, str(one.commitment), one.commitment.board.name, one.acts, one.proposer) for one in mine.all]
        return len(statements), len(said)

    commit(1)
    db.session.commit()
    event.listen(db.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    for_one = asked()
    for number in range(3):
        other = Team.found(f"Other {number}", by=people["lea"])
        other.join(people["max"], MEMBER)
        board = Board.open(other, f"Board {number}", by=people["lea"])
        for by in ("max", "max", "lea"):
            item = Item.report(board, ItemDraft(title="One more"), by=people["lea"])
            draft = CommitmentDraft(owner=people["max"].id, sprint=1, done_when="Done", over=True)
            Commitment.make(item, draft, by=people[by])
    db.session.commit()
    for_four = asked()
    assert (for_one, for_four) == ((5, 1), (5, 10))

"""A commitment is taken back before its sprint begins; from then on it stands, and what comes is an addition."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.commitments.conftest import MONDAY
from triage import clock
from triage.accounts.models import User
from triage.boards.models import Board
from triage.commitments.models import Commitment
from triage.commitments.sprints import Sprint
from triage.database import db
from triage.events.models import Event
from triage.events.undo import last_own, undo_own
from triage.meetings.models import Meeting
from triage.refusal import Refused
from triage.teams.models import Membership
from triage.teams.roles import MEMBER, OBSERVER

STANDS = "Sprint 1 began on 5 Jan 2026, so this stands. Say what became of it instead."


@pytest.fixture
def ana(team, people):
    """One more member, who made nothing and owns nothing."""
    ana = User.sign_up(email="ana@example.com", name="Ana", password="correct horse battery")
    team.join(ana, MEMBER)
    db.session.commit()
    return ana


def leave(person, role=None):
    """They go, or only observe from now on."""
    membership = db.session.query(Membership).filter_by(team_id=1, user_id=person.id).one()
    if role is None:
        membership.leave()
    else:
        membership.change_role(role, by=person)
    db.session.commit()
    db.session.expire_all()


@pytest.mark.parametrize(("who", "status"), [("lea", 303), ("max", 303), ("ana", 422), ("obi", 403), ("zoe", 404)])
def test_its_owner_and_a_lead_take_it_back(commit, ana, as_, who, status):
    commit(1, sprint=2)
    db.session.commit()
    answer = as_(who).post("/commitments/1/withdrawal")
    assert answer.status_code == status
    assert (db.session.query(Commitment).count() == 0) == (status == 303)
    if status == 422:
        assert "D-1 is Max&#39;s: they, who made it, or a lead can take it back" in answer.text


def test_who_made_it_takes_it_back_though_it_is_anothers(commit, ana, people):
    commitment = commit(1, owner="lea", by="max", sprint=2)
    assert not commitment.can_be_taken_back(ana, is_lead=False)
    commitment.take_back(by=people["max"], is_lead=False)
    assert db.session.query(Commitment).count() == 0
    assert db.session.query(Event).filter_by(action="commitment.withdrawn").one().by == people["max"]


def test_who_made_an_earlier_one_of_the_same_id_did_not_make_this(commit, ana, people, team):
    first = commit(1, owner="lea", by="max", sprint=2)
    first.withdraw(by=people["lea"])
    second = commit(1, owner="lea", by="lea", sprint=2)
    if db.engine.dialect.name == "sqlite":  # which gives an id that has become free again
        assert second.id == first.id
    assert not second.can_be_taken_back(people["max"], is_lead=False)


def test_from_the_first_day_of_its_sprint_on_it_stands(commit, people, as_):
    commit(1, sprint=1)
    db.session.commit()
    answer = as_("lea").post("/commitments/1/withdrawal")
    assert answer.status_code == 422
    assert STANDS in answer.text
    assert db.session.query(Commitment).count() == 1


def test_the_teams_own_midnight_locks_it(commit, people, team):
    commitment = commit(1, sprint=2)  # from the 19th
    evening = datetime(2026, 1, 18, 20, tzinfo=UTC)
    for zone, is_locked in (("UTC", False), ("Pacific/Auckland", True)):
        team.time_zone = zone
        with clock.at(evening):
            assert commitment.has_begun == is_locked
            assert commitment.can_be_taken_back(people["max"], is_lead=False) != is_locked


def test_what_one_did_just_now_is_undone_all_the_same(commit, people):
    commit(1, sprint=1)
    db.session.commit()
    undo_own(last_own(1, 0, by=people["max"]), by=people["max"])
    assert db.session.query(Commitment).count() == 0


def test_the_rows_offer_it_to_those_who_can(commit, ana, as_):
    commit(1, sprint=2)
    commit(2, sprint=1)
    db.session.commit()
    for who, item, is_offered in (
        ("max", 1, True),
        ("lea", 1, True),
        ("ana", 1, False),
        ("obi", 1, False),
        ("max", 2, False),
    ):
        assert ("Take it back" in as_(who).get(f"/items/{item}").text) == is_offered, (who, item)


def test_taking_it_back_comes_to_the_open_page_by_its_stream(commit, as_):
    commit(1, sprint=2)
    db.session.commit()
    answer = as_("max").post("/commitments/1/withdrawal", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Trigger"]) == (204, "changed")


# Added in the sprint


def test_what_comes_after_the_sprint_has_begun_is_an_addition(commit, as_):
    assert commit(1, sprint=1).is_added
    assert not commit(2, sprint=2).is_added
    db.session.commit()
    made = db.session.query(Event).filter_by(action="commitment.made").order_by(Event.id)
    assert [event.what["added"] for event in made] == [True, False]
    max_ = as_("max")
    assert "added in the sprint" in max_.get("/items/1").text
    assert "added in the sprint" not in max_.get("/items/2").text


def test_what_the_meeting_commits_to_its_sprint_is_none(commit, people, team):
    meeting = Meeting.start(db.session.get_one(Board, 1), by=people["lea"])
    assert meeting.sprint_number == Sprint.current(team).number == 1
    assert not commit(1, sprint=1).is_added
    with clock.at(MONDAY + timedelta(hours=4)):  # forgotten open, it commits to nothing any more
        assert commit(2, sprint=1).is_added


def test_what_a_meeting_for_the_next_sprint_commits_to_this_one_is_added_and_its_minutes_say_so(
    commit, people, as_, team
):
    team.first_sprint_on = date(2025, 12, 29)  # so that it is the second half of sprint 1
    meeting = Meeting.start(commit(3, sprint=2).board, by=people["lea"])
    assert meeting.sprint_number == 2
    db.session.commit()
    commit(1, sprint=1)
    commit(2, sprint=2)
    db.session.commit()
    lea = as_("lea")
    for path in ("/meetings/1/minutes", "/meetings/1/minutes.md"):
        assert lea.get(path).text.count("added in the sprint") == 1
    assert "Max, sprint 1, added in the sprint" in lea.get("/meetings/1/minutes.md").text


# Its owner has left


@pytest.mark.parametrize(("role", "said"), [(None, "Max has left the team"), (OBSERVER, "Max only observes now")])
def test_the_rows_say_that_its_owner_pays_nothing_down_any_more(commit, people, as_, role, said):
    commit(1)
    db.session.commit()
    lea = as_("lea")
    assert said not in lea.get("/items/1").text
    leave(people["max"], role)
    assert said in lea.get("/items/1").text
    lea.post("/commitments/1/verdict", data={"verdict": "missed", "reason": "He left"})
    assert said not in lea.get("/items/1").text


@pytest.mark.parametrize("noun", ["declining", "withdrawal"])
@pytest.mark.parametrize("sprint", [1, 2])
def test_what_was_proposed_to_them_any_member_takes_back(commit, people, ana, as_, noun, sprint):
    commit(1, owner="max", by="lea", sprint=sprint)
    db.session.commit()
    member = as_("ana")
    assert member.post(f"/commitments/1/{noun}").status_code == 422
    leave(people["max"])
    assert "Take it back" in member.get("/items/1").text
    assert member.post(f"/commitments/1/{noun}").status_code == 303
    assert db.session.query(Commitment).count() == 0
    assert db.session.query(Event).filter_by(action="commitment.withdrawn").one().by.name == "Ana"


def test_what_they_had_taken_stands_once_its_sprint_has_begun(commit, people, ana):
    commitment = commit(1)
    leave(people["max"])
    with pytest.raises(Refused, match="so this stands"):
        commitment.take_back(by=ana, is_lead=False)
    with pytest.raises(Refused, match="is Max's to take"):
        commitment.decline(by=ana)


def test_what_they_had_taken_for_a_coming_sprint_any_member_takes_back(commit, people, ana):
    commitment = commit(1, sprint=2)
    leave(people["max"])
    commitment.take_back(by=ana, is_lead=False)
    assert db.session.query(Commitment).count() == 0


def test_nobody_is_committed_who_has_left_or_observes(commit, people):
    leave(people["max"])
    for owner in ("max", "obi"):
        with pytest.raises(Refused, match="The owner is a lead or a member of the team"):
            commit(1, owner=owner, by="lea")

"""Changing roles, leaving, removing, the decision-maker. Lea's membership is 1, Max's 2, Obi's 3."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import text

from tests.web.snapshot import but_versions, changed, rows
from triage.accounts.models import User
from triage.boards.models import Board
from triage.database import db
from triage.items.drafts import ItemDraft
from triage.items.models import Item
from triage.refusal import Refused
from triage.teams.models import Membership, Team
from triage.teams.roles import LEAD, MEMBER, OBSERVER


def roles(app, team_id=1):
    """Name → role of those who are in the team now."""
    tables = rows(app)
    names = {user["id"]: user["name"] for user in tables["user"]}
    return {
        names[m["user_id"]]: m["role"] for m in tables["membership"] if m["team_id"] == team_id and m["left_at"] is None
    }


def decider(app):
    return rows(app)["team"][0]["decider_id"]


def test_a_lead_changes_a_role_and_it_holds_at_once(app, lea, max_):
    assert lea.post("/memberships/2/role", data={"role": "1"}).location == "/teams/1"
    assert roles(app) == {"Lea": LEAD, "Max": OBSERVER, "Obi": OBSERVER}
    assert max_.post("/boards/1/items", data={"title": "x"}).status_code == 403
    event = rows(app)["event"][-1]
    assert (event["action"], event["by_id"]) == ("membership.role_changed", 1)


def test_the_same_role_again_is_not_recorded(app, lea):
    before = rows(app)
    assert lea.post("/memberships/2/role", data={"role": "2"}).status_code == 303
    assert but_versions(rows(app)) == but_versions(before)


def test_nobody_raises_himself_or_another_without_being_a_lead(app, as_):
    for who, own in (("max", 2), ("obi", 3)):
        person = as_(who)
        before = rows(app)
        for membership in (1, 2, 3):
            assert person.post(f"/memberships/{membership}/role", data={"role": "3"}).status_code == 403
        for membership in {1, 2, 3} - {own}:
            assert person.post(f"/memberships/{membership}/end").status_code == 403
        assert person.post("/teams/1/decider", data={"user": "2"}).status_code == 403
        assert rows(app) == before


def test_the_last_lead_cannot_leave_be_removed_or_be_demoted(app, as_):
    lea = as_("lea")
    before = rows(app)
    for answer in (lea.post("/memberships/1/end"), lea.post("/memberships/1/role", data={"role": "2"})):
        assert answer.status_code == 422
        assert "Lea is the last lead of Harbor" in answer.text
    assert rows(app) == before
    with app.app_context():
        lea, max_ = db.session.get_one(Membership, 1), db.session.get_one(Membership, 2)
        with pytest.raises(Refused, match="make somebody else a lead"):
            lea.remove(by=max_.user)
        db.session.rollback()


def test_with_a_second_lead_the_first_may_go(app, lea):
    lea.post("/memberships/2/role", data={"role": "3"})
    assert lea.post("/memberships/1/end").location == "/"
    assert roles(app) == {"Max": LEAD, "Obi": OBSERVER}
    assert lea.get("/teams/1").status_code == 404


def test_of_two_leads_who_leave_at_once_one_stays(app, lea):
    lea.post("/memberships/2/role", data={"role": "3"})
    gate = Barrier(2)

    def leave(membership_id):
        with app.app_context():
            membership = db.session.get_one(Membership, membership_id)
            team = membership.team
            assert team.decider_id == 1
            db.session.rollback()
            gate.wait()
            membership.hold()
            try:
                membership.leave()
                db.session.commit()
            except Refused:
                db.session.rollback()
                return "stays"
            return "left"

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(leave, (1, 2))) == ["left", "stays"]
    assert list(roles(app).values()).count(LEAD) == 1


def test_anyone_leaves_at_any_role_and_is_out_at_once(app, as_):
    for who, own in (("max", 2), ("obi", 3)):
        person = as_(who)
        assert person.post(f"/memberships/{own}/end").location == "/"
        assert person.get("/boards/1").status_code == 404
        assert "Harbor" not in person.get("/").text
    assert roles(app) == {"Lea": LEAD}
    assert [event["action"] for event in rows(app)["event"][-2:]] == ["membership.left", "membership.left"]


def test_a_lead_removes_a_member_who_is_out_at_once(app, lea, max_):
    assert lea.post("/memberships/2/end").location == "/teams/1"
    assert max_.get("/boards/1").status_code == max_.post("/items/1/place").status_code == 404
    assert rows(app)["event"][-1]["action"] == "membership.removed"
    assert "Max" not in lea.get("/teams/1").text


def test_who_has_left_is_not_changed_or_removed_again(app, lea, max_):
    max_.post("/memberships/2/end")
    before = rows(app)
    for answer in (lea.post("/memberships/2/end"), lea.post("/memberships/2/role", data={"role": "3"})):
        assert answer.status_code == 422
        assert "Max has left the team" in answer.text
    assert lea.post("/teams/1/decider", data={"user": "2"}).status_code == 422
    assert max_.post("/memberships/2/end").status_code == 404
    assert rows(app) == before


def test_a_lead_names_a_lead_or_member_as_the_decision_maker(app, lea):
    assert lea.post("/teams/1/decider", data={"user": "2"}).status_code == 303
    assert decider(app) == 2
    before = rows(app)
    assert before["event"][-1]["action"] == "team.decider_named"
    for user in ("3", "4", "999", "-1", str(10**30), "", "Max"):
        answer = lea.post("/teams/1/decider", data={"user": user})
        assert answer.status_code == 422, user
    lea.post("/teams/1/decider", data={"user": "2"})
    assert but_versions(rows(app)) == but_versions(before)


def test_a_decision_maker_who_goes_hands_over_to_the_first_lead(app, as_):
    for how in ("demoted", "removed"):
        lea = as_("lea")
        lea.post("/teams/1/decider", data={"user": "2"})
        if how == "demoted":
            lea.post("/memberships/2/role", data={"role": "1"})
        else:
            lea.post("/memberships/2/end")
        assert decider(app) == 1
        lea.post("/memberships/2/role", data={"role": "2"})
    assert roles(app) == {"Lea": LEAD, "Obi": OBSERVER}


def test_a_decision_maker_named_while_being_removed_is_not_left_behind(app, lea):
    """Whichever of the two comes first, the decision-maker is in the team afterwards."""
    lea.post("/memberships/2/role", data={"role": str(int(MEMBER))})
    gate = Barrier(2)

    def name():
        membership = db.session.get_one(Membership, 1)
        membership.team.hold()
        try:
            membership.team.name_decider(db.session.get_one(User, 2), by=membership.user)
        except Refused:
            db.session.rollback()

    def remove():
        membership = db.session.get_one(Membership, 2)
        assert membership.team.decider_id == 1
        db.session.rollback()
        membership.hold()
        membership.remove(by=db.session.get_one(User, 1))

    def run(what):
        with app.app_context():
            gate.wait()
            what()
            db.session.commit()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(run, (name, remove)))
    assert decider(app) == 1
    assert "Max" not in roles(app)


def test_a_change_of_members_touches_no_board(app, lea):
    before = rows(app)
    lea.post("/memberships/2/end")
    assert changed(but_versions(before), but_versions(rows(app))) == {"membership", "event"}


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_while_members_change_work_on_the_boards_goes_on(app):
    """Each event refers to its team: the team's lock must not keep it from doing so."""
    with app.app_context():
        db.session.get_one(Team, 1).hold()
        with app.app_context():
            db.session.execute(text("SET LOCAL lock_timeout = '500ms'"))
            Item.report(db.session.get_one(Board, 1), ItemDraft(title="Meanwhile"), by=None)
            db.session.commit()
        db.session.rollback()
    assert rows(app)["item"][-1]["title"] == "Meanwhile"

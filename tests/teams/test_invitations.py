"""Inviting by link, revoking, joining."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from tests.conftest import PASSWORD
from tests.web.snapshot import but_versions, changed, rows
from triage.accounts.models import User
from triage.clock import at, now
from triage.database import db
from triage.refusal import Refused
from triage.teams.models import Invitation, Team
from triage.teams.roles import LEAD, MEMBER, OBSERVER

on_postgres = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def invite(client, role=MEMBER, team=1):
    """The path of a new link."""
    answer = client.post(f"/teams/{team}/invitations", data={"role": str(int(role))})
    assert answer.status_code == 200
    return re.search(r'value="http://localhost(/join/team/[^"]+)"', answer.text)[1]


def membership_of(app, user_id, team_id=1):
    found = [m for m in rows(app)["membership"] if (m["user_id"], m["team_id"]) == (user_id, team_id)]
    return found[0] if found else None


def test_a_link_is_shown_once_and_kept_as_a_hash_only(app, lea):
    before = rows(app)
    path = invite(lea)
    after = rows(app)
    token = path.rpartition("/")[2]
    assert len(token) >= 32
    assert token not in str(after)
    assert token not in lea.get("/teams/1").text
    assert changed(but_versions(before), but_versions(after)) == {"invitation", "event"}
    assert after["event"][-1]["action"] == "invitation.made"


def test_a_stranger_joins_by_it_with_its_role_and_it_is_used(app, as_):
    path = invite(as_("lea"), OBSERVER)
    zoe = as_("zoe")
    assert "Join Harbor" in zoe.get(path).text
    answer = zoe.post(path, data={"role": "3"})
    assert (answer.status_code, answer.location) == (303, "/teams/1")
    assert membership_of(app, 4)["role"] == OBSERVER
    assert zoe.get("/boards/1").status_code == 200
    assert zoe.get("/teams/1/settings").status_code == 403
    assert "not open any more" in zoe.get(path).text


def test_who_has_no_account_signs_up_on_the_way(app, anyone, lea):
    path = invite(lea)
    assert f"next={path}" in anyone.get(path).text
    assert anyone.post(path).status_code in {303, 400}
    anyone.get("/sign-up")
    ana = {"email": "ana@example.com", "name": "Ana", "password": PASSWORD, "next": path}
    assert anyone.post("/sign-up", data=ana).location == path
    anyone.get(path)
    assert anyone.post(path).location == "/teams/1"


def test_a_link_that_was_used_revoked_has_run_out_or_was_made_up_lets_nobody_in(app, as_):
    lea, zoe = as_("lea"), as_("zoe")
    used, revoked, old = invite(lea), invite(lea), invite(lea)
    lea.post("/invitations/2/revocation")
    zoe.post(used)
    zoe.post("/memberships/5/end")
    before = rows(app)
    for path in (used, revoked):
        assert "not open any more" in zoe.get(path).text
        answer = zoe.post(path)
        assert answer.status_code == 422
        assert "used, revoked or has run out" in answer.text
    with at(now() + timedelta(days=8)):
        assert "not open any more" in zoe.get(old).text
        assert zoe.post(old).status_code == 422
    assert zoe.post("/join/team/made-up").status_code == zoe.get("/join/team/made-up").status_code == 404
    assert changed(before, rows(app)) == {"user_session"}  # the visit a week later is noted
    assert zoe.get("/boards/1").status_code == 404


def test_a_link_opens_for_its_days_and_then_is_not_listed(lea):
    path = invite(lea)
    with at(now() + timedelta(days=6)):
        assert "Join Harbor" in lea.get(path).text
        assert "For a member" in lea.get("/teams/1").text
    with at(now() + timedelta(days=8)):
        assert "For a member" not in lea.get("/teams/1").text


def test_of_two_who_take_one_link_at_once_one_wins(app, lea):
    token = invite(lea).rpartition("/")[2]
    with app.app_context():
        User.sign_up(email="ana@example.com", name="Ana", password=PASSWORD)
        db.session.commit()
    gate = Barrier(2)

    def take(email):
        with app.app_context():
            user, invitation = User.by_email(email), Invitation.by_token(token)
            db.session.rollback()
            gate.wait()
            try:
                invitation.take(user)
                db.session.commit()
            except Refused:
                db.session.rollback()
                return "refused"
            return "in"

    with ThreadPoolExecutor(2) as threads:
        outcomes = sorted(threads.map(take, ("zoe@example.com", "ana@example.com")))
    assert outcomes == ["in", "refused"]
    after = rows(app)
    assert len([m for m in after["membership"] if m["team_id"] == 1]) == 4
    assert [event["action"] for event in after["event"]].count("membership.joined") == 5


def test_a_double_click_joins_once(app, lea):
    token = invite(lea).rpartition("/")[2]
    gate = Barrier(2)

    def take(_):
        with app.app_context():
            user, invitation = User.by_email("zoe@example.com"), Invitation.by_token(token)
            db.session.rollback()
            gate.wait()
            try:
                invitation.take(user)
                db.session.commit()
            except Refused as refusal:
                db.session.rollback()
                return refusal.sentence
            return "in"

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(take, range(2))) == ["You are in Harbor already, as member.", "in"]


@pytest.mark.parametrize("who", ["max", "obi", "lea"])
def test_whoever_is_in_already_keeps_their_role_and_the_link_stays_open(app, as_, who):
    path = invite(as_("lea"), LEAD)
    before = rows(app)
    person = as_(who)
    answer = person.post(path)
    assert answer.status_code == 422
    assert "You are in Harbor already" in answer.text
    assert changed(before, rows(app)) == {"user_session"}
    assert "Join Harbor" in person.get(path).text


def test_who_left_comes_back_as_the_same_membership_with_the_new_role(app, as_):
    lea, max_ = as_("lea"), as_("max")
    max_.post("/memberships/2/end")
    assert max_.get("/boards/1").status_code == 404
    assert max_.post(invite(lea, OBSERVER)).status_code == 303
    membership = membership_of(app, 2)
    assert (membership["id"], membership["role"], membership["left_at"]) == (2, OBSERVER, None)
    assert max_.post("/boards/1/items", data={"title": "x"}).status_code == 403


def test_nobody_keeps_a_link_to_come_back_by(app, as_):
    lea, max_, zoe = as_("lea"), as_("max"), as_("zoe")
    lea.post("/memberships/2/role", data={"role": "3"})
    kept, of_lea = invite(max_, LEAD), invite(lea, MEMBER)
    lea.post("/memberships/2/end")
    assert max_.post(kept).status_code == 422
    assert zoe.post(kept).status_code == 422
    assert membership_of(app, 2)["left_at"] is not None
    assert zoe.post(of_lea).status_code == 303


def test_a_lead_who_is_made_a_member_keeps_no_link_for_leads(app, as_):
    lea, max_, zoe = as_("lea"), as_("max"), as_("zoe")
    lea.post("/memberships/2/role", data={"role": "3"})
    kept = invite(max_, LEAD)
    lea.post("/memberships/2/role", data={"role": "2"})
    assert zoe.post(kept).status_code == 422


def test_a_role_that_is_none_is_refused(app, lea):
    before = rows(app)
    for role in ("", "0", "4", "-1", "lead", "3.5", "9" * 40, "<b>"):
        assert lea.post("/teams/1/invitations", data={"role": role}).status_code == 422
        assert lea.post("/memberships/2/role", data={"role": role}).status_code == 422
    assert lea.post("/teams/1/invitations").status_code == 422
    assert rows(app) == before


def test_revoking_twice_is_recorded_once(app, lea):
    invite(lea)
    lea.post("/invitations/1/revocation")
    once = but_versions(rows(app))
    assert lea.post("/invitations/1/revocation").status_code == 303
    assert but_versions(rows(app)) == once
    with app.app_context():
        assert Invitation.open_ones(db.session.get_one(Team, 1)) == []


@on_postgres
def test_a_link_that_is_taken_while_it_is_revoked_is_not_recorded_as_revoked(app, lea):
    token = invite(lea).rpartition("/")[2]
    with app.app_context():
        revoked = Invitation.by_token(token)
        with app.app_context():
            Invitation.by_token(token).take(User.by_email("zoe@example.com"))
            db.session.commit()
        revoked.hold()
        revoked.revoke(by=revoked.made_by)
        db.session.commit()
    after = rows(app)
    assert after["invitation"][0]["revoked_at"] is None
    assert "invitation.revoked" not in [event["action"] for event in after["event"]]

"""A role is asked for again behind the lock: who was removed while waiting comes too late."""

import threading

from triage.accounts.models import User
from triage.database import db
from triage.items.models import Item
from triage.teams.models import Invitation, Team


def waiting_behind(app, hold, change, request):
    """`request` is sent while `hold` keeps the lock that it needs, and `change` is committed before it gets it."""
    answers = []
    with app.app_context():
        hold()
        thread = threading.Thread(target=lambda: answers.append(request()))
        thread.start()
        thread.join(timeout=0.7)
        assert not answers, "the request waits"
        change()
        db.session.commit()
    thread.join(timeout=10)
    return answers[0]


def remove_max() -> None:
    team = db.session.get_one(Team, 1)
    next(member for member in team.members if member.user.name == "Max").remove(by=team.decider)


def test_a_member_removed_while_waiting_for_the_board_changes_nothing(app, max_):
    answer = waiting_behind(
        app,
        hold=lambda: db.session.get_one(Item, 2).hold(),
        change=remove_max,
        request=lambda: max_.post("/items/1/drop", data={"reason": "in a hurry"}),
    )
    assert answer.status_code == 404
    with app.app_context():
        assert db.session.get_one(Item, 1).is_open


def test_a_lead_demoted_while_waiting_for_the_team_makes_no_invitation(app, as_):
    with app.app_context():
        team = db.session.get_one(Team, 1)
        member = next(member for member in team.members if member.user.name == "Max")
        member.change_role(team.members[0].role, by=team.decider)
        db.session.commit()
    max_ = as_("max")

    def demote() -> None:
        team = db.session.get_one(Team, 1)
        one = next(member for member in team.members if member.user.name == "Max")
        one.change_role(type(one.role).MEMBER, by=db.session.get_one(User, 1))

    answer = waiting_behind(
        app,
        hold=lambda: db.session.get_one(Team, 1).hold(),
        change=demote,
        request=lambda: max_.post("/teams/1/invitations", data={"role": "3"}),
    )
    assert answer.status_code == 403
    with app.app_context():
        assert db.session.query(Invitation).count() == 0

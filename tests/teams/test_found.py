"""Starting a team, and the teams one is in."""

from html import unescape

from tests.web.snapshot import changed, rows
from triage.database import db
from triage.teams.models import Team
from triage.teams.roles import LEAD


def test_the_founder_leads_the_team_and_decides_for_it(app, as_):
    zoe = as_("zoe")
    before = rows(app)
    answer = zoe.post("/teams", data={"name": "  New   team ", "id": "1", "budget_percent": "99"})
    assert (answer.status_code, answer.location) == (303, "/teams/3")
    after = rows(app)
    team, membership = after["team"][-1], after["membership"][-1]
    assert (team["name"], team["budget_percent"], team["sprint_days"]) == ("New team", 20, 14)
    assert team["decider_id"] == membership["user_id"] == 4
    assert membership["role"] == LEAD
    assert [event["action"] for event in after["event"][-2:]] == ["team.founded", "membership.joined"]
    assert changed(before, after) == {"team", "membership", "event"}
    assert "New team" in zoe.get("/teams/3").text


def test_a_name_that_will_not_do_is_refused_and_comes_back(app, lea):
    before = rows(app)
    for name, sentence in (
        ("", "Name is empty"),
        ("x" * 10_000, "Name has 10000 characters; 80 fit"),
        ("Har\x00bor", "U+0000"),
        ("Har\u202ebor", "U+202E"),
    ):
        answer = lea.post("/teams", data={"name": name})
        assert answer.status_code == 422
        assert sentence in unescape(answer.text)
    assert 'value="Harbor"' in answer.text
    assert rows(app) == before


def test_html_in_a_name_is_text_on_every_page_that_shows_it(lea):
    lea.post("/teams", data={"name": "<img src=x onerror=alert(1)> hx-get=/"})
    for path in ("/", "/teams/3", "/teams/3/settings"):
        page = lea.get(path).text
        assert "&lt;img src=x" in page
        assert "<img" not in page


def test_a_person_is_in_several_teams_with_a_role_in_each(app, as_):
    with app.app_context():
        other, max_ = db.session.get_one(Team, 2), db.session.get_one(Team, 1).members[1].user
        other.join(max_, LEAD)
        db.session.commit()
    max_ = as_("max")
    page = max_.get("/").text
    assert "Harbor" in page
    assert "Other" in page
    assert max_.get("/teams/1/settings").status_code == 403
    assert max_.get("/teams/2/settings").status_code == 200
    assert max_.get("/boards/1").status_code == max_.get("/boards/2").status_code == 200

"""Guests: they come by the link with a name, do what a guest may, and go when the link does."""

from functools import partial

import pytest
from itsdangerous import URLSafeSerializer

from tests.conftest import SETTINGS
from tests.meetings.conftest import HTMX, START, at_once, closed, link_of
from triage.boards.models import Board
from triage.database import db
from triage.meetings import votes
from triage.meetings.agenda import Phase
from triage.meetings.models import Meeting
from triage.refusal import Refused
from triage.rooms.attendance import MOST_GUESTS, Attendance
from triage.teams.models import Team


def link(app, meeting) -> str:
    return f"/join/{link_of(app, meeting)}"


# Coming


def test_whoever_has_the_link_joins_with_a_name_and_is_seen_as_a_guest(meeting, guest, lea):
    gil = guest(meeting, "Gil")
    assert "What new debts have been added?" in gil.get("/meetings/1").text
    assert db.session.query(Attendance).one().is_guest
    assert "guest" in lea.get("/meetings/1").text


def test_the_members_and_observers_of_the_team_go_straight_in(app, meeting, lea, as_):
    for person in (lea, as_("obi")):
        for answer in (person.get(link(app, meeting)), person.post(link(app, meeting), data={"name": "Lea"})):
            assert (answer.status_code, answer.location) == (303, "/meetings/1")
    assert db.session.query(Attendance).count() == 0


def test_a_stranger_with_an_account_joins_as_a_guest_of_this_meeting_and_of_nothing_else(app, meeting, as_):
    zoe = as_("zoe")
    assert zoe.get("/meetings/1").status_code == 404
    zoe.get(link(app, meeting))
    assert zoe.post(link(app, meeting), data={"name": "Zoe"}).status_code == 303
    assert zoe.get("/meetings/1").status_code == 200
    for path in ("/boards/1", "/items/1", "/meetings/1/minutes", "/meetings/1/screen", "/boards/1/meetings"):
        assert zoe.get(path).status_code == 404, path


def test_who_joined_already_is_not_asked_again(app, meeting, guest):
    gil = guest(meeting, "Gil")
    for answer in (gil.get(link(app, meeting)), gil.post(link(app, meeting), data={"name": "Gil"})):
        assert (answer.status_code, answer.location) == (303, "/meetings/1")
    assert db.session.query(Attendance).count() == 1


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("Gil", "Somebody called Gil is here already"),
        ("gIL", "Somebody called gIL is here already"),
        ("  Gil  ", "Somebody called Gil is here already"),
        ("lea", "Somebody called lea is here already"),
        ("", "Name is empty"),
        ("   \n ", "Name is empty"),
        ("x" * 41, "Name has 41 characters; 40 fit"),
        ("x" * 100_000, "40 fit"),
        ("Gil\u202eaeL", "cannot be seen"),
        ("Gil\x00", "cannot be seen"),
    ],
)
def test_a_name_that_will_not_do_is_refused_and_asked_again(app, meeting, guest, come, name, sentence):
    come(meeting, "lea")
    guest(meeting, "Gil")
    other = app.test_client()
    other.get(link(app, meeting))
    answer = other.post(link(app, meeting), data={"name": name})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert db.session.query(Attendance).count() == 2


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", '"><img src=x onerror=1>', "{{ 7*7 }}", "💥", "' or 1=1 --", "1 hx-get=/"]
)
def test_a_hostile_name_is_a_name(meeting, guest, lea, opened, name):
    gil = guest(meeting, name)
    streamed = opened(meeting, "lea", since=meeting.turned).sees()
    for page in (
        gil.get("/meetings/1").text,
        lea.get("/meetings/1").text,
        lea.get("/meetings/1/screen").text,
        streamed,
    ):
        assert "<script>alert" not in page
        assert "<img" not in page
        assert "<b>49" not in page
    assert db.session.query(Attendance).filter_by(guest_name=name).one().name == name


def test_there_is_room_for_so_many_guests_and_no_more(app, meeting):
    for number in range(MOST_GUESTS):
        Attendance.come_as_guest(meeting, f"Guest {number}")
    db.session.commit()
    late = app.test_client()
    late.get(link(app, meeting))
    answer = late.post(link(app, meeting), data={"name": "Late"})
    assert answer.status_code == 422
    assert "60 guests are here already" in answer.text


def test_of_two_guests_of_one_name_at_once_one_comes_in(app, meeting):
    phones = [app.test_client() for _ in range(2)]
    for phone in phones:
        phone.get(link(app, meeting))
    where = link(app, meeting)
    db.session.rollback()
    answers = at_once(*(partial(phone.post, where, data={"name": "Gil"}) for phone in phones))
    assert sorted(answer.status_code for answer in answers) == [303, 422]
    assert db.session.query(Attendance).count() == 1


# The link


def test_a_link_that_was_never_given_out_leads_nowhere(app, meeting, anyone):
    good = link_of(app, meeting)
    other = URLSafeSerializer("another secret that is as long as it must be", salt="meeting link").dumps([1, 1])
    salted = URLSafeSerializer(SETTINGS["secret_key"], salt="another").dumps([1, 1])
    for token in (good[:-1], good + "x", good.upper(), "x", "WzEsMV0", "WzEsMV0.", ".", other, salted, "%00", "ü"):
        assert anyone.get(f"/join/{token}").status_code == 404, token
    assert anyone.get(f"/join/{good}").status_code == 200
    lost = URLSafeSerializer(SETTINGS["secret_key"], salt="meeting link").dumps([999_999, 1])
    assert anyone.get(f"/join/{lost}").status_code == 404


def test_a_renewed_link_throws_the_guests_out_and_the_new_one_lets_them_in(app, meeting, guest, lea):
    old = link(app, meeting)
    gil = guest(meeting, "Gil")
    assert lea.post("/meetings/1/link").status_code == 303
    for answer in (gil.get("/meetings/1"), gil.post("/meetings/1/ready", data={"turn": "1", "ready": "1"})):
        assert answer.status_code == 422
        assert "This link was renewed" in answer.text
    assert gil.get("/meetings/1/live").status_code == 401
    answer = gil.post(old, data={"name": "Gil B"})
    assert answer.status_code == 422
    assert "This link was renewed. Scan the code that the room screen shows now." in answer.text
    db.session.expire_all()
    again = link(app, meeting)
    assert again != old
    assert gil.post(again, data={"name": "Gil B"}).status_code == 303
    assert gil.get("/meetings/1").status_code == 200


def test_only_the_chair_renews_the_link(app, meeting, max_):
    old = link(app, meeting)
    assert max_.post("/meetings/1/link").status_code == 422
    assert link(app, meeting) == old


def test_the_link_is_on_the_room_screen_and_nowhere_else(app, meeting, guest, lea):
    token = link_of(app, meeting)
    gil = guest(meeting, "Gil")
    assert token in lea.get("/meetings/1/screen").text
    for person, path in (
        (lea, "/meetings/1"),
        (gil, "/meetings/1"),
        (lea, "/meetings/1/minutes.md"),
        (lea, "/boards/1"),
    ):
        assert token not in person.get(path).text, path


@pytest.mark.parametrize("state", ["planned", "closed", "idle"])
def test_the_link_of_a_meeting_that_is_not_live_says_so(app, meeting, anyone, later, state, board, people):
    anyone.get(link(app, meeting))
    if state == "planned":
        closed(meeting)
        meeting = Meeting.plan(board, START.replace(hour=18), by=people["lea"])
        db.session.commit()
    elif state == "closed":
        closed(meeting)
    sentence = "has not begun yet" if state == "planned" else "is over"
    with later(hours=4 if state == "idle" else 0):
        for answer in (anyone.get(link(app, meeting)), anyone.post(link(app, meeting), data={"name": "Gil"})):
            assert answer.status_code == 422
            assert sentence in answer.text
    assert db.session.query(Attendance).count() == 0


# What a guest may


def test_a_guest_looks_and_says_ready_and_what_it_was_worth_even_where_guests_do_not_vote(meeting, guest):
    gil = guest(meeting, "Gil")
    assert gil.post("/meetings/1/ready", data={"turn": meeting.turn, "ready": "1"}).status_code == 303
    assert gil.post("/meetings/1/pulse", data={"worth": "4"}).status_code == 303
    attendance = db.session.query(Attendance).one()
    assert (attendance.ready_turn, attendance.worth) == (meeting.turn, 4)
    for path, form in (("ballots", {"cheap": "1"}), ("dots", {"add": "1"})):
        assert gil.post(f"/meetings/1/{path}", data=form).status_code in {409, 422}
    assert 'class="ballot"' not in gil.get("/meetings/1").text


def test_guests_ballot_and_vote_where_the_team_lets_them_and_count(guests_vote, meeting_in, guest, lea):
    meeting = meeting_in(Phase.INTAKE)
    gil = guest(meeting, "Gil")
    assert 'class="ballot"' in gil.get("/meetings/1").text
    assert gil.post("/meetings/1/ballots", data={"cheap": "1"}).status_code == 303
    lea.post("/meetings/1/reveal", data={"turn": meeting.turn})
    db.session.expire_all()
    assert db.session.get_one(votes.Item, 1).category == "cheap"


def test_a_guest_can_do_nothing_else(app, guests_vote, meeting_in, guest):
    """Every route of the application that is not in the list of those for guests, or for everybody."""
    meeting = meeting_in(Phase.SORT)
    gil = guest(meeting, "Gil")
    theirs = {"meetings.show", "meetings.ballots", "meetings.dots", "meetings.ready", "meetings.pulse", "live.meeting"}
    everybodys = {
        "rooms.join",
        "rooms.join_form",
        "teams.invitation",
        "assets.bundle",
        "health.alive",
        "health.ready",
        "accounts.sign_up_form",
        "accounts.sign_up",
        "accounts.sign_in_form",
        "accounts.sign_in_post",
        "accounts.sign_out_post",
    }
    asked = 0
    for rule in app.url_map.iter_rules():
        if rule.endpoint in theirs | everybodys:
            continue
        arguments = {name: "x" if name == "token" else 1 for name in rule.arguments}
        with app.test_request_context():
            path = app.url_for(rule.endpoint, **arguments)
        for method in rule.methods - {"OPTIONS", "HEAD"}:
            answer = gil.open(path, method=method, data={"csrf_token": gil.csrf} if method == "POST" else None)
            asked += 1
            refused = answer.status_code == 401 or answer.location.startswith("/sign-in")
            assert refused, (method, path, answer.status_code)
    assert asked > 50


def test_a_guest_of_one_meeting_is_a_stranger_in_another(app, guests_vote, meeting, guest, people, as_):
    other = Board.open(db.session.get_one(Team, 1), "Other", by=people["lea"])
    second = Meeting.start(other, by=people["lea"])
    db.session.commit()
    gil, zoe = guest(meeting, "Gil"), as_("zoe")
    zoe.post(link(app, meeting), data={"name": "Zoe"})
    path = f"/meetings/{second.id}"
    assert gil.get(path).location.startswith("/sign-in")
    assert gil.get(f"{path}/live").status_code == 401
    assert gil.post(f"{path}/ready", data={"turn": "1", "ready": "1"}).location.startswith("/sign-in")
    assert zoe.get(path).status_code == 404
    assert zoe.post(f"{path}/ready", data={"turn": "1", "ready": "1"}).status_code == 404
    with gil.session_transaction() as session:
        session["guest"] = {str(second.id): session["guest"][str(meeting.id)]}
    assert gil.get(path).status_code in {303, 422}, "the token of one meeting opens no other"
    assert db.session.query(Attendance).filter_by(ritual_id=second.id).count() == 0


def test_a_token_that_nobody_was_given_is_nobodys(app, meeting, anyone):
    Attendance.come_as_guest(meeting, "Gil")
    db.session.commit()
    for token in ("x", "", "None", db.session.query(Attendance).one().token_hash):
        with anyone.session_transaction() as session:
            session["guest"] = {"1": token}
        assert anyone.get("/meetings/1").status_code in {303, 422}, token
    with anyone.session_transaction() as session:
        session["guest"] = {"999999": "x"}
    assert anyone.get("/meetings/999999").status_code in {303, 404}


def test_the_database_keeps_no_token_that_a_thief_could_use(meeting):
    guest, token = Attendance.come_as_guest(meeting, "Gil")
    assert token not in str({column.name: getattr(guest, column.name) for column in Attendance.__table__.c})


# Going


def test_when_the_meeting_is_closed_its_guests_are_thanked_and_may_do_nothing_more(meeting_in, guest, lea):
    meeting = meeting_in(Phase.CLOSE)
    gil = guest(meeting, "Gil")
    lea.post("/meetings/1/closing", data={"turn": meeting.turn})
    answer = gil.get("/meetings/1")
    assert answer.status_code == 200
    assert "The triage is over" in answer.text
    assert "What did we decide?" not in answer.text
    answer = gil.get("/meetings/1", headers=HTMX | {"HX-Target": "div#ritual"})
    assert answer.headers["HX-Redirect"] == "/meetings/1", "the whole page, not its words in the middle of the old one"
    for path, form in (("pulse", {"worth": "5"}), ("dots", {"add": "1"})):
        answer = gil.post(f"/meetings/1/{path}", data=form)
        assert answer.status_code == 422
        assert "This meeting is over" in answer.text
    assert gil.get("/meetings/1/minutes").location.startswith("/sign-in")
    assert gil.get("/meetings/1/live").status_code == 410


def test_a_forgotten_meeting_is_over_for_its_guests_too(meeting, guest, later):
    gil = guest(meeting, "Gil")
    with later(hours=4):
        assert "The triage is over" in gil.get("/meetings/1").text
        answer = gil.post("/meetings/1/pulse", data={"worth": "5"})
        assert answer.status_code == 422
        assert "This meeting is over" in answer.text


def test_reopening_brings_no_guest_back_unasked(meeting, guest, people):
    gil = guest(meeting, "Gil")
    closed(meeting)
    meeting.reopen(by=people["lea"])
    db.session.commit()
    assert gil.get("/meetings/1").status_code == 422


def test_a_guest_comes_back_with_what_was_placed(guests_vote, meeting_in, guest):
    meeting = meeting_in(Phase.VOTE)
    gil = guest(meeting, "Gil")
    gil.post("/meetings/1/dots", data={"add": "1"})
    assert "1 of your dots" in gil.get("/meetings/1").text
    with pytest.raises(Refused, match="is here already"):
        Attendance.come_as_guest(meeting, "Gil")

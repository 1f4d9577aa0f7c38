"""Planning, beginning, forgetting and reopening a triage: there is one live meeting per board, or none."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy.exc import IntegrityError

from tests.meetings.conftest import START, actions, at_once, closed
from triage.boards.category import Category
from triage.boards.models import Board
from triage.database import db
from triage.items.models import Item
from triage.meetings import focus, votes
from triage.meetings.agenda import Phase
from triage.meetings.models import Meeting
from triage.meetings.votes import Ballot
from triage.refusal import Refused
from triage.rooms.attendance import Attendance, renew_link
from triage.rooms.dots import change_budget
from triage.rooms.models import Status
from triage.teams.models import Team

on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def test_who_starts_a_meeting_has_its_chair_and_its_first_phase_begins(meeting, people):
    assert (meeting.status, meeting.chair, meeting.phase, meeting.turn) == (Status.LIVE, people["lea"], "intake", 1)
    assert meeting.sprint_number == 2
    assert meeting.started_at == meeting.entered_at == START
    assert meeting.deadline == START + timedelta(minutes=4)
    assert actions(meeting) == ["started", "skipped", "entered"]


def test_a_press_on_start_while_one_is_live_brings_there(in_app, lea, max_):
    first = lea.post("/boards/1/meetings")
    second = max_.post("/boards/1/meetings")
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert db.session.query(Meeting).count() == 1
    assert db.session.query(Meeting).one().chair.name == "Lea"


@on_postgresql
def test_of_two_who_press_start_at_once_one_wins_and_both_are_brought_there(app, as_):
    answers = at_once(*(partial(as_(name).post, "/boards/1/meetings") for name in ("lea", "max")))
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location == "/meetings/1"
    with app.app_context():
        assert db.session.query(Meeting).count() == 1


def test_the_database_itself_holds_no_two_live_meetings_of_a_board(meeting, people):
    second = Meeting._new(meeting.board)
    second.status = Status.LIVE
    db.session.add(second)
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_another_board_of_the_team_may_meet_at_the_same_time(meeting, people):
    other = Board.open(db.session.get_one(Team, 1), "Other", by=people["lea"])
    assert Meeting.start(other, by=people["max"]).is_live
    assert meeting.is_live


def test_a_planned_meeting_is_begun_by_anyone_and_then_is_the_live_one(board, people, later):
    meeting = Meeting.plan(board, START + timedelta(hours=2), by=people["lea"])
    db.session.commit()
    assert Meeting.live_on(board) is None
    with later(hours=2):
        meeting.begin(by=people["max"])
        assert Meeting.live_on(board) is meeting
        assert meeting.chair is people["max"]
        with pytest.raises(Refused, match="has begun already"):
            meeting.begin(by=people["lea"])
    assert actions(meeting) == ["planned", "started", "skipped", "entered"]


def test_who_begins_a_planned_meeting_second_is_brought_to_it(board, people, lea, max_):
    Meeting.plan(board, START + timedelta(hours=2), by=people["lea"])
    db.session.commit()
    answers = [person.post("/meetings/1/beginning") for person in (max_, lea, max_)]
    assert [(answer.status_code, answer.location) for answer in answers] == [(303, "/meetings/1")] * 3
    assert db.session.get_one(Meeting, 1).chair.name == "Max"


def test_a_planned_meeting_cannot_begin_while_another_is_live(meeting, board, people, lea):
    planned = Meeting.plan(board, START + timedelta(hours=2), by=people["lea"])
    db.session.commit()
    answer = lea.post(f"/meetings/{planned.id}/beginning")
    assert answer.status_code == 422
    assert "A triage of Harbor is live already. Join that one." in answer.text


def test_a_planned_meeting_is_called_off_and_a_live_one_is_not(board, people, meeting_in):
    planned = Meeting.plan(board, START + timedelta(hours=2), by=people["lea"])
    db.session.commit()
    planned.cancel(by=people["max"])
    db.session.commit()
    assert db.session.query(Meeting).count() == 0
    live = meeting_in(Phase.INTAKE)
    with pytest.raises(Refused, match="Close it instead"):
        live.cancel(by=people["lea"])


def test_there_is_nothing_to_hear_of_a_planned_meeting_and_nobody_to_keep_it(board, people, max_):
    planned = Meeting.plan(board, START + timedelta(hours=2), by=people["lea"])
    db.session.commit()
    assert max_.get(f"/meetings/{planned.id}/live").status_code == 404
    assert max_.post(f"/meetings/{planned.id}/ready", data={"turn": "0", "ready": "1"}).status_code == 422
    assert db.session.query(Attendance).count() == 0
    assert max_.post(f"/meetings/{planned.id}/cancelling").status_code == 303


@pytest.mark.parametrize(
    ("moment", "sentence"),
    [
        ("2026-01-19T09:00", "That moment has passed"),
        ("0001-01-01T00:00", "That moment has passed"),
        ("2027-02-01T09:00", "more than a year ahead"),
        ("9999-12-31T23:59", "more than a year ahead"),
        ("next week", "not understood"),
        ("9" * 30, "not understood"),
    ],
)
def test_a_moment_that_will_not_do_is_refused(lea, in_app, moment, sentence):
    db.session.get_one(Team, 1).time_zone = "America/New_York" if moment > "2026-02" else "UTC"
    db.session.commit()
    answer = lea.post("/boards/1/meetings", data={"planned_for": moment})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert db.session.query(Meeting).count() == 0


def test_a_day_is_planned_by_the_clock_of_the_team(lea, in_app):
    db.session.get_one(Team, 1).time_zone = "Europe/Berlin"
    db.session.commit()
    for day in ("2026-03-27T15:00", "2026-03-30T15:00"):  # the clocks go forward between them
        lea.post("/boards/1/meetings", data={"planned_for": day})
    moments = [meeting.planned_for for meeting in db.session.query(Meeting).order_by(Meeting.id)]
    assert moments == [datetime(2026, 3, 27, 14, tzinfo=UTC), datetime(2026, 3, 30, 13, tzinfo=UTC)]


# Forgotten open


def test_a_meeting_that_everybody_left_reads_as_ended_after_three_idle_hours(meeting, lea, later):
    with later(hours=3):
        assert (meeting.is_live, meeting.is_closed) == (True, False)
        assert lea.get("/meetings/1").status_code == 200
    with later(hours=3, seconds=1):
        assert (meeting.is_live, meeting.is_closed) == (False, True)
        assert Meeting.live_on(meeting.board) is None
        assert lea.get("/meetings/1").location == "/meetings/1/minutes"
        assert lea.get("/meetings/1/screen").location == "/meetings/1"
        for page in ("/meetings/1/minutes", "/boards/1/meetings", "/boards/1"):
            assert lea.get(page).status_code == 200, page
    db.session.expire_all()
    assert db.session.get_one(Meeting, 1).status is Status.LIVE, "reading writes nothing"


def test_whatever_anybody_does_in_it_keeps_a_meeting_awake(meeting, come, later):
    max_ = come(meeting, "max")
    with later(hours=2):
        max_.be_ready(True, seen=meeting.turn)
        db.session.commit()
    with later(hours=4):
        assert meeting.is_live


def test_a_forgotten_meeting_ends_itself_when_the_next_one_starts(meeting, board, people, come, later):
    votes.cast_ballot(come(meeting, "max"), db.session.get_one(Item, 1), Category.CHEAP)
    db.session.commit()
    with later(days=2):
        db.session.get_one(Item, 2).pay(by=people["max"])
        db.session.commit()
        after = board.version
        following = Meeting.start(board, by=people["max"])
        db.session.commit()
    assert (meeting.status, meeting.ended_itself) == (Status.CLOSED, True)
    assert meeting.closed_at == START + timedelta(hours=3)
    assert meeting.last_version < after, "what was done two days later was not done in it"
    assert actions(meeting)[-1] == "ended_itself"
    assert db.session.query(Ballot).count() == 0
    assert following.is_live


def everything_one_can_do(meeting, attendance, people):
    lea, item = people["lea"], db.session.get_one(Item, 1)
    seen = meeting.turn
    return {
        "advance": lambda: meeting.advance(seen=seen, by=lea),
        "go back": lambda: meeting.go_back(Phase.REVIEW, seen=seen, by=lea),
        "take the chair": lambda: meeting.take_chair(by=people["max"]),
        "more time": lambda: meeting.extend(1, by=lea),
        "postpone an exit": lambda: meeting.postpone_exit(item, by=lea),
        "nothing": lambda: meeting.commit_to_nothing("Why not", by=lea),
        "ballot": lambda: votes.cast_ballot(attendance, item, Category.CHEAP),
        "dot": lambda: votes.add_dot(attendance, item),
        "take a dot": lambda: votes.take_dot(attendance, item),
        "reveal": lambda: votes.reveal_ballots(meeting, seen=seen, by=lea),
        "reveal the dots": lambda: votes.reveal_dots(meeting, seen=seen, by=lea),
        "budget": lambda: change_budget(meeting, 9, 9, by=lea),
        "focus": lambda: focus.go_to(meeting, 1, by=lea),
        "step": lambda: focus.step(meeting, "next", None, by=lea),
        "ready": lambda: attendance.be_ready(True, seen=seen),
        "pulse": lambda: attendance.rate_worth(5),
        "link": lambda: renew_link(meeting, by=lea),
        "guest": lambda: Attendance.come_as_guest(meeting, "Gil"),
    }


def test_an_idle_meeting_refuses_every_write_with_a_sentence(meeting, come, people, later):
    deeds = everything_one_can_do(meeting, come(meeting, "max"), people) | {
        "close": lambda: meeting.close(seen=meeting.turn, by=people["lea"])
    }
    for deed, do in deeds.items():
        with later(hours=3, seconds=1), pytest.raises(Refused, match="This meeting is closed") as refusal:
            do()
        assert type(refusal.value) is Refused, deed
        db.session.rollback()


def test_a_closed_meeting_refuses_every_write_with_a_sentence(meeting, come, people):
    attendance = come(meeting, "max")
    closed(meeting)
    for deed, do in everything_one_can_do(meeting, attendance, people).items():
        with pytest.raises(Refused, match="This meeting is closed") as refusal:
            do()
        assert type(refusal.value) is Refused, deed
        db.session.rollback()


def test_a_meeting_that_has_not_begun_refuses_every_write_with_a_sentence(board, come, people):
    planned = Meeting.plan(board, START + timedelta(hours=2), by=people["lea"])
    for deed, do in everything_one_can_do(planned, come(planned, "max"), people).items():
        with pytest.raises(Refused, match="has not begun") as refusal:
            do()
        assert type(refusal.value) is Refused, deed


# The end, and not


def test_a_meeting_is_closed_in_its_last_phase_only(meeting_in, lea, people):
    meeting = meeting_in(Phase.COMMIT)
    with pytest.raises(Refused, match="Go on to the close first"):
        meeting.close(seen=meeting.turn, by=people["lea"])
    db.session.rollback()
    answer = lea.post(f"/meetings/{meeting.id}/closing", data={"turn": meeting.turn})
    assert answer.status_code == 422


def test_a_double_press_on_close_ends_at_the_minutes(meeting_in, lea):
    meeting = meeting_in(Phase.CLOSE)
    first, second = (lea.post("/meetings/1/closing", data={"turn": meeting.turn}) for _ in range(2))
    assert (first.status_code, first.location) == (303, "/meetings/1/minutes")
    assert (second.status_code, second.location) == (303, "/meetings/1")
    assert lea.get(second.location).location == "/meetings/1/minutes"
    assert actions(meeting).count("closed") == 1


def test_its_chair_may_reopen_a_meeting_for_a_day_and_nobody_else(meeting, people, later):
    closed(meeting)
    with later(hours=24), pytest.raises(Refused, match="Lea had the chair and can reopen it"):
        meeting.reopen(by=people["max"])
    with later(hours=24, seconds=1), pytest.raises(Refused, match="more than a day ago"):
        meeting.reopen(by=people["lea"])
    with later(hours=24):
        meeting.reopen(by=people["lea"])
        db.session.commit()
        assert (meeting.is_live, meeting.phase, meeting.closed_at, meeting.last_version) == (True, "close", None, None)
        with pytest.raises(Refused, match="not closed"):
            meeting.reopen(by=people["lea"])


def test_a_meeting_is_not_reopened_while_the_next_is_live(meeting, board, people):
    closed(meeting)
    Meeting.start(board, by=people["max"])
    db.session.commit()
    with pytest.raises(Refused, match=r"A triage of Harbor is live already\. Close that first"):
        meeting.reopen(by=people["lea"])


def test_a_forgotten_meeting_is_reopened_by_its_chair_and_everybody_has_all_dots_again(meeting_in, come, people, later):
    meeting = meeting_in(Phase.VOTE)
    max_ = come(meeting, "max")
    votes.add_dot(max_, db.session.get_one(Item, 1))
    db.session.commit()
    with later(hours=9):
        meeting.reopen(by=people["lea"])
        db.session.commit()
        assert actions(meeting)[-2:] == ["ended_itself", "reopened"]
        meeting.go_back(Phase.VOTE, seen=meeting.turn, by=people["lea"])
        for _ in range(3):
            votes.add_dot(max_, db.session.get_one(Item, 1))
        assert max_.dots_spent == 3

"""What is due, which sprint a meeting commits to, and what is carried over."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from triage import clock
from triage.boards.models import Board
from triage.commitments.models import Commitment, Verdict
from triage.commitments.sprint import Calendar, Span
from triage.commitments.sprints import Sprint
from triage.database import db


@pytest.fixture
def asked(in_app):
    """How many statements the database is asked."""
    statements = []

    def note(_connection, _cursor, statement, *_more):
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield statements
    event.remove(db.engine, "before_cursor_execute", note)


def test_due_is_what_earlier_sprints_left_without_a_verdict_the_oldest_first(commit, people):
    second, first, third = commit(1, sprint=2), commit(2, sprint=1), commit(3, sprint=3)
    commit(4, sprint=1).judge(Verdict.KEPT, by=people["max"])
    board = db.session.get_one(Board, 1)
    assert Commitment.due(board, before_sprint=1) == []
    assert Commitment.due(board, before_sprint=3) == [first, second]
    assert Commitment.due(board, before_sprint=4) == [first, second, third]


def test_what_is_proposed_is_due_too(commit):
    commitment = commit(1, owner="lea")
    assert Commitment.due(commitment.board, before_sprint=2) == [commitment]


def test_all_that_a_page_says_of_what_is_due_comes_with_one_question(commit, asked):
    for item in (1, 2, 3):
        commit(item, owner="lea" if item == 2 else "max", sprint=item)
    db.session.commit()
    db.session.expunge_all()
    board = db.session.get_one(Board, 1)
    asked.clear()
    said = [f"{one}, {one.owner}, {one.sprint.number}, {one.board}" for one in Commitment.due(board, before_sprint=9)]
    assert len(said) == 3
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("days", "day", "number"),
    [
        (14, date(2026, 1, 5), 1),  # its first Monday
        (14, date(2026, 1, 9), 1),  # its first Friday
        (14, date(2026, 1, 11), 1),
        (14, date(2026, 1, 12), 2),  # its second half
        (14, date(2026, 1, 16), 2),  # its last Friday
        (14, date(2026, 1, 18), 2),
        (14, date(2026, 1, 19), 2),  # the first Monday of the next
        (7, date(2026, 1, 5), 1),
        (7, date(2026, 1, 9), 2),  # a Friday
        (21, date(2026, 1, 14), 1),
        (21, date(2026, 1, 16), 2),
        (1, date(2026, 1, 5), 1),
        (14, date(2025, 12, 30), 1),  # before the first
    ],
)
def test_a_meeting_commits_to_the_sprint_that_is_half_a_sprint_away(days, day, number):
    assert Calendar(date(2026, 1, 5), days).target_on(day).number == number


@given(st.integers(1, 60), st.integers(0, 400))
def test_a_meeting_commits_to_the_present_sprint_or_the_next_and_never_goes_back(days, passed):
    calendar = Calendar(date(2026, 1, 5), days)
    day = calendar.first_day + timedelta(days=passed)
    present, target = calendar.sprint_on(day).number, calendar.target_on(day).number
    assert target - present in (0, 1)
    assert target == calendar.sprint_on(day + timedelta(days=days // 2)).number
    assert calendar.target_on(day + timedelta(days=1)).number >= target


def test_when_the_length_changed_the_next_sprint_is_still_the_next():
    calendar = Calendar.counted_on([Span(1, date(2026, 1, 5), date(2026, 1, 18))], date(2026, 1, 5), 2)
    assert calendar.target_on(date(2026, 1, 18)) == Span(2, date(2026, 1, 19), date(2026, 1, 20))


def test_the_team_asks_its_own_calendar_and_clock(team):
    for moment, zone, number in (
        (datetime(2026, 1, 11, 20, tzinfo=UTC), "UTC", 1),
        (datetime(2026, 1, 11, 20, tzinfo=UTC), "Pacific/Auckland", 2),
    ):
        team.time_zone = zone
        with clock.at(moment):
            assert Sprint.target(team).number == number


def test_the_form_suggests_that_sprint(as_, team):
    db.session.commit()
    max_ = as_("max")
    assert '<option value="1" selected>' in max_.get("/items/1/commitments").text
    with clock.at(datetime(2026, 1, 16, 15, tzinfo=UTC)):
        assert '<option value="2" selected>' in max_.get("/items/1/commitments").text


def test_an_item_is_carried_as_often_as_it_was_committed_in_vain_since_it_was_last_kept(commit, people, asked):
    for item, verdicts in (
        (1, "missed partly"),
        (2, "missed kept"),
        (3, "missed kept dropped partly"),
        (4, ""),
    ):
        for verdict in verdicts.split():
            commit(item).judge(Verdict(verdict), by=people["max"], why="It came to this")
    commit(4)
    asked.clear()
    assert Commitment.carried([1, 2, 3, 4, 99]) == {1: 2, 3: 1}
    assert len(asked) == 1
    assert Commitment.carried([2]) == Commitment.carried([]) == {}


@pytest.mark.parametrize("page", ["/items/1", "/boards/1/history"])
def test_what_was_in_vain_once_is_marked_as_carried_twice_while_it_is_open(as_, page):
    lea = as_("lea")  # the decision-maker, who may a third time
    promise = {"owner": "1", "sprint": "1", "done_when": "The index exists"}
    seen = []
    for number in (1, 2, 3):
        lea.post("/items/1/commitments", data=promise)
        seen.append(set(re.findall(r"carried ×\d", lea.get(page).text)))
        lea.post(f"/commitments/{number}/verdict", data={"verdict": "missed", "reason": "The outage"})
    assert seen == [set(), {"carried ×2"}, {"carried ×3"}]
    assert "carried" not in lea.get(page).text

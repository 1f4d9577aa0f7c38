"""Dots: a budget that nobody exceeds, secret until the reveal, following an item that is merged."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from tests.meetings.conftest import HTMX, START, THOROUGH, actions, closed
from tests.meetings.pressing import press_at_once
from triage.database import db
from triage.items.models import Item
from triage.meetings import votes
from triage.meetings.agenda import Phase
from triage.meetings.agenda_item import AgendaItem
from triage.meetings.models import Meeting
from triage.meetings.votes import Dot
from triage.refusal import Refused, Stale
from triage.rooms.attendance import Attendance
from triage.rooms.dots import change_budget, placed

PEOPLE, ITEMS = ("lea", "max", "Gil"), (1, 2, 3, 4)


@pytest.fixture
def voting(meeting_in) -> Meeting:
    """Each has five dots, at most three on one item."""
    return meeting_in(Phase.VOTE)


def item(id: int) -> Item:
    return db.session.get_one(Item, id)


def totals(meeting: Meeting) -> dict[int, int]:
    return {one.item_id: one.dots for one in AgendaItem.all_of(meeting) if one.dots}


# Against a plain model


def test_whatever_is_pressed_nobody_exceeds_the_budget_and_the_totals_are_those_of_a_plain_count(
    guests_vote, voting, come
):
    attendances = {name: come(voting, name) for name in PEOPLE}
    ids = {name: one.id for name, one in attendances.items()}

    class Placing(RuleBasedStateMachine):
        def __init__(self):
            super().__init__()
            self.dots, self.per_item = 5, 3
            self.placed = {name: dict.fromkeys(ITEMS, 0) for name in PEOPLE}
            self.open, self.merged = set(ITEMS), set()

        def teardown(self):
            counted = {id: sum(mine[id] for mine in self.placed.values()) for id in self.open}
            try:
                votes.reveal_dots(voting, seen=voting.turn, by=voting.chair)
                assert totals(voting) == {id: count for id, count in counted.items() if count}
            finally:
                db.session.rollback()

        def press(self, is_allowed, do):
            """Done, when the model allows it, and otherwise refused, leaving nothing behind."""
            with db.session.begin_nested() as savepoint:
                if is_allowed:
                    do()
                else:
                    with pytest.raises(Refused):
                        do()
                    savepoint.rollback()
            return is_allowed

        def attendance(self, name):
            return db.session.get_one(Attendance, ids[name])

        @rule(name=st.sampled_from(PEOPLE), id=st.sampled_from(ITEMS), times=st.integers(1, 4))
        def add(self, name, id, times):
            for _ in range(times):
                self.add_one(name, id)

        def add_one(self, name, id):
            mine = self.placed[name]
            may = id in self.open and sum(mine.values()) < self.dots and mine[id] < self.per_item
            if self.press(may, lambda: votes.add_dot(self.attendance(name), item(id))):
                mine[id] += 1

        @rule(name=st.sampled_from(PEOPLE), id=st.sampled_from(ITEMS))
        def take(self, name, id):
            if id not in self.merged:
                may = self.placed[name][id] > 0
                if self.press(may, lambda: votes.take_dot(self.attendance(name), item(id))):
                    self.placed[name][id] -= 1

        @rule(dots=st.integers(1, 6), per_item=st.integers(1, 6))
        def change_the_budget(self, dots, per_item):
            most_spent = max(sum(mine.values()) for mine in self.placed.values())
            most_on_one = max(max(mine.values()) for mine in self.placed.values())
            may = (
                per_item <= dots
                and (dots >= self.dots or dots >= most_spent)
                and (per_item >= self.per_item or per_item >= most_on_one)
            )
            change = lambda: change_budget(voting, dots, per_item, by=voting.chair)  # noqa: E731
            if self.press(may, change):
                self.dots, self.per_item = dots, per_item

        @precondition(lambda self: len(self.open) > 2)
        @rule(id=st.sampled_from(ITEMS), into=st.sampled_from(ITEMS))
        def merge(self, id, into):
            may = id != into and {id, into} <= self.open
            if self.press(may, lambda: item(id).merge(item(into), by=voting.chair)):
                self.open.discard(id)
                self.merged.add(id)
                for mine in self.placed.values():
                    mine[into], mine[id] = mine[into] + mine[id], 0

        @precondition(lambda self: len(self.open) > 2)
        @rule(id=st.sampled_from(ITEMS))
        def drop(self, id):
            if self.press(id in self.open, lambda: item(id).drop(by=voting.chair, why="Gone")):
                self.open.discard(id)

        @invariant()
        def everybody_has_what_the_model_says(self):
            for name, mine in self.placed.items():
                attendance = self.attendance(name)
                assert votes.dots_of(attendance) == {id: count for id, count in mine.items() if count}
                assert attendance.dots_spent == sum(mine.values()) <= self.dots
            assert placed(voting) == sum(sum(mine.values()) for mine in self.placed.values())

    run_state_machine_as_test(Placing, settings=THOROUGH)


# At once


def test_eight_processes_that_press_without_a_lock_place_what_is_left_and_no_dot_more(app, voting, come):
    budget, on_one = come(voting, "lea").id, come(voting, "max").id
    change_budget(voting, 3, 2, by=voting.chair)
    db.session.commit()
    placed = press_at_once(app, START, [(budget, [1, 2, 3, 4]), (on_one, [1])])
    assert placed == [3, 2]
    for id, count in ((budget, 3), (on_one, 2)):
        rows = [dot.count for dot in db.session.query(Dot).filter_by(attendance_id=id)]
        assert sum(rows) == count
        assert max(rows) <= 2
        assert db.session.get_one(Attendance, id).dots_spent == count


# Refused, in words


def test_a_dot_too_many_is_refused_and_says_what_to_do(voting, come):
    max_ = come(voting, "max")
    for _ in range(3):
        votes.add_dot(max_, item(1))
    db.session.commit()
    with pytest.raises(Refused, match=r"3 dots on one item is the most\. Place it on another\."):
        votes.add_dot(max_, item(1))
    db.session.rollback()
    for id in (2, 3):
        votes.add_dot(max_, item(id))
    db.session.commit()
    with pytest.raises(Refused, match=r"All your 5 dots are placed\. Take one back first\."):
        votes.add_dot(max_, item(4))
    db.session.rollback()
    with pytest.raises(Refused, match=r"None of your dots is on D-4"):
        votes.take_dot(max_, item(4))
    assert votes.dots_of(max_) == {1: 3, 2: 1, 3: 1}


def test_a_budget_below_what_somebody_has_placed_is_refused_with_the_count(voting, come, lea):
    for name in ("lea", "max"):
        attendance = come(voting, name)
        for id in (1, 1, 2, 3):
            votes.add_dot(attendance, item(id))
    db.session.commit()
    answer = lea.post("/meetings/1/budget", data={"dots": "3", "dots_per_item": "2"})
    assert answer.status_code == 422
    assert "2 people have placed more than 3 dots; the most is 4." in answer.text
    answer = lea.post("/meetings/1/budget", data={"dots": "4", "dots_per_item": "1"})
    assert answer.status_code == 422
    assert "2 people have placed more than 1 dot on one item; the most is 2." in answer.text
    assert lea.post("/meetings/1/budget", data={"dots": "4", "dots_per_item": "2"}).status_code == 303
    db.session.expire_all()
    assert (voting.dots, voting.dots_per_item) == (4, 2)


def test_dots_that_came_together_by_a_merge_count_as_dots_on_one_item(voting, come, people):
    max_ = come(voting, "max")
    for id in (1, 1, 2):
        votes.add_dot(max_, item(id))
    item(2).merge(item(1), by=people["lea"])
    db.session.commit()
    with pytest.raises(Refused, match="1 person has placed more than 2 dots on one item; the most is 3"):
        change_budget(voting, 5, 2, by=people["lea"])
    with pytest.raises(Refused, match="3 dots on one item is the most"):
        votes.add_dot(max_, item(1))


def test_the_budget_is_the_teams_when_the_meeting_starts_and_its_own_afterwards(voting, lea):
    voting.board.team.dots = 9
    db.session.commit()
    assert (voting.dots, voting.dots_per_item) == (5, 3)
    for form in ({"dots": "2", "dots_per_item": "3"}, {"dots": "0"}, {"dots": "21"}, {"dots": "x"}, {}):
        assert lea.post("/meetings/1/budget", data={"dots_per_item": "1", **form}).status_code == 422, form
    assert "budget_changed" not in actions(voting)


# Hostile


@pytest.mark.parametrize("items", ["-1", "1e0", "2147483648", "999999999999999999999", "1 1", "", "x"])
def test_one_press_is_one_dot_whatever_it_says(voting, max_, items):
    for form in ({"add": items}, {"take": items}, {"step": items}, {}):
        assert max_.post("/meetings/1/dots", data=form).status_code == 422
    assert db.session.query(Dot).count() == 0
    assert max_.post("/meetings/1/dots", data={"add": ["1", "1", "1"], "step": "3"}).status_code == 303
    assert [dot.count for dot in db.session.query(Dot)] == [1]


def test_nobody_takes_back_what_was_never_placed_nor_what_another_placed(voting, lea, max_):
    assert lea.post("/meetings/1/dots", data={"add": "1"}).status_code == 303
    assert max_.post("/meetings/1/dots", data={"take": "1"}).status_code == 422
    assert [(dot.count, dot.attendance_id) for dot in db.session.query(Dot)] == [(1, 1)]


def test_a_dot_is_always_ones_own_whoever_the_form_names(voting, come, max_):
    lea = come(voting, "lea")
    form = {"add": "1", "attendance_id": lea.id, "attendance": lea.id, "user_id": 1, "count": 5, "by": 1}
    assert max_.post("/meetings/1/dots", data=form).status_code == 303
    db.session.expire_all()
    assert lea.dots_spent == 0
    dot = db.session.query(Dot).one()
    assert (dot.count, db.session.get_one(Attendance, dot.attendance_id).user.name) == (1, "Max")


@pytest.mark.parametrize("id", [5, 999_999, 0, 2**31 - 1])
def test_an_item_of_another_board_is_like_one_that_does_not_exist(voting, max_, id):
    answers = [max_.post("/meetings/1/dots", data={"add": one}) for one in (id, 888_888)]
    for answer in answers:
        assert answer.status_code == 422
        assert "This item is not on the meeting&#39;s board." in answer.text
        assert "Zoe" not in answer.text
    assert db.session.query(Dot).count() == 0


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase not in {Phase.VOTE, Phase.REVIEW}])
def test_dots_are_placed_in_the_vote_only(meeting_in, max_, phase):
    meeting_in(phase)
    for step in ("add", "take"):
        answer = max_.post("/meetings/1/dots", data={step: "1"})
        assert answer.status_code == 409
        assert phase.question in answer.text, "the fresh room"
    assert db.session.query(Dot).count() == 0


def test_after_the_reveal_nothing_is_placed_or_taken_back(voting, come, max_):
    votes.add_dot(come(voting, "max"), item(1))
    votes.reveal_dots(voting, seen=voting.turn, by=voting.chair)
    db.session.commit()
    for step in ("add", "take"):
        answer = max_.post("/meetings/1/dots", data={step: "1"}, headers=HTMX)
        assert answer.status_code == 409
        assert "The dots are revealed already" in answer.text
    for change in (
        lambda: change_budget(voting, 9, 3, by=voting.chair),
        lambda: votes.reveal_dots(voting, seen=voting.turn, by=voting.chair),
    ):
        with pytest.raises(Stale, match="revealed already"):
            change()
    assert totals(voting) == {1: 1}


def test_after_the_close_nothing_is_placed(meeting, max_):
    closed(meeting)
    assert max_.post("/meetings/1/dots", data={"add": "1"}).status_code == 422


def test_an_observer_and_a_stranger_place_none(voting, as_):
    assert as_("obi").post("/meetings/1/dots", data={"add": "1"}).status_code == 403
    assert as_("zoe").post("/meetings/1/dots", data={"add": "1"}).status_code == 404
    assert db.session.query(Dot).count() == 0


def test_a_closed_item_takes_no_dot_and_gives_back_those_on_it(voting, come, people):
    max_ = come(voting, "max")
    votes.add_dot(max_, item(1))
    item(1).drop(by=people["lea"], why="Gone")
    with pytest.raises(Refused, match="D-1 is not open any more"):
        votes.add_dot(max_, item(1))
    votes.take_dot(max_, item(1))
    assert max_.dots_spent == 0


# The reveal


def test_a_reveal_writes_totals_and_never_who(voting, come, people):
    for name, ids in (("lea", (1, 1, 2)), ("max", (2, 2, 2, 3))):
        attendance = come(voting, name)
        for id in ids:
            votes.add_dot(attendance, item(id))
    item(3).drop(by=people["lea"], why="Gone")
    votes.reveal_dots(voting, seen=voting.turn, by=voting.chair)
    db.session.commit()
    assert totals(voting) == {1: 2, 2: 4}
    voting.advance(seen=voting.turn, by=voting.chair)
    order = [one.item_id for one in AgendaItem.all_of(voting)]
    assert order[:2] == [2, 1]
    assert voting.focus_id == 2


def test_the_end_of_the_meeting_deletes_who_placed_what(voting, come, people):
    max_ = come(voting, "max")
    votes.add_dot(max_, item(1))
    db.session.commit()
    closed(voting)
    assert db.session.query(Dot).count() == 0
    db.session.expire_all()
    assert max_.dots_spent == 0
    assert totals(voting) == {1: 1}


def test_a_guest_places_dots_where_the_team_lets_guests_vote(voting, guest, in_app):
    gil = guest(voting, "Gil")
    answer = gil.post("/meetings/1/dots", data={"add": "1"})
    assert answer.status_code == 422
    assert "Guests of this team watch" in answer.text
    voting.board.team.guests_vote = True
    db.session.commit()
    assert gil.post("/meetings/1/dots", data={"add": "1"}).status_code == 303
    assert db.session.query(Dot).count() == 1

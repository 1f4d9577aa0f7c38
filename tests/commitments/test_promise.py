"""The promise meter, and the second press that over-promising needs."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from triage import clock
from triage.boards.models import Board
from triage.commitments.models import Commitment, OverPromised, Verdict, promise_for
from triage.commitments.promise import Promise
from triage.commitments.sprints import Sprint
from triage.database import db
from triage.events.models import Event
from triage.items.drafts import ItemDraft
from triage.items.models import Item
from triage.teams.roles import MEMBER

FORM = {"owner": "2", "sprint": "1", "done_when": "The index exists"}


@pytest.mark.parametrize(
    ("promise", "sentence"),
    [
        (Promise(), "Nothing is committed yet."),
        (Promise(budget=6), "Nothing is committed yet. The debt budget is 6 days."),
        (Promise((2, 2), 6), "4 of 6 days: 2 left of the debt budget."),
        (Promise((6,), 6), "6 of 6 days: the whole debt budget."),
        (Promise((9,), 6), "9 of 6 days: 3 over the debt budget."),
        (Promise((0.5,), 1), "0.5 of 1 day: 0.5 left of the debt budget."),
        (Promise((2.5, None, 2, None), 6), "4.5 of 6 days, 2 without a size: 1.5 left of the debt budget."),
        (Promise((1,)), "1 day committed."),
        (Promise((3, 2, None)), "5 days committed, 1 without a size."),
        (Promise((None,)), "0 days committed, 1 without a size."),
        (Promise((2,), 6, (1,)), "2 of 6 days: 4 left of the debt budget. In the last sprint you kept 1 day."),
        (Promise((2,), None, (3, 0)), "2 days committed. In the last two sprints you kept 3 and 0 days."),
        (Promise((4,), None, (3, 0)), "4 days committed. In the last two sprints you kept 3 and 0 days, never 4."),
        (
            Promise((9,), 6, (2, 4, 3, 4)),
            "9 of 6 days: 3 over the debt budget. In the last four sprints you kept 2, 4, 3 and 4 days, never 9.",
        ),
        (Promise((), None, (1, 2, 3)), "Nothing is committed yet. In the last three sprints you kept 1, 2 and 3 days."),
    ],
)
def test_the_meter_is_a_sentence(promise, sentence):
    assert promise.sentence("days") == sentence


def test_it_speaks_of_points_where_sizes_are_points():
    assert Promise((1,)).sentence("points") == "1 point committed."


@pytest.mark.parametrize(
    ("promise", "over_budget", "over_record", "limit"),
    [
        (Promise((9, None)), False, False, None),
        (Promise((6,), 6), False, False, 6),
        (Promise((6.5,), 6), True, False, 6),
        (Promise((0.1, 0.2), 0.3), False, False, 0.3),
        (Promise((0.3,), 0.1 + 0.2), False, False, 0.1 + 0.2),
        (Promise((1,), 0), True, False, 0),
        (Promise((None,), 0), False, False, 0),
        (Promise((9,), None, (1,)), False, False, None),
        (Promise((4,), None, (1, 4)), False, False, 4),
        (Promise((5,), 6, (1, 4)), False, True, 4),
        (Promise((7,), 6, (8, 4)), True, False, 6),
        (Promise((0.5,), None, (0, 0)), False, True, 0),
    ],
)
def test_it_is_over_beyond_the_budget_or_the_most_that_was_kept_in_two_sprints_or_more(
    promise, over_budget, over_record, limit
):
    assert (promise.is_over_budget, promise.is_over_record, promise.limit) == (over_budget, over_record, limit)
    assert promise.is_over == (over_budget or over_record)


def test_it_knows_what_is_usual_and_what_was_most():
    promise = Promise((9,), 6, (2, 4, 3, 4))
    assert (promise.usual, promise.most_kept, promise.scale) == (3.25, 4, 9)
    assert (Promise().usual, Promise().most_kept, Promise().scale) == (None, None, 0)


def test_in_a_few_words_it_says_by_what_it_is_over():
    assert Promise((9,), 6, (2, 4)).excess("days") == "9 of 6 days"
    assert Promise((5,), 6, (2, 4)).excess("days") == "5 days, never more than 4 kept"


def test_a_sprint_promises_what_was_committed_in_it_judged_and_proposed_too(commit, people):
    commit(1, size=1).judge(Verdict.DROPPED, by=people["max"], why="No time")
    commit(2, size=2, owner="lea")
    commit(3)
    promise = promise_for(db.session.get_one(Item, 1).board, 1)
    assert (promise.committed, promise.unsized, promise.budget, promise.kept) == (3, 1, 4, ())
    commit(4, size=2, sprint=2)
    assert promise_for(db.session.get_one(Item, 1).board, 2).sizes == (2,)


def test_the_budget_is_a_share_of_the_people_and_the_working_days_unless_the_team_says_what_it_can_do(team, people):
    board = team.boards[0]
    assert promise_for(board, 1).budget == 4  # two people, ten days, 20 %
    team.sprint_days = 7
    assert promise_for(board, 1).budget == 2
    team.join(people["zoe"], MEMBER)
    assert promise_for(board, 1).budget == 3
    team.capacity = 30.0
    assert promise_for(board, 1).budget == 6
    team.budget_percent = 0
    assert promise_for(board, 1).budget == 0
    team.capacity, team.unit = None, "points"
    assert promise_for(board, 1).budget is None


def test_the_record_is_what_was_kept_in_the_last_four_judged_sprints(commit, report, people):
    for number, verdicts in enumerate(("kept", "kept kept", "missed", "", "kept missed kept", "unsized", "kept"), 1):
        with clock.at(datetime(2026, 1, 5, tzinfo=UTC) + timedelta(days=14 * (number - 1))):
            for size, verdict in enumerate(verdicts.split(), number):
                sized = {} if verdict == "unsized" else {"size": size}
                kind = Verdict.KEPT if verdict == "unsized" else Verdict(verdict)
                commit(report(), sprint=number, **sized).judge(kind, by=people["max"], why="It came to this")
    board = db.session.get_one(Item, 1).board
    assert promise_for(board, 1).kept == ()
    assert promise_for(board, 4).kept == (1, 2 + 3, 0)
    assert promise_for(board, 9).kept == (2 + 3, 0, 5 + 7, 7)


def test_to_promise_too_much_asks_for_a_second_press(commit):
    commit(1, size=3, over=False)
    with pytest.raises(OverPromised) as refusal:
        commit(2, size=6, over=False)
    assert refusal.value.sentence == (
        "Sprint 1 would have 9 of 4 days: 5 over the debt budget. Commit to less, or press “Commit anyway”."
    )
    commit(2, size=6, over=True)


def test_what_was_over_promised_is_named_where_it_is_told(commit):
    commit(1, size=4)
    commit(2, size=5)
    within, over = db.session.query(Event).filter_by(action="commitment.made").order_by(Event.id)
    assert (within.why, within.what["over"]) == ("", "")
    assert (over.why, over.what["over"]) == ("over-promised, 9 of 4 days", "9 of 4 days")


def test_more_than_was_ever_kept_asks_too_even_within_the_budget(commit, report, people, team):
    team.budget_percent = 100
    for number in (1, 2):
        commit(report(), sprint=number, size=number).judge(Verdict.KEPT, by=people["max"])
    with pytest.raises(OverPromised, match=r"3 of 20 days: 17 left.* you kept 1 and 2 days, never 3\."):
        commit(1, sprint=3, size=3, over=False)
    commit(1, sprint=3, size=2, over=False)


def test_where_nobody_knows_a_budget_and_nothing_was_kept_yet_nothing_is_too_much(commit, team):
    team.unit = "points"
    commit(1, size=1000, over=False)


def test_the_command_line_is_not_asked_but_what_it_did_is_named(commit):
    commit(1, size=9, by=None, over=False)
    assert db.session.query(Event).filter_by(action="commitment.made").one().what["over"] == "9 of 4 days"


def test_the_form_shows_the_meter_of_the_sprint_it_suggests(as_, in_app):
    max_ = as_("max")
    assert "Sprint 1: Nothing is committed yet. The debt budget is 4 days." in max_.get("/items/1/commitments").text
    max_.post("/items/1/commitments", data=FORM | {"size": "3"})
    page = max_.get("/items/2/commitments").text
    assert "Sprint 1: 3 of 4 days: 1 left of the debt budget." in page
    meter = dict(re.findall(r'(min|max|high|optimum|value)="([\d.]+)"', re.search(r"<meter[^>]+>", page)[0]))
    assert {name: float(value) for name, value in meter.items()} == {
        "min": 0,
        "max": 4,
        "high": 4,
        "optimum": 0,
        "value": 3,
    }


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "htmx"])
def test_the_form_comes_back_with_all_that_was_typed_and_says_commit_anyway(as_, in_app, headers):
    max_ = as_("max")
    answer = max_.post("/items/1/commitments", data=FORM | {"size": "9"}, headers=headers)
    assert answer.status_code == 422
    assert answer.headers.get("HX-Retarget") == ("#ask" if headers else None)
    assert "Sprint 1 would have 9 of 4 days: 5 over the debt budget." in answer.text
    assert 'value="The index exists"' in answer.text
    assert "Commit anyway</button>" in answer.text
    assert "Commit to it</button>" not in answer.text
    hidden = dict(re.findall(r'<input type="hidden" name="(over)" value="(\w+)"', answer.text))
    assert db.session.query(Commitment).count() == 0
    assert max_.post("/items/1/commitments", data=FORM | {"size": "9"} | hidden).status_code == 303
    assert ": over-promised, 9 of 4 days" in max_.get("/items/1").text


def test_another_mistake_on_the_way_asks_for_the_second_press_again(as_, in_app):
    answer = as_("max").post("/items/1/commitments", data=FORM | {"size": "9", "over": "1", "done_when": " "})
    assert "Done when is empty" in answer.text
    assert "Commit to it</button>" in answer.text
    assert 'name="over"' not in answer.text


def test_a_sprint_of_the_whole_team_counts_what_its_other_boards_promised(commit, team, people):
    other = Board.open(team, "Pier", by=people["lea"])
    commit(Item.report(other, ItemDraft(title="Rust"), by=people["max"]), size=3)
    assert promise_for(db.session.get_one(Board, 1), 1).committed == 3
    assert promise_for(db.session.get_one(Board, 2), Sprint.current(team).number).committed == 0

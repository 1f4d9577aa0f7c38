"""Sprints to zero: what a record of past sprints says about the coming ones."""

from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.history.forecast import HORIZON, MIN_RECORD, TRIALS, Forecast, forecast

opens = st.integers(1, 500)
changes = st.integers(-20, 20)
records = st.lists(changes, min_size=MIN_RECORD, max_size=30)


@given(opens, records, st.randoms())
def test_the_order_of_the_past_sprints_does_not_matter(open_count, record, random):
    assert forecast(open_count, random.sample(record, len(record))) == forecast(open_count, record)


@given(opens, records)
def test_half_of_the_trials_are_there_before_most_of_them(open_count, record):
    found = forecast(open_count, record)
    assert found.is_known
    if found.sure is not None:
        assert found.likely is not None
        assert 1 <= found.likely <= found.sure <= HORIZON


@given(opens, st.integers(1, 20), st.integers(MIN_RECORD, 30))
def test_a_steady_team_needs_what_division_says(open_count, pace, sprints):
    found = forecast(open_count, [-pace] * sprints)
    exact = ceil(open_count / pace)
    assert found.likely == found.sure == (exact if exact <= HORIZON else None)


@given(opens, st.lists(st.integers(0, 20), min_size=MIN_RECORD, max_size=30))
def test_debt_that_never_shrinks_is_never_gone(open_count, record):
    found = forecast(open_count, record)
    assert (found.likely, found.sure) == (None, None)
    assert found.sentence("open debt").startswith("Never at this pace")


@given(opens, opens, records)
def test_more_open_debt_is_never_gone_sooner(one, other, record):
    less, more = forecast(min(one, other), record), forecast(max(one, other), record)
    assert (less.likely or HORIZON + 1) <= (more.likely or HORIZON + 1)
    assert (less.sure or HORIZON + 1) <= (more.sure or HORIZON + 1)


def test_the_percentiles_are_those_of_the_trials():
    """One sprint in four pays one down: 1 - 0.75 ** n passes 50 % at 3 and 85 % at 7."""
    found = forecast(1, [-1, 0, 0, 0])
    assert found.likely == 3
    assert found.sure == pytest.approx(7, abs=1)


def test_another_seed_draws_other_futures_of_the_same_kind():
    record = [-9, -4, 0, 3, 6]
    found = {forecast(30, record, seed=seed).likely for seed in range(20)}
    assert len(found) > 1
    assert max(found) - min(found) < 15


@pytest.mark.parametrize(
    ("open_count", "record", "sentence"),
    [
        (0, [], "Nothing is open."),
        (0, [1] * 6, "Nothing is open."),
        (-1, [1] * 6, "Nothing is open."),
        (5, [], "Not enough record: the forecast needs four whole sprints, and there are none."),
        (5, [-1], "Not enough record: the forecast needs four whole sprints, and there is one."),
        (5, [-1] * 2, "Not enough record: the forecast needs four whole sprints, and there are two."),
        (5, [-1] * 3, "Not enough record: the forecast needs four whole sprints, and there are three."),
        (5, [1] * 6, "Never at this pace: in the last 6 sprints more was taken on than paid down."),
        (5, [0] * 4, "Never at this pace: in the last 4 sprints as much was taken on as paid down."),
        (500, [-1] * 4, "Not in sight: at this pace, more likely than not, some is still open in 100 sprints."),
        (5, [-5] * 4, "All open debt is gone in 1 sprint with 85 % certainty."),
        (5, [-1] * 4, "All open debt is gone in 5 sprints with 85 % certainty."),
    ],
)
def test_the_sentence_says_how_it_stands(open_count, record, sentence):
    assert forecast(open_count, record).sentence("open debt") == sentence


def test_the_sentence_gives_a_range():
    found = Forecast(open=20, sprints=6, change=-9, likely=9, sure=14)
    assert found.sentence("open debt") == (
        "All open debt is gone in 9 sprints as likely as not, in 14 with 85 % certainty."
    )
    unsure = Forecast(open=20, sprints=6, change=-1, likely=40)
    assert unsure.sentence("expensive debt") == (
        "All expensive debt is gone in 40 sprints as likely as not; even 100 sprints are not enough for 85 % certainty."
    )


def test_what_it_assumes_is_said_when_something_was_drawn():
    assert forecast(9, [-1] * 6).assumptions == (
        f"Drawn {TRIALS} times from the last 6 sprints as they were, in any order; "
        "it assumes that the coming ones are like them."
    )
    assert forecast(9, [-1] * 3).assumptions == forecast(0, [-1] * 6).assumptions == ""


def test_the_record_is_kept_with_the_answer():
    found = forecast(9, (-3, 1, 2, -2))
    assert (found.open, found.sprints, found.change, found.is_known) == (9, 4, -2, True)
    assert forecast(9, [-3, 1, 2, -2]) is found

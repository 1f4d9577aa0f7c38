"""What a debt costs while it is left, beside what it costs to fix: only what is recorded is said."""

import pytest

from triage.items.payback import Record, is_rising

BUILT_ON = "spreads when we build on it"


@pytest.mark.parametrize(
    ("minutes", "rising"),
    [
        ((0, 0, 0, 0, 0, 0), False),
        ((0, 0, 0, 0, 0, 29), False),  # nothing to speak of
        ((0, 0, 0, 0, 0, 30), True),
        ((20, 20, 20, 20, 20, 20), False),  # as much as ever
        ((20, 20, 20, 20, 20, 21), True),
        ((20, 20, 20, 20, 60, 0), True),  # a sprint that has only begun does not make it fall
        ((20, 20, 20, 20, 0, 40), False),
        ((240, 0, 0, 0, 60, 59), False),  # one bad sprint long ago still weighs
    ],
)
def test_interest_rises_when_the_last_two_sprints_cost_more_than_those_before(minutes, rising):
    assert is_rising(minutes) is rising
    assert Record(minutes).is_rising is rising


def test_a_rise_is_said_in_words():
    assert Record((10, 10, 20, 0, 45, 45)).rise == "1 h 30 min in this and the last sprint, 10 min a sprint before"
    assert Record((0, 0, 0, 0, 0, 40)).rise == "40 min in this and the last sprint, nothing a sprint before"
    assert Record((0, 0, 30, 10, 45, 60)).words == "0, 0, 30, 10, 45 and 60 min"


def test_all_that_is_recorded_is_said_in_one_sentence():
    record = Record((40, 30, 50, 40, 40, 0), known=5)
    assert record.sentence(2, "days", BUILT_ON) == (
        "2 days to fix, about 40 min a sprint, spreads when we build on it; pays back in 24 sprints"
    )
    assert record.sentence(1, "days", "") == "1 day to fix, about 40 min a sprint; pays back in 12 sprints"
    assert record.sentence(None, "days", "spreads by itself") == "About 40 min a sprint, spreads by itself"


def test_points_are_not_minutes():
    record = Record((40, 40, 40, 40, 40, 40), known=5)
    assert record.sentence(5, "points", BUILT_ON) == "5 points to fix, about 40 min a sprint, " + BUILT_ON
    assert record.pays_back(5, "points") == ""


@pytest.mark.parametrize("known", [0, 1, 2])
def test_fewer_than_three_finished_sprints_are_no_record(known):
    record = Record((0, 0, 0, 0, 60, 60)[-6:], known)
    assert record.a_sprint is None
    assert record.sentence(2, "days", "stays as it is") == (
        "2 days to fix, stays as it is; not enough record to say what leaving it costs"
    )
    assert record.pays_back(2, "days") == ""
    assert Record(known=known).sentence(None, "days", "") == "Not enough record to say what leaving it costs"


def test_the_present_sprint_goes_on_and_does_not_count():
    assert Record((0, 0, 30, 60, 90, 999), known=3).a_sprint == 60


def test_sprints_in_which_it_was_not_yet_on_the_board_do_not_count():
    assert Record((0, 0, 0, 60, 0, 0), known=3).a_sprint == 20
    assert Record((0, 0, 0, 60, 0, 0), known=5).a_sprint == 12


def test_what_was_merged_into_it_may_be_older_than_itself():
    assert Record((60, 0, 0, 0, 0, 0), known=1).a_sprint == 12


def test_nothing_pays_back_what_costs_nothing():
    assert Record(known=5).sentence(2, "days", "") == "2 days to fix, no interest logged"
    assert Record((40,) * 6, known=5).pays_back(0, "days") == ""


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (0.01, "pays back within a sprint"),
        (0.25, "pays back in 2 sprints"),
        (12.5, "pays back in 100 sprints"),
        (13, ""),
    ],
)
def test_when_it_pays_back_is_a_number_of_whole_sprints(size, said):
    assert Record((60,) * 6, known=5).pays_back(size, "days") == said


def test_what_takes_more_than_a_hundred_sprints_is_no_mark_on_a_card():
    sentence = Record((60,) * 6, known=5).sentence(13, "days", "")
    assert sentence == "13 days to fix, about 1 h a sprint; does not pay back in 100 sprints"


def test_less_than_a_minute_a_sprint_is_about_a_minute():
    assert "about 1 min a sprint" in Record((1, 0, 0, 0, 0, 0), known=5).sentence(1, "days", "")

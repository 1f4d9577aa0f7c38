"""What ballots and dots decide."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.boards.category import Category
from triage.meetings.ballot import (
    Point,
    Split,
    agenda_order,
    settled,
    tally,
)

CHEAP, EXPENSIVE, CATASTROPHIC = Category.CHEAP, Category.EXPENSIVE, Category.CATASTROPHIC

ballots = st.lists(st.sampled_from([CHEAP, EXPENSIVE, CATASTROPHIC]), max_size=15)
few = st.integers(min_value=0, max_value=3)
points = st.lists(
    # Few values, so that ties come often.
    st.builds(Point, item_id=st.integers(1, 40), split=st.builds(Split, few, few, few), dots=few, position=few),
    max_size=12,
    unique_by=lambda point: point.item_id,
)


def point(item_id, split=None, *, dots=0, needs_exit=False, position=0):
    return Point(item_id, split or Split(), dots, needs_exit, position)


@given(ballots)
def test_a_tally_counts_every_ballot(cast):
    split = tally(cast)
    assert (split.cheap, split.expensive, split.catastrophic) == tuple(
        cast.count(category) for category in (CHEAP, EXPENSIVE, CATASTROPHIC)
    )
    assert split.count == len(cast)


def test_no_ballot_says_inbox():
    with pytest.raises(TypeError):
        tally([CHEAP, Category.INBOX])


@pytest.mark.parametrize(
    ("split", "agreed"),
    [
        (Split(3, 0, 0), CHEAP),
        (Split(0, 1, 0), EXPENSIVE),
        (Split(0, 0, 2), CATASTROPHIC),
        (Split(3, 1, 0), None),
        (Split(0, 0, 0), None),
    ],
)
def test_a_split_is_agreed_when_all_chose_the_same_and_there_are_any(split, agreed):
    assert split.agreed is agreed
    assert split.is_unanimous is (agreed is not None)


@pytest.mark.parametrize(
    ("split", "words"),
    [
        (Split(2, 0, 1), "2 cheap, 1 catastrophic"),
        (Split(1, 2, 3), "1 cheap, 2 expensive, 3 catastrophic"),
        (Split(0, 4, 0), "4 expensive"),
        (Split(), ""),
    ],
)
def test_a_split_is_said_without_the_categories_nobody_chose(split, words):
    assert split.words() == words


def test_spread_is_the_distance_of_the_extremes_and_then_how_evenly_the_ballots_divide():
    from_narrow_to_wide = [
        Split(5, 0, 0),
        Split(4, 1, 0),
        Split(3, 2, 0),
        Split(3, 3, 0),
        Split(1, 9, 1),  # one step further apart, though most agree
        Split(5, 0, 1),
        Split(2, 2, 2),
        Split(3, 0, 3),
    ]
    spreads = [split.spread for split in from_narrow_to_wide]
    assert spreads == sorted(set(spreads))
    assert [steps for steps, _ in spreads] == [0, 1, 1, 1, 2, 2, 2, 2]


@given(few, few, few)
def test_spread_is_the_same_from_either_end_and_for_twice_the_people(cheap, expensive, catastrophic):
    spread = Split(cheap, expensive, catastrophic).spread
    assert spread == Split(catastrophic, expensive, cheap).spread
    assert spread == Split(2 * cheap, 2 * expensive, 2 * catastrophic).spread


@given(ballots)
def test_only_disagreement_has_a_spread(cast):
    assert (tally(cast).spread > (0, 0)) == (len(set(cast)) > 1)


@pytest.mark.parametrize(
    ("split", "voters", "category"),
    [
        (Split(12, 0, 0), 12, CHEAP),
        (Split(0, 6, 0), 12, EXPENSIVE),
        (Split(0, 5, 0), 12, None),
        (Split(1, 0, 0), 12, None),  # one hasty ballot
        (Split(0, 3, 0), 7, None),
        (Split(0, 0, 1), 1, CATASTROPHIC),  # one person alone
        (Split(11, 1, 0), 12, None),
        (Split(), 0, None),
    ],
)
def test_an_item_is_settled_when_half_the_voters_agree_and_nobody_says_otherwise(split, voters, category):
    assert settled(split, voters) is category


@given(ballots, st.integers(min_value=0, max_value=15))
def test_nothing_is_settled_against_a_ballot_or_by_few(cast, silent):
    category = settled(tally(cast), len(cast) + silent)
    if category:
        assert set(cast) == {category}
        assert len(cast) >= silent
    else:
        assert len(set(cast)) != 1 or len(cast) < silent


def test_splits_come_first_then_dots_then_missing_exits_then_the_rest():
    assert agenda_order(
        [
            point(1, position=1),
            point(2, Split(3, 0, 0), position=2),  # they agree, so it is one of the rest
            point(3, needs_exit=True, position=3),
            point(4, dots=2, position=4),
            point(5, dots=7, position=5),
            point(6, Split(2, 1, 0), position=6),
            point(7, Split(1, 0, 1), position=7),
        ]
    ) == [7, 6, 5, 4, 3, 1, 2]


def test_an_item_with_both_a_split_and_dots_is_a_split():
    both, dots, wider = point(1, Split(2, 1, 0), dots=1), point(2, dots=9), point(3, Split(1, 0, 1))
    assert agenda_order([both, dots, wider]) == [3, 1, 2]


def test_dots_decide_between_splits_of_the_same_spread():
    assert agenda_order([point(1, Split(1, 1, 0)), point(2, Split(0, 2, 2), dots=1)]) == [2, 1]


def test_what_ties_keeps_its_position_and_then_its_number():
    assert agenda_order([point(3, position=2), point(2, position=1), point(1, position=2)]) == [2, 1, 3]


@given(points, st.randoms(use_true_random=False))
def test_the_agenda_holds_every_item_once_in_an_order_that_does_not_depend_on_how_they_came(those, random):
    order = agenda_order(those)
    assert sorted(order) == sorted(point.item_id for point in those)
    random.shuffle(those)
    assert agenda_order(those) == order


@given(points)
def test_no_item_stands_before_one_that_should_be_talked_about_first(those):
    def is_split(point):
        return point.split.count > 0 and not point.split.is_unanimous

    by_id = {point.item_id: point for point in those}
    for before, after in pairwise(by_id[item_id] for item_id in agenda_order(those)):
        if is_split(before) != is_split(after):
            assert is_split(before)
        elif before.split.spread != after.split.spread and is_split(before):
            assert before.split.spread > after.split.spread
        elif before.dots != after.dots:
            assert before.dots > after.dots
        elif before.needs_exit != after.needs_exit:
            assert before.needs_exit
        else:
            assert (before.position, before.item_id) < (after.position, after.item_id)

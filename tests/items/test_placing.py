"""Positions in a column, as a pure rule."""

from hypothesis import given
from hypothesis import strategies as st

from triage.items.placing import GAP, between, respaced

positions = st.integers(min_value=-(1 << 60), max_value=1 << 60)


@given(positions, positions)
def test_a_place_between_two_is_truly_between_or_there_is_none(one, other):
    low, high = sorted((one, other))
    middle = between(low, high)
    assert (middle is None and high - low <= 1) or low < middle < high


@given(positions)
def test_there_is_always_room_at_either_end(position):
    assert between(None, position) < position < between(position, None)


def test_the_first_card_needs_no_neighbours():
    assert between(None, None) == GAP


@given(st.integers(min_value=0, max_value=300), positions)
def test_fresh_positions_rise_and_lie_above_all_that_were_there(count, highest):
    fresh = respaced(count, highest)
    assert fresh == sorted(set(fresh))
    assert len(fresh) == count
    assert all(position > highest for position in fresh)

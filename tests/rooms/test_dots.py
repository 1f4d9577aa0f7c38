"""The limits of dots, as a rule; what is placed against them is tested where dots are placed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.refusal import Refused
from triage.rooms.dots import must_not_undercut


@pytest.mark.parametrize(
    ("limit", "per_item", "spent_by", "sentence"),
    [
        (
            3,
            False,
            [5, 3, 4, 0],
            "2 people have placed more than 3 dots; the most is 5. Ask them to take some back, or keep at least 5.",
        ),
        (
            1,
            True,
            [3, 1],
            "1 person has placed more than 1 dot on one item; the most is 3. "
            "Ask them to take some back, or keep at least 3.",
        ),
    ],
)
def test_fewer_dots_than_someone_has_placed_are_refused_with_the_count(limit, per_item, spent_by, sentence):
    with pytest.raises(Refused) as refused:
        must_not_undercut(limit, iter(spent_by), per_item=per_item)
    assert refused.value.sentence == sentence
    assert refused.value.field == ("dots_per_item" if per_item else "dots")


@given(st.lists(st.integers(0, 9)), st.integers(0, 9))
def test_a_limit_that_nobody_exceeds_is_taken(spent_by, above):
    must_not_undercut(max(spent_by, default=0) + above, spent_by)

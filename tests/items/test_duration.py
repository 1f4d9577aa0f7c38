"""Minutes as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.items.duration import LONGEST, minutes, read_minutes


@pytest.mark.parametrize(
    ("text", "total"),
    [
        ("45m", 45),
        ("45 min", 45),
        ("45 Minutes", 45),
        ("1 minute", 1),
        ("90", 90),
        (" 90 ", 90),
        ("1h30", 90),
        ("1h 30m", 90),
        ("1 h 30 min", 90),
        ("1H5", 65),
        ("1:30", 90),
        ("0:05", 5),
        ("1.5h", 90),
        ("1,25 h", 75),
        ("2 h", 120),
        ("2 hours", 120),
        ("100h", 6_000),
        ("6000", 6_000),
    ],
)
def test_a_time_is_understood_as_it_is_written(text, total):
    assert read_minutes(text) == total


@pytest.mark.parametrize(
    "text",
    [
        "",
        "half an hour",
        "-5",
        "1.5",
        "1h90",
        "1:5",
        "1:60",
        "1h30s",
        "1.5h30",
        "h",
        ":30",
        "٤٥",
        "4²",
        "45m 1h",
        "1 2",
    ],
)
def test_what_is_no_time_is_answered_with_what_is(text):
    with pytest.raises(ValueError, match=r"Write the time as 45m, 1h30, 1\.5h or 1:30; a plain number is minutes"):
        read_minutes(text)


@pytest.mark.parametrize("text", ["0", "0m", "0:00", "0.00h", "6001", "10000 minutes", "100h01", "999h"])
def test_a_time_is_from_a_minute_to_a_hundred_hours(text):
    with pytest.raises(ValueError, match="from 1 minute to 100 hours"):
        read_minutes(text)


@pytest.mark.parametrize(("total", "text"), [(0, "0 min"), (45, "45 min"), (60, "1 h"), (90, "1 h 30 min")])
def test_minutes_are_shown_in_hours(total, text):
    assert minutes(total) == text


@given(st.integers(1, LONGEST))
def test_what_is_shown_can_be_typed(total):
    assert read_minutes(minutes(total)) == total

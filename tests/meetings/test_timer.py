"""The countdown, and the re-cut of a meeting that is late."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.meetings.agenda import Phase
from triage.rooms.phases import PLANNED
from triage.rooms.timer import Timer, clock, per_item, recut, recut_sentence

START = datetime(2026, 3, 6, 14, tzinfo=UTC)
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)

phases = st.sampled_from(Phase)
times = st.timedeltas(-timedelta(hours=3), timedelta(hours=3))
delays = st.timedeltas(timedelta(), timedelta(hours=1))


def span(text: str) -> timedelta:
    """The time that "1:02:03" or "2:03" says."""
    hours, minutes, seconds = (["0", *text.split(":")])[-3:]
    return timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds))


def entered(phase: Phase, late: timedelta = timedelta()) -> datetime:
    """When a phase is entered that is so late."""
    return START + late + sum((each.minutes for each in phase.earlier), 0) * MINUTE


def test_a_timer_says_what_is_left_and_how_much_it_is_over():
    timer = Timer(START)
    assert timer.left(START - 5 * SECOND) == 5 * SECOND
    assert timer.left(START + 130 * SECOND) == -130 * SECOND


def test_a_timer_is_over_from_its_deadline_on():
    timer = Timer(START)
    assert [timer.is_over(START + delta * SECOND) for delta in (-1, 0, 1)] == [False, True, True]


def test_more_time_is_added_to_what_is_left():
    assert Timer(START).extended(2 * MINUTE, START - 10 * SECOND).deadline == START + 2 * MINUTE


def test_more_time_for_a_timer_that_is_over_counts_from_now():
    late = START + span("2:10")
    assert Timer(START).extended(MINUTE, late).left(late) == MINUTE


@given(times, delays)
def test_more_time_always_leaves_at_least_so_much(delta, more):
    timer, now = Timer(START), START + delta
    assert timer.extended(more, now).left(now) == max(timer.left(now), timedelta()) + more


@pytest.mark.parametrize("text", ["0:00", "0:05", "6:50", "12:00", "59:59", "1:00:00", "1:02:03", "25:00:00"])
def test_a_clock_shows_hours_only_when_there_are_any(text):
    assert clock(span(text)) == text


def test_a_clock_shows_what_is_over_without_a_sign():
    assert clock(-span("2:10")) == "2:10"


@given(st.integers(min_value=0, max_value=200_000))
def test_a_clock_can_be_read_back(seconds):
    assert span(clock(seconds * SECOND)) == span(clock(-seconds * SECOND)) == seconds * SECOND


def test_a_clock_shows_a_second_until_it_has_passed():
    moment = timedelta(milliseconds=10)
    assert [clock(5 * MINUTE - moment), clock(moment), clock(-moment)] == ["5:00", "0:01", "0:00"]
    assert clock(moment - 10 * SECOND) == "0:09"


@pytest.mark.parametrize("phase", Phase)
def test_a_team_on_time_gets_the_minutes_of_each_phase(phase):
    assert recut(phase, START, entered(phase)) == phase.minutes * MINUTE


@given(phases, delays)
def test_a_team_that_is_ahead_gets_no_more_than_that(phase, ahead):
    assert recut(phase, START, entered(phase, -ahead)) == phase.minutes * MINUTE


@pytest.mark.parametrize(
    ("phase", "late", "share"),
    [
        (Phase.SORT, "1:42", "8:06"),  # 17 minutes, six seconds from each: nine of them are sort's
        (Phase.COMMIT, "1:42", "4:43"),  # eight minutes share the same loss
        (Phase.CLOSE, "0:20", "1:40"),  # nobody after it to share with
        (Phase.REVIEW, "6:00", "4:00"),
    ],
)
def test_a_delay_is_shared_by_the_phases_still_to_come(phase, late, share):
    assert recut(phase, START, entered(phase, span(late))) == span(share)


@given(phases, times)
def test_a_phase_gets_whole_seconds_from_one_minute_to_its_own(phase, late):
    share = recut(phase, START, entered(phase, late))
    assert MINUTE <= share <= phase.minutes * MINUTE
    assert share % SECOND == timedelta()


@given(phases, times, delays)
def test_a_later_team_never_gets_more(phase, late, more):
    assert recut(phase, START, entered(phase, late + more)) <= recut(phase, START, entered(phase, late))


@given(phases, st.timedeltas(timedelta(), PLANNED))
def test_a_late_team_that_keeps_to_its_shares_ends_on_time(phase, late):
    now, shares = entered(phase, late), []
    for each in (phase, *phase.later):
        shares.append(recut(each, START, now))
        now += shares[-1]
    if MINUTE not in shares:
        assert START + PLANNED - SECOND < now <= START + PLANNED


def test_a_shorter_meeting_cuts_every_phase():
    assert recut(Phase.REVIEW, START, START, planned=15 * MINUTE) == span("2:30")


def test_the_room_is_told_of_an_overrun():
    """The sentence of the product: voting began 2:23 late, and took 2:10 more than it then had."""
    voting = entered(Phase.VOTE, span("2:23"))
    now = voting + recut(Phase.VOTE, START, voting) + span("2:10")
    share = recut(Phase.SORT, START, now)
    sentence = "2:10 over. Sorting now has 6:50, about 5 items at your usual 80 s."
    assert recut_sentence(span("2:10"), Phase.SORT, share, pace=80.0) == sentence


def test_a_team_without_a_pace_is_told_its_time_only():
    assert recut_sentence(span("2:10"), Phase.SORT, span("6:50")) == "2:10 over. Sorting now has 6:50."


@pytest.mark.parametrize(
    ("pace", "about"),
    [
        (29.6, "about 4 items at your usual 30 s"),
        (45, "about 3 items at your usual 45 s"),  # two and two thirds
        (120, "about 1 item at your usual 120 s"),
        (300, "less than one item at your usual 300 s"),
    ],
)
def test_the_sentence_counts_as_people_do(pace, about):
    assert recut_sentence(MINUTE, Phase.SORT, 2 * MINUTE, pace).endswith(f"2:00, {about}.")


@given(st.timedeltas(timedelta(), timedelta(hours=3)))
def test_the_sentence_and_the_timer_show_the_same_second(over):
    assert recut_sentence(over, Phase.CLOSE, MINUTE).startswith(f"{clock(Timer(START).left(START + over))} over.")


@pytest.mark.parametrize(
    ("left", "items", "each"),
    [
        ("9:00", 6, "1:30"),
        ("9:00", 3, "3:00"),
        ("9:00", 1, "3:00"),
        ("9:00", 40, "0:30"),
        ("0:00", 2, "0:30"),
        ("9:00", 0, "0:00"),
    ],
)
def test_waiting_items_share_the_time_left(left, items, each):
    assert per_item(span(left), items) == span(each)


def test_an_item_still_gets_half_a_minute_when_the_time_is_over():
    assert per_item(-5 * MINUTE, 3) == 30 * SECOND


@given(times, st.integers(min_value=1, max_value=100))
def test_items_together_get_no_more_than_is_left_unless_each_gets_the_least(left, items):
    each = per_item(left, items)
    assert each * items <= left or each == 30 * SECOND
    assert 30 * SECOND <= each <= 3 * MINUTE

"""The six phases."""

from datetime import timedelta

import pytest

from triage.meetings.agenda import Phase
from triage.rooms.phases import PLANNED


def test_the_minutes_of_the_phases_add_up_to_the_meeting():
    assert sum(phase.minutes for phase in Phase) == 30
    assert timedelta(minutes=30) == PLANNED


def test_each_phase_has_a_name_and_words_for_a_sentence():
    assert [phase.label for phase in Phase] == ["Review", "Intake", "Vote", "Sort", "Commit", "Close"]
    assert [phase.gerund for phase in Phase] == ["Reviewing", "Intake", "Voting", "Sorting", "Committing", "Closing"]


def test_each_phase_has_one_question():
    assert all(phase.question.endswith("?") for phase in Phase)
    assert len({phase.question for phase in Phase}) == 6


def test_a_meeting_goes_through_all_phases_and_ends():
    phase, walked = Phase.REVIEW, []
    while phase:
        walked.append(phase)
        phase = phase.next
    assert walked == list(Phase)


@pytest.mark.parametrize("phase", Phase)
def test_a_phase_stands_between_the_earlier_and_the_later(phase):
    assert (*phase.earlier, phase, *phase.later) == tuple(Phase)

"""What each phase of a retrospective works on, and so whether it is empty, and what is missing before it is left."""

from triage.retrospectives.agenda import MOST_CHANGES, Phase
from triage.retrospectives.changes import ProcessChange
from triage.retrospectives.models import Retrospective
from triage.retrospectives.notes import Note, count
from triage.retrospectives.review import ChangeReview


def asked(retrospective: Retrospective) -> list[ChangeReview]:
    """The changes that people are asked about."""
    return [one for one in ChangeReview.all_of(retrospective) if one.is_asked]


def emptiness(retrospective: Retrospective, phase: Phase) -> str:
    """Why a phase has nothing to do, as the end of a sentence; empty when it has."""
    match phase:
        case Phase.REVIEW if not ChangeReview.all_of(retrospective):
            return "no process change is due"
        case Phase.VOTE if not count(retrospective):
            return "no note was written"
    return ""


def missing(retrospective: Retrospective) -> str:
    """What the present phase still lacks before it can be left, as a sentence; empty when nothing."""
    match retrospective.phase:
        case Phase.REVIEW:
            return _of_review(retrospective)
        case Phase.GATHER:
            if retrospective.notes_revealed_at is None and count(retrospective):
                return "The notes are still hidden. Reveal them first."
        case Phase.VOTE:
            if retrospective.dots_revealed_at is None and count(retrospective):
                return "The dots are still hidden. Reveal them first."
        case Phase.DECIDE | Phase.CLOSE:
            decided = len(ProcessChange.decided_in(retrospective))
            if not 1 <= decided <= MOST_CHANGES:
                return "No process change is decided yet. Write down one or two: what, who, and how you will see it."
    return ""


def _of_review(retrospective: Retrospective) -> str:
    due = asked(retrospective)
    if due and retrospective.ballots_revealed_at is None:
        return "The answers are still hidden. Reveal them first."
    left = [one.change.what for one in due if not one.is_answered]
    if left:
        shown = f"“{left[0]}”" if len(left) == 1 else f"{len(left)} changes"
        has = "has" if len(left) == 1 else "have"
        return f"{shown} {has} no answer yet. Say whether it was done, and whether it helped."
    return ""


def hide_what_is_empty(retrospective: Retrospective) -> None:
    """On the way back: what was revealed stays so, unless there was nothing to reveal."""
    if not any(one.done or one.helped or one.ballots for one in asked(retrospective)):
        retrospective.ballots_revealed_at = None
    notes = Note.all_of(retrospective)
    if not notes:
        retrospective.notes_revealed_at = None
    if not any(note.dots for note in notes):
        retrospective.dots_revealed_at = None

"""What was pressed by mistake is undone, and the history keeps both."""

import pytest

from triage.commitments.models import Commitment, Verdict
from triage.database import db
from triage.events.models import Event
from triage.events.undo import last_undoable, undo
from triage.items.models import Item
from triage.refusal import Refused, Stale

OPEN = ["partly", "missed", "dropped", "kept"]


def press():
    """All that was done since the last press is one press, and is committed."""
    db.session.commit()
    return last_undoable(1, 0)


def undone(event, by):
    """Undo, and the event that says so."""
    undo(event, by=by)
    db.session.commit()
    return db.session.query(Event).filter_by(undoes_id=event.id).one()


@pytest.mark.parametrize("owner", ["max", "lea"])
def test_a_commitment_goes_again_and_can_be_made_anew(commit, people, owner):
    commit(1, owner=owner)
    assert undone(press(), by=people["lea"]).action == "commitment.withdrawn"
    assert db.session.query(Commitment).count() == 0
    commit(1, owner=owner)


def test_one_that_was_over_promised_goes_as_one_press(commit, people):
    commit(1, size=99)
    pressed = press()
    undone(pressed, by=people["lea"])
    assert db.session.query(Commitment).count() == 0
    assert last_undoable(1, pressed.version) is None


def test_a_yes_is_taken_back(commit, people):
    commitment = commit(1, owner="lea")
    db.session.commit()
    commitment.accept(by=people["lea"])
    assert undone(press(), by=people["max"]).action == "commitment.unaccepted"
    assert commitment.is_proposed
    undone(press(), by=people["max"])
    assert db.session.query(Commitment).count() == 0


def test_what_its_owner_answered_since_is_not_undone_under_them(commit, people):
    commitment = commit(1, owner="lea")
    proposed = press()
    commitment.accept(by=people["lea"])
    db.session.commit()
    with pytest.raises(Stale, match="Lea changed D-1"):
        undo(proposed, by=people["max"])


@pytest.mark.parametrize("verdict", OPEN)
def test_a_verdict_is_taken_back(commit, people, verdict):
    commitment = commit(1)
    db.session.commit()
    commitment.judge(Verdict(verdict), by=people["max"], why="A slip")
    assert undone(press(), by=people["lea"]).action == "commitment.reopened"
    assert (commitment.verdict, commitment.verdict_why, commitment.verdict_at) == (Verdict.OPEN, "", None)
    commitment.judge(Verdict(verdict), by=people["max"], why="After all")


def test_a_verdict_is_not_taken_back_from_under_a_commitment_that_came_after_it(commit, people):
    commitment = commit(1)
    with pytest.raises(Refused, match="has no verdict yet"):
        commitment.reopen(by=people["max"])
    commitment.judge(Verdict.MISSED, by=people["max"], why="The outage")
    commit(1, sprint=2)
    with pytest.raises(Refused, match="committed anew for sprint 2"):
        commitment.reopen(by=people["max"])


def test_who_declined_is_not_overruled(commit, people):
    commit(1, owner="lea").decline(by=people["lea"])
    db.session.commit()
    declined = db.session.query(Event).filter_by(action="commitment.declined").one()
    with pytest.raises(Refused, match="cannot be undone"):
        undo(declined, by=people["max"])
    assert Commitment.open_for(db.session.get_one(Item, 1)) is None

"""A wrong verdict is corrected by a lead, with a reason, and both stay on the record."""

import pytest

from triage.commitments.models import Commitment, Verdict
from triage.database import db
from triage.events.models import Event
from triage.events.sentences import sentence
from triage.events.undo import last_own, undo_own
from triage.items.models import Item
from triage.items.state import State
from triage.refusal import Refused

KEPT, PARTLY, MISSED = Verdict.KEPT, Verdict.PARTLY, Verdict.MISSED
HTMX = {"HX-Request": "true", "HX-Target": "div#ask"}


@pytest.fixture
def missed(commit, people):
    commitment = commit(1)
    commitment.judge(MISSED, by=people["max"], why="The outage")
    db.session.commit()
    return commitment


def stands(commitment):
    return (commitment.verdict, commitment.verdict_why, commitment.verdict_was)


def test_the_first_verdict_stays_beside_the_right_one(missed, people):
    at = missed.verdict_at
    missed.correct(PARTLY, by=people["lea"], why="Half of it was there")
    assert stands(missed) == (PARTLY, "Half of it was there", MISSED)
    missed.correct(KEPT, by=people["lea"], why="All of it was")
    assert stands(missed) == (KEPT, "All of it was", MISSED)
    assert missed.verdict_at == at
    event = db.session.query(Event).filter_by(action="commitment.corrected").order_by(Event.id).first()
    assert (sentence(event), event.why) == (
        "Lea corrected D-1 Session table has no index in sprint 1 from missed to partly",
        "Half of it was there",
    )


def test_corrected_back_to_the_first_it_was_never_another(missed, people):
    missed.correct(KEPT, by=people["lea"], why="It was there")
    missed.correct(MISSED, by=people["lea"], why="It was another index")
    assert stands(missed) == (MISSED, "It was another index", None)


@pytest.mark.parametrize(
    ("verdict", "why", "sentence"),
    [
        (MISSED, "Oh", "recorded as missed already"),
        (KEPT, " ", "Say in one line what was wrong"),
        (Verdict.OPEN, "Oh", "Choose kept, partly, missed or dropped"),
    ],
)
def test_what_corrects_nothing_is_refused(missed, people, verdict, why, sentence):
    with pytest.raises(Refused, match=sentence):
        missed.correct(verdict, by=people["lea"], why=why)
    assert stands(missed) == (MISSED, "The outage", None)


def test_without_a_verdict_there_is_nothing_to_correct(commit, people):
    commitment = commit(1)
    with pytest.raises(Refused, match="has no verdict yet: give it one"):
        commitment.correct(KEPT, by=people["lea"], why="Oh")
    assert commitment.is_open


def test_a_correction_is_undone_to_what_was_there_before(missed, people):
    missed.correct(PARTLY, by=people["lea"], why="Half of it")
    db.session.commit()
    missed.correct(KEPT, by=people["lea"], why="All of it")
    db.session.commit()
    for stood in ((PARTLY, "Half of it", MISSED), (MISSED, "The outage", None)):
        undo_own(last_own(1, 0, by=people["lea"]), by=people["lea"])
        db.session.commit()
        assert stands(missed) == stood
    undone = db.session.query(Event).filter_by(action="commitment.uncorrected").order_by(Event.id).first()
    assert sentence(undone) == ("Lea took back the correction of D-1 Session table has no index in sprint 1 to kept")


def test_what_was_kept_after_all_is_no_more_in_vain(missed, people):
    assert Commitment.carried([1]) == {1: 1}
    missed.correct(KEPT, by=people["lea"], why="It was there")
    assert Commitment.carried([1]) == {}


@pytest.mark.parametrize(("who", "status"), [("lea", 303), ("max", 403), ("obi", 403), ("zoe", 404)])
def test_a_lead_corrects(missed, as_, who, status):
    form = {"verdict": "kept", "reason": "It was there"}
    assert as_(who).post("/commitments/1/correction", data=form).status_code == status
    db.session.expire_all()
    assert (missed.verdict is KEPT) == (status == 303)


@pytest.mark.parametrize(("pays", "state"), [({"pays": "true"}, State.PAID), ({}, State.OPEN)])
def test_corrected_to_kept_the_item_is_paid_down_if_the_form_says_so(missed, as_, people, pays, state):
    lea = as_("lea")
    page = lea.get("/commitments/1/correction").text
    assert '<input type="checkbox" name="pays" value="true" checked>' in page
    lea.post("/commitments/1/correction", data={"verdict": "kept", "reason": "It was there", **pays})
    db.session.expire_all()
    assert db.session.get_one(Item, 1).state is state
    undo_own(last_own(1, 0, by=people["lea"]), by=people["lea"])
    assert db.session.get_one(Item, 1).state is State.OPEN
    assert missed.verdict is MISSED


def test_corrected_to_anything_else_the_item_stays_as_it_is(missed, as_):
    as_("lea").post("/commitments/1/correction", data={"verdict": "partly", "reason": "Half", "pays": "true"})
    assert db.session.get_one(Item, 1).is_open


def test_corrected_from_kept_the_item_stays_paid_and_the_dialog_says_so(commit, as_):
    commit(1)
    db.session.commit()
    lea = as_("lea")
    lea.post("/commitments/1/verdict", data={"verdict": "kept"})
    assert "D-1 stays paid down" in lea.get("/commitments/1/correction").text
    lea.post("/commitments/1/correction", data={"verdict": "missed", "reason": "It was another index"})
    assert db.session.get_one(Item, 1).state is State.PAID
    assert "stays paid down" not in lea.get("/commitments/1/correction").text


def test_the_dialog_offers_the_other_verdicts_and_keeps_what_was_typed(missed, as_):
    lea = as_("lea")
    page = lea.get("/commitments/1/correction").text
    assert 'value="kept"' in page
    assert 'value="missed"' not in page
    answer = lea.post("/commitments/1/correction", data={"verdict": "missed", "reason": "A slip"}, headers=HTMX)
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (422, "#ask")
    assert "recorded as missed already" in answer.text
    assert 'value="A slip"' in answer.text
    assert 'value="true">' in answer.text  # unticked, as it was sent
    answer = lea.post("/commitments/1/correction", data={"verdict": "kept", "reason": " "}, headers=HTMX)
    assert "Say in one line what was wrong" in answer.text
    answer = lea.post("/commitments/1/correction", data={"verdict": "open", "reason": "Oh"}, headers=HTMX)
    assert answer.status_code == 422


def test_of_one_without_a_verdict_the_dialog_says_that_there_is_none(commit, as_):
    commit(1)
    db.session.commit()
    lea = as_("lea")
    assert "It has no verdict yet" in lea.get("/commitments/1/correction").text
    answer = lea.post("/commitments/1/correction", data={"verdict": "kept", "reason": "Oh"})
    assert answer.status_code == 422
    assert "has no verdict yet: give it one" in answer.text


def test_rows_show_both_and_offer_it_to_leads(missed, as_, people):
    assert "Correct…" in as_("lea").get("/items/1").text
    assert "Correct…" not in as_("max").get("/items/1").text
    missed.correct(KEPT, by=people["lea"], why="It was there")
    db.session.commit()
    page = as_("max").get("/items/1").text
    assert '<span class="verdict">kept</span><small>, first recorded as missed</small>' in page


def test_the_decision_log_tells_it_among_the_verdicts(missed, as_, people):
    missed.correct(KEPT, by=people["lea"], why="It was there all along")
    db.session.commit()
    page = as_("obi").get("/boards/1/decisions?kind=verdict").text
    assert "It was there all along" in page
    assert "from missed to kept" in as_("obi").get("/boards/1/decisions.md").text

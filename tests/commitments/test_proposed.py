"""What one promises for oneself stands at once; what is proposed for another waits for a yes."""

import pytest
from sqlalchemy import delete

from tests.web.snapshot import rows
from triage.commitments.models import Commitment, Verdict
from triage.database import db
from triage.events.models import Event
from triage.events.sentences import sentence
from triage.items.models import Item
from triage.refusal import Refused

PROMISE = {"sprint": "1", "done_when": "The index exists", "size": "2"}
FOR_LEA, FOR_MAX = PROMISE | {"owner": "1"}, PROMISE | {"owner": "2"}


def told(item=1):
    """What happened to an item's commitments, in sentences."""
    events = db.session.query(Event).filter(Event.item_id == item, Event.action.startswith("commitment."))
    return [sentence(event) for event in events.order_by(Event.id)]


def test_what_one_promises_oneself_is_accepted_at_once(commit):
    commitment = commit(1)
    assert commitment.accepted_at == commitment.made_at
    assert not commitment.is_proposed
    assert told() == ["Max committed Max to D-1 Session table has no index in sprint 1"]


def test_nobody_is_asked_about_what_the_command_line_does(commit):
    assert not commit(1, by=None).is_proposed


def test_what_is_promised_for_another_is_proposed_until_they_take_it(commit, people):
    commitment = commit(1, owner="lea")
    assert commitment.is_proposed
    commitment.accept(by=people["lea"])
    assert not commitment.is_proposed
    assert told() == [
        "Max proposed D-1 Session table has no index to Lea for sprint 1",
        "Lea took D-1 Session table has no index for sprint 1",
    ]


def test_taking_it_twice_is_taking_it_once(commit, people):
    commitment = commit(1, owner="lea")
    commitment.accept(by=people["lea"])
    at = commitment.accepted_at
    commitment.accept(by=people["lea"])
    assert commitment.accepted_at == at
    assert len(told()) == 2


@pytest.mark.parametrize("verb", ["accept", "decline"])
def test_only_its_owner_answers(commit, people, verb):
    commitment = commit(1, owner="lea")
    with pytest.raises(Refused, match="D-1 is Lea's to take or to decline"):
        getattr(commitment, verb)(by=people["max"])
    assert commitment.is_proposed


def test_what_is_declined_goes_and_the_item_is_free_for_another(commit, people):
    commit(1, owner="lea").decline(by=people["lea"], why="On holiday")
    assert db.session.query(Commitment).count() == 0
    event = db.session.query(Event).filter_by(action="commitment.declined").one()
    assert (sentence(event), event.why) == (
        "Lea did not take D-1 Session table has no index for sprint 1",
        "On holiday",
    )
    assert commit(1).owner == people["max"]


def test_what_was_taken_is_not_declined_any_more(commit, people):
    commitment = commit(1, owner="lea")
    commitment.accept(by=people["lea"])
    with pytest.raises(Refused, match="You took D-1 already"):
        commitment.decline(by=people["lea"])


def test_a_sprint_that_goes_by_without_an_answer_ends_with_a_verdict_all_the_same(commit, people):
    commitment = commit(1, owner="lea")
    commitment.judge(Verdict.MISSED, by=people["max"], why="Nobody began")
    assert commitment.is_proposed
    for verb in (commitment.accept, commitment.decline):
        with pytest.raises(Refused, match="recorded as missed already"):
            verb(by=people["lea"])


def test_it_is_taken_back_as_long_as_it_has_no_verdict(commit, people):
    commit(1).withdraw(by=people["lea"])
    assert db.session.query(Commitment).count() == 0
    assert told()[-1] == "Lea took D-1 Session table has no index back out of sprint 1"
    commitment = commit(1)
    commitment.judge(Verdict.KEPT, by=people["max"])
    with pytest.raises(Refused, match="recorded as kept already"):
        commitment.withdraw(by=people["lea"])


@pytest.mark.parametrize("page", ["/items/1", "/boards/1/history"])
def test_the_lists_say_what_is_proposed_and_ask_its_owner_only(as_, page):
    lea, max_, obi = as_("lea"), as_("max"), as_("obi")
    max_.post("/items/1/commitments", data=FOR_LEA)
    assert all("Lea, proposed for sprint 1, 2 days" in one.get(page).text for one in (lea, max_, obi))
    asked = "Yes, I take it"
    assert asked in lea.get(page).text
    assert asked not in max_.get(page).text + obi.get(page).text
    max_.post("/commitments/1/verdict", data={"verdict": "dropped", "reason": "Nobody answered"})
    assert "Lea, proposed for sprint 1, 2 days" in lea.get(page).text
    assert asked not in lea.get(page).text


@pytest.mark.parametrize(
    ("noun", "data", "left"), [("acceptance", {}, [False]), ("declining", {"reason": "On holiday"}, [])]
)
def test_its_owner_answers_with_one_press(as_, in_app, noun, data, left):
    lea = as_("lea")
    as_("max").post("/items/1/commitments", data=FOR_LEA)
    answer = lea.post(f"/commitments/1/{noun}", data=data)
    assert (answer.status_code, answer.location) == (303, "/items/1")
    assert [commitment.is_proposed for commitment in db.session.query(Commitment)] == left
    assert ": On holiday" in lea.get("/items/1").text or left


def test_the_answer_comes_to_the_open_page_by_its_stream(as_):
    as_("max").post("/items/1/commitments", data=FOR_LEA)
    answer = as_("lea").post("/commitments/1/acceptance", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Trigger"]) == (204, "changed")


@pytest.mark.parametrize("noun", ["acceptance", "declining"])
@pytest.mark.parametrize(("who", "status"), [("lea", 422), ("max", 303), ("obi", 403), ("zoe", 404)])
def test_who_may_answer(app, as_, who, status, noun):
    as_("lea").post("/items/1/commitments", data=FOR_MAX)
    person, before = as_(who), rows(app)
    assert person.post(f"/commitments/1/{noun}").status_code == status
    assert (rows(app) == before) == (status != 303)


def test_a_reason_that_is_too_long_is_refused(as_, in_app):
    as_("max").post("/items/1/commitments", data=FOR_LEA)
    answer = as_("lea").post("/commitments/1/declining", data={"reason": "x" * 501})
    assert answer.status_code == 422
    assert "501 characters; 500 fit" in answer.text
    assert db.session.query(Commitment).count() == 1


def test_who_waited_while_it_was_declined_is_told_so(commit):
    commitment = commit(1, owner="lea")
    db.session.commit()
    if db.engine.dialect.name == "sqlite":  # there nobody else could write since this transaction began
        return
    with db.engine.begin() as other:
        other.execute(delete(Commitment))
    with pytest.raises(Refused, match="was taken back just now"):
        commitment.hold()


def test_an_item_that_somebody_is_committed_to_is_not_merged_away(commit, people):
    item = db.session.get_one(Item, 1)
    Commitment.must_not_stand_on(item)
    commitment = commit(1)
    with pytest.raises(Refused, match="Give its commitment a verdict or take it back first: D-1 stands for Max"):
        Commitment.must_not_stand_on(item)
    commitment.judge(Verdict.DROPPED, by=people["max"], why="It is the same as D-2")
    Commitment.must_not_stand_on(item)


def test_merging_away_an_item_that_somebody_is_committed_to_is_refused(max_, in_app):
    max_.post("/items/1/commitments", data={"owner": "2", "sprint": "1", "done_when": "It is indexed"})
    answer = max_.post("/items/1/merge", data={"into": "D-3"})
    assert answer.status_code == 422
    assert "Give its commitment a verdict or take it back first: D-1 stands for Max in sprint 1" in answer.text
    assert db.session.get_one(Item, 1).is_open

"""Committed in vain twice, an item is split, handed to the decision-maker, or dropped: never just promised again."""

from datetime import timedelta

import pytest

from tests.commitments.conftest import MONDAY
from triage import clock
from triage.commitments.models import Commitment, Verdict
from triage.database import db
from triage.events.models import Event
from triage.events.undo import undo
from triage.items.models import Item
from triage.items.splitting import split
from triage.refusal import Refused

FOR_MAX = {"owner": "2", "sprint": "1", "done_when": "The index exists"}
FOR_LEA = FOR_MAX | {"owner": "1"}
WAYS = "D-1 was committed in vain twice. Split it, hand it to Lea, who decides for the team, or drop it."
HTMX = {"HX-Request": "true", "HX-Target": "div#ask"}


def later(minutes):
    return clock.at(MONDAY + timedelta(minutes=minutes))


def test_after_two_in_vain_the_third_is_refused_with_the_three_ways(commit, in_vain):
    in_vain(1)
    commit(1).judge(Verdict.PARTLY, by=None, why="Half of it")
    with pytest.raises(Refused) as refused:
        commit(1)
    assert refused.value.sentence == WAYS
    assert Commitment.open_for(db.session.get_one(Item, 1)) is None


def test_without_a_decision_maker_a_lead_is_to_name_one(commit, in_vain, team):
    in_vain(1, times=3)
    team.decider = None
    with pytest.raises(Refused) as refused:
        commit(1, owner="lea", by="lea")
    assert refused.value.sentence == (
        "D-1 was committed in vain 3 times. Split it, let a lead name who decides, or drop it."
    )


def test_the_command_line_keeps_the_rule_too(commit, in_vain):
    in_vain(1, times=2)
    with pytest.raises(Refused, match="in vain twice"):
        commit(1, by=None)


def test_the_decision_maker_can_be_its_owner_as_often_as_it_takes(commit, in_vain):
    in_vain(1, times=4)
    assert not commit(1, owner="lea", by="lea").is_proposed


def test_handed_to_the_decision_maker_it_waits_for_their_yes(commit, in_vain):
    in_vain(1, times=2)
    assert commit(1, owner="lea", by="max").is_proposed


def test_once_in_vain_anybody_tries_again(commit, in_vain):
    in_vain(1)
    assert commit(1).is_open


def test_a_split_begins_the_count_anew_and_its_undo_does_not(commit, in_vain, people):
    in_vain(1, times=2)
    item = db.session.get_one(Item, 1)
    with later(1):
        split(item, ["The table", "The query"], by=people["max"])
        db.session.commit()
    assert Commitment.carried([1]) == {}
    assert Commitment.too_often(item) is None
    with later(2):
        commit(1).judge(Verdict.MISSED, by=people["max"], why="Again")
    assert Commitment.carried([1]) == {1: 1}


def test_a_split_that_was_undone_does_not_count(in_vain, people):
    in_vain(1, times=2)
    with later(1):
        split(db.session.get_one(Item, 1), ["The table", "The query"], by=people["max"])
        db.session.commit()
    with later(2):
        undo(db.session.query(Event).filter_by(action="item.split").one(), by=people["max"])
        db.session.commit()
    assert Commitment.carried([1]) == {1: 2}


@pytest.fixture
def stuck(in_vain, as_):
    in_vain(1, times=2)
    return as_("max")


def test_the_form_offers_the_three_ways_and_no_other_owner(stuck):
    page = stuck.get("/items/1/commitments").text
    assert WAYS in page
    assert "Hand it to Lea" in page
    assert 'href="/items/1/splitting"' in page
    assert 'action="/items/1/drop"' in page
    assert "Commit to it" not in page
    assert '<select id="owner"' not in page
    other = stuck.get("/items/2/commitments").text
    assert "Hand it to Lea" not in other
    assert '<select id="owner"' in other


def test_the_decision_maker_just_commits_to_it(stuck, as_):
    page = as_("lea").get("/items/1/commitments").text
    assert WAYS in page
    assert "Commit to it" in page
    assert "Hand it to" not in page


def test_who_sends_an_older_form_gets_the_three_ways_with_what_was_typed(stuck):
    answer = stuck.post("/items/1/commitments", data=FOR_MAX, headers=HTMX)
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (422, "#ask")
    assert answer.text.count(WAYS) == 1
    assert "Hand it to Lea" in answer.text
    assert "The index exists" in answer.text
    assert Commitment.open_for(db.session.get_one(Item, 1)) is None


def test_the_three_ways_stay_beside_what_was_filled_in_wrong_and_not_beside_another_warning(stuck):
    answer = stuck.post("/items/1/commitments", data=FOR_LEA | {"done_when": ""}, headers=HTMX)
    assert (answer.status_code, answer.text.count(WAYS)) == (422, 1)
    assert "Done when is empty" in answer.text
    answer = stuck.post("/items/1/commitments", data=FOR_LEA | {"size": "99"}, headers=HTMX)
    assert (answer.status_code, answer.text.count(WAYS)) == (422, 0)
    assert "over the debt budget" in answer.text


def test_handing_it_over_is_one_press(stuck):
    assert stuck.post("/items/1/commitments", data=FOR_LEA).status_code == 303
    handed = Commitment.open_for(db.session.get_one(Item, 1))
    assert (handed.owner.name, handed.is_proposed) == ("Lea", True)


def test_without_a_decision_maker_the_form_asks_for_no_promise(stuck, team):
    team.decider = None
    db.session.commit()
    page = stuck.get("/items/1/commitments").text
    assert "let a lead name who decides" in page
    assert "Done when" not in page
    assert "Hand it to" not in page


def test_dropped_in_the_dialog_everybody_stays_where_they_are(stuck):
    answer = stuck.post("/items/1/drop", data={"reason": "Nobody needs it"}, headers=HTMX)
    assert (answer.status_code, answer.headers["HX-Trigger"]) == (204, "changed")
    assert db.session.get_one(Item, 1).state == "dropped"

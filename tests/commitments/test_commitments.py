"""Committing to an item, and its verdict."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage import clock
from triage.commitments.drafts import CommitmentDraft
from triage.commitments.models import Commitment, Verdict
from triage.commitments.sprint import Calendar, Span
from triage.commitments.sprints import Sprint
from triage.database import db
from triage.events.models import Event
from triage.items.models import Item
from triage.refusal import Refused
from triage.teams.models import Team


def form(owner: int = 2, sprint: int = 1, **more: str) -> dict[str, str]:
    return {"owner": str(owner), "sprint": str(sprint), "done_when": "The index exists", "size": "2", **more}


@pytest.mark.parametrize(("who", "status"), [("lea", 303), ("max", 303), ("obi", 403), ("zoe", 404)])
def test_who_may_commit(as_, in_app, who, status):
    assert as_(who).post("/items/1/commitments", data=form()).status_code == status
    assert db.session.query(Commitment).count() == (status == 303)


def test_a_commitment_stands_on_the_card_the_item_and_the_history(max_, in_app):
    max_.post("/items/1/commitments", data=form())
    assert "Max, sprint 1" in max_.get("/boards/1").text
    assert "Done when: The index exists" in max_.get("/items/1").text
    assert "The index exists" in max_.get("/boards/1/history").text


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"owner": "3"}, "lead or a member"),  # Obi observes
        ({"owner": "4"}, "lead or a member"),  # Zoe is of another team
        ({"owner": "Max"}, "not understood"),
        ({"sprint": "9"}, "present sprint or one of the next two"),
        ({"done_when": " "}, "Done when is empty"),
        ({"size": "-2"}, "Size cannot be -2"),
        ({"size": "0"}, "A size of 0 promises nothing"),
        ({"size": "0,0"}, "A size of 0 promises nothing"),
        ({"size": "10001"}, "Size cannot be 10001: it is a number less than or equal to 10000"),
        ({"size": "1e400"}, "Size cannot be 1e400"),
        ({"size": "nan"}, "Size cannot be nan"),
        ({"size": "much"}, "Size: “much” is not understood"),
    ],
)
def test_a_commitment_that_will_not_do_comes_back_with_all_that_was_typed(max_, in_app, values, sentence):
    answer = max_.post("/items/1/commitments", data=form() | values)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "The index exists" in answer.text or "done_when" in values
    assert db.session.query(Commitment).count() == 0


def test_an_item_is_committed_once_at_a_time(max_, in_app):
    max_.post("/items/1/commitments", data=form())
    answer = max_.post("/items/1/commitments", data=form())
    assert answer.status_code == 422
    assert "committed already: Max, sprint 1" in answer.text


def test_a_kept_commitment_pays_the_item_down_unless_the_form_says_that_it_stays_open(max_, in_app):
    for item, stays_open in ((1, {}), (2, {"stays_open": "true"})):
        max_.post(f"/items/{item}/commitments", data=form())
        max_.post(f"/commitments/{item}/verdict", data={"verdict": "kept", **stays_open})
    assert not db.session.get_one(Item, 1).is_open
    assert db.session.get_one(Item, 2).is_open
    assert "2 of 2 commitments kept" in max_.get("/boards/1/history").text


@pytest.mark.parametrize("verdict", ["partly", "missed", "dropped"])
def test_all_but_kept_ask_for_a_reason(max_, in_app, verdict):
    max_.post("/items/1/commitments", data=form())
    answer = max_.post("/commitments/1/verdict", data={"verdict": verdict, "reason": ""})
    assert answer.status_code == 422
    assert "why it was" in answer.text
    max_.post("/commitments/1/verdict", data={"verdict": verdict, "reason": "The outage took the week"})
    commitment = db.session.get_one(Commitment, 1)
    assert (commitment.verdict, commitment.verdict_why) == (Verdict(verdict), "The outage took the week")
    assert db.session.get_one(Item, 1).is_open
    assert "The outage took the week" in max_.get("/boards/1/history").text


@pytest.mark.parametrize(("verb", "state"), [("payment", "paid"), ("drop", "dropped")])
def test_a_promise_about_an_item_that_was_closed_meanwhile_gets_its_verdict_and_nothing_more(max_, in_app, verb, state):
    max_.post("/items/1/commitments", data=form())
    asked = ["/items/1", "/boards/1/history"]
    assert all("Even when kept, D-1 is not paid down yet" in max_.get(page).text for page in asked)
    max_.post(f"/items/1/{verb}", data={"reason": "By the way"})
    assert all("What became of it?" in max_.get(page).text for page in asked)
    assert not any("Even when kept" in max_.get(page).text for page in asked)
    assert max_.post("/commitments/1/verdict", data={"verdict": "kept"}).status_code == 303
    item = db.session.get_one(Item, 1)
    assert (item.state, item.closed_why) == (state, "By the way")
    assert db.session.get_one(Commitment, 1).verdict is Verdict.KEPT
    assert db.session.query(Event).filter_by(action="item.paid").count() == (state == "paid")


def test_a_verdict_is_given_once(max_, in_app):
    max_.post("/items/1/commitments", data=form())
    max_.post("/commitments/1/verdict", data={"verdict": "kept"})
    assert max_.post("/commitments/1/verdict", data={"verdict": "missed", "reason": "no"}).status_code == 422
    assert db.session.get_one(Commitment, 1).verdict is Verdict.KEPT


@pytest.mark.parametrize(("who", "status"), [("obi", 403), ("zoe", 404)])
def test_who_may_not_judge(as_, max_, in_app, who, status):
    max_.post("/items/1/commitments", data=form())
    assert as_(who).post("/commitments/1/verdict", data={"verdict": "kept"}).status_code == status
    assert db.session.get_one(Commitment, 1).verdict is Verdict.OPEN


def test_a_closed_item_is_not_committed(item, people):
    item.drop(by=people["max"], why="Not needed")
    with pytest.raises(Refused, match="dropped already"):
        Commitment.make(item, CommitmentDraft(owner=2, sprint=1, done_when="It is done"), by=people["max"])


def test_a_sprint_that_was_written_down_keeps_its_days_when_the_length_changes(item, people):
    team = db.session.get_one(Team, 1)
    was = Sprint.numbered(team, 1).last_day
    team.change(by=people["lea"], sprint_days=7)
    db.session.commit()
    assert Sprint.numbered(team, 1).last_day == was


def test_a_new_sprint_length_leaves_the_present_sprint_and_its_number_alone(in_app, people):
    team = db.session.get_one(Team, 1)
    team.first_sprint_on = date(2026, 1, 5)
    with clock.at(datetime(2026, 2, 4, 12, tzinfo=UTC)):  # in sprint 3 of fourteen days
        third = Sprint.current(team)
        Sprint.numbered(team, 3)
        team.change(by=people["lea"], sprint_days=7)
        assert Sprint.current(team) == third == Span(3, date(2026, 2, 2), date(2026, 2, 15))
        assert Sprint.coming(team) == [
            third,
            Span(4, date(2026, 2, 16), date(2026, 2, 22)),
            Span(5, date(2026, 2, 23), date(2026, 3, 1)),
        ]
        assert Sprint.numbered(team, 5).first_day == date(2026, 2, 23)
    with clock.at(datetime(2026, 1, 20, tzinfo=UTC)):
        assert Sprint.current(team) == Span(2, date(2026, 1, 19), date(2026, 2, 1))


def test_long_after_the_last_commitment_sprints_are_counted_on_from_it_in_the_new_length(in_app, people):
    team = db.session.get_one(Team, 1)
    team.first_sprint_on = date(2026, 1, 5)
    Sprint.numbered(team, 1)
    team.change(by=people["lea"], sprint_days=7)
    with clock.at(datetime(2026, 2, 10, tzinfo=UTC)):
        assert Sprint.current(team) == Span(5, date(2026, 2, 9), date(2026, 2, 15))


def test_the_teams_time_zone_decides_which_sprint_it_is(in_app, people):
    team = db.session.get_one(Team, 1)
    team.first_sprint_on = date(2026, 1, 5)
    for zone, number in (("UTC", 1), ("Pacific/Auckland", 2)):
        team.time_zone = zone
        with clock.at(datetime(2026, 1, 18, 20, tzinfo=UTC)):
            assert Sprint.current(team).number == number


@given(st.integers(1, 60), st.integers(1, 500))
def test_the_calendar_of_sprints_leaves_no_day_out_and_none_twice(days, number):
    calendar = Calendar(date(2026, 1, 5), days)
    span, following = calendar.sprint(number), calendar.sprint(number + 1)
    assert (following.first_day - span.last_day).days == 1
    assert (span.last_day - span.first_day).days == days - 1
    assert calendar.sprint_on(span.first_day) == calendar.sprint_on(span.last_day) == span


changes = st.lists(st.tuples(st.integers(1, 60), st.integers(0, 400), st.integers(0, 2)), min_size=1, max_size=12)


@given(changes)
def test_whatever_the_lengths_were_stored_sprints_keep_their_days_and_none_is_skipped(changes):
    """A team changes its length, lets days go by and commits to the present sprint or one of the next two."""
    first_day = today = date(2026, 1, 5)
    stored: dict[int, Span] = {}
    for days, passed, ahead in changes:
        today += timedelta(days=passed)
        calendar = Calendar.counted_on(sorted(stored.values()), first_day, days)
        for span in stored.values():
            assert calendar.sprint(span.number) == span
            assert calendar.sprint_on(span.first_day) == calendar.sprint_on(span.last_day) == span
        last, current = max(stored, default=0), calendar.sprint_on(today)
        assert today in current
        spans = [calendar.sprint(number) for number in range(1, max(last, current.number) + 4)]
        assert spans[0].first_day == first_day
        for span, following in pairwise(spans):
            assert (following.number, following.first_day) == (span.number + 1, span.last_day + timedelta(days=1))
        assert {span.days for span in spans[last:]} == {days}
        chosen = calendar.sprint(current.number + ahead)
        stored.setdefault(chosen.number, chosen)


@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 2))
def test_a_committed_present_sprint_stays_the_present_one_whatever_the_new_length(was, now, ahead):
    before = Calendar(date(2026, 1, 5), was)
    present = before.sprint(3)
    stored = [present, before.sprint(3 + ahead)][: 1 + (ahead > 0)]
    after = Calendar.counted_on(stored, before.first_day, now)
    assert all(after.sprint_on(present.first_day + timedelta(days=day)) == present for day in range(was))


def test_a_calendar_can_begin_with_any_number():
    calendar = Calendar(date(2026, 1, 5), 7, first_number=9)
    assert calendar.sprint_on(date(2026, 1, 12)) == Span(10, date(2026, 1, 12), date(2026, 1, 18))


def test_a_verdict_that_lacks_its_reason_is_asked_for_in_the_dialog_with_what_was_pressed(max_, in_app):
    max_.post("/items/1/commitments", data=form())
    page = max_.get("/commitments/1/verdict?verdict=missed")
    assert 'value="missed" class="primary"' in page.text
    asked = {"HX-Request": "true", "HX-Target": "div#ask"}
    answer = max_.post("/commitments/1/verdict", data={"verdict": "missed", "reason": " "}, headers=asked)
    assert answer.status_code == 422
    assert answer.headers["HX-Retarget"] == "#ask"
    assert 'value="missed" class="primary"' in answer.text
    assert "why it was missed" in answer.text
    answer = max_.post("/commitments/1/verdict", data={"verdict": "missed", "reason": "Ill"}, headers=asked)
    assert (answer.status_code, answer.headers["HX-Trigger"]) == (204, "changed")

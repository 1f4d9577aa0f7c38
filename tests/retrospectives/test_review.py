"""The review: was it done, did it help; in private, then in totals, and never asked again once it is known."""

import pytest

from tests.meetings.conftest import HTMX, START
from tests.retrospectives.conftest import closed, decide, review_of, walk
from triage.database import db
from triage.events.models import Event
from triage.refusal import Refused, Stale
from triage.retrospectives.agenda import Phase
from triage.retrospectives.answers import MOST_ROLLS, Done, Helped, may_roll, outcome
from triage.retrospectives.changes import ProcessChange
from triage.retrospectives.guards import asked
from triage.retrospectives.models import Retrospective
from triage.retrospectives.record import record_of
from triage.retrospectives.review import ChangeReview, ReviewBallot, cast_answer, settle, voters


@pytest.mark.parametrize(
    ("ballots", "answer"),
    [
        ({}, None),
        ({Done.YES: 0, Done.NO: 0}, None),
        ({Done.YES: 1}, Done.YES),
        ({Done.YES: 3, Done.PARTLY: 2, Done.NO: 2}, Done.YES),
        ({Done.YES: 2, Done.PARTLY: 2, Done.NO: 1}, None),
        ({Done.YES: 1, Done.PARTLY: 2, Done.NO: 2}, None),
        ({Helped.EARLY: 2, Helped.YES: 1}, Helped.EARLY),
    ],
)
def test_the_answer_is_what_most_said_and_none_where_two_have_as_many(ballots, answer):
    assert outcome(ballots) is answer


def test_it_may_be_too_early_twice():
    assert MOST_ROLLS == 2
    assert [may_roll(rolled) for rolled in range(4)] == [True, True, False, False]


# Ballots


def test_an_answer_is_given_changed_and_taken_back_by_the_same_button(reviewing, max_):
    path = f"/retrospectives/{reviewing.id}/answers"
    for form, done, helped in (
        ({"done_yes": "1"}, Done.YES, None),
        ({"done_no": "1"}, Done.NO, None),
        ({"helped_early": "1"}, Done.NO, Helped.EARLY),
        ({"done_none": "1"}, None, Helped.EARLY),
    ):
        assert max_.post(path, data=form).status_code == 303
        ballot = db.session.query(ReviewBallot).one()
        assert (ballot.done, ballot.helped) == (done, helped)
        db.session.rollback()
    assert voters(reviewing) == 1
    max_.post(path, data={"helped_none": "1"})
    assert voters(reviewing) == 0
    row = max_.post(path, data={"done_yes": "1"}, headers=HTMX).text
    assert 'id="asked-1"' in row
    assert row.count('aria-pressed="true"') == 1
    for form in ({}, {"done_yes": "x"}, {"done_maybe": "1"}, {"done_yes": "999"}, {"helped_yes": ""}):
        assert max_.post(path, data=form).status_code == 422, form


def test_the_reveal_counts_the_answers_and_what_most_said_is_recorded_once(guests_vote, reviewing, come, people, lea):
    for name, done, helped in (
        ("lea", Done.YES, Helped.YES),
        ("max", Done.YES, Helped.EARLY),
        ("Gil", Done.NO, Helped.YES),
    ):
        attendance = come(reviewing, name)
        cast_answer(attendance, 1, done, is_done=True)
        cast_answer(attendance, 1, helped, is_done=False)
    db.session.commit()
    assert "3 of 3 have answered" in lea.get(f"/retrospectives/{reviewing.id}").text
    with pytest.raises(Refused, match=r"The answers are still hidden\. Reveal them first\."):
        reviewing.advance(seen=reviewing.turn, by=people["lea"])
    reviewing.reveal(seen=reviewing.turn, by=people["lea"])
    db.session.commit()
    review = review_of(reviewing)
    assert review.of_done == {Done.YES: 2, Done.PARTLY: 0, Done.NO: 1}
    assert review.of_helped == {Helped.YES: 2, Helped.NO: 0, Helped.EARLY: 1}
    assert (review.done, review.helped) == (Done.YES, Helped.YES)
    said = db.session.query(Event).filter_by(action="process_change.reviewed").one()
    assert said.what == {"done": "yes", "helped": "yes"}
    with pytest.raises(Stale, match="revealed already"):
        reviewing.reveal(seen=reviewing.turn, by=people["lea"])
    with pytest.raises(Stale, match=r"The answers are revealed already\. Talk about them\."):
        cast_answer(come(reviewing, "max"), 1, Done.NO, is_done=True)


def test_a_tie_is_settled_by_the_team_before_it_goes_on(reviewing, come, people, lea, max_):
    for name, done in (("lea", Done.YES), ("max", Done.NO)):
        cast_answer(come(reviewing, name), 1, done, is_done=True)
    db.session.commit()
    path = f"/retrospectives/{reviewing.id}"
    hidden = max_.post(f"{path}/outcomes", data={"done_yes": "1"})
    assert hidden.status_code == 409
    assert "still hidden" in hidden.text
    lea.post(f"{path}/reveal", data={"turn": "1"})
    answer = lea.post(f"{path}/phase", data={"turn": "1"})
    assert answer.status_code == 422
    assert "“Review within a day” has no answer yet." in answer.text
    assert db.session.query(Event).filter_by(action="process_change.reviewed").count() == 0
    assert max_.post(f"{path}/outcomes", data={"done_partly": "1"}).status_code == 303
    assert lea.post(f"{path}/phase", data={"turn": "1"}).status_code == 422
    assert max_.post(f"{path}/outcomes", data={"done_none": "1"}).status_code == 422
    assert max_.post(f"{path}/outcomes", data={"helped_no": "1"}).status_code == 303
    assert lea.post(f"{path}/phase", data={"turn": "1"}).status_code == 303
    db.session.expire_all()
    assert (review_of(reviewing).done, review_of(reviewing).helped) == (Done.PARTLY, Helped.NO)


def test_what_was_settled_without_a_ballot_is_not_lost_on_the_way_back(reviewing, people):
    walk(reviewing, Phase.GATHER, helped=Helped.NO)
    reviewing.go_back(Phase.REVIEW, seen=reviewing.turn, by=people["lea"])
    assert not reviewing.is_secret
    assert (review_of(reviewing).done, review_of(reviewing).helped) == (Done.YES, Helped.NO)


# What comes up, and for how long


def test_what_helped_or_did_not_is_never_asked_again_and_too_early_twice_at_the_most(retro_in, team, come, people):
    first = retro_in(Phase.DECIDE)
    for what in ("Helps", "Does not"):
        decide(first, what=what)
    closed(first)
    due = []
    found = ({1: Helped.YES, 2: Helped.EARLY}, {2: Helped.EARLY}, {2: Helped.NO}, {3: Helped.NO})
    for number, helped in enumerate(found):
        retro = Retrospective.start(team, by=people["lea"])
        due.append([review.change_id for review in asked(retro)])
        if number == 2:
            review = review_of(retro, 2)
            assert (review.rolled, review.may_roll, review.choices) == (2, False, [Helped.YES, Helped.NO])
            with pytest.raises(Refused, match=r"It was too early twice already\. Say now whether it helped\."):
                cast_answer(come(retro, "max"), 2, Helped.EARLY, is_done=False)
        retro.reveal(seen=retro.turn, by=people["lea"])
        if number == 2:
            with pytest.raises(Refused, match="too early twice"):
                settle(retro, 2, Helped.EARLY, by=people["lea"])
        for change_id, judgement in helped.items():
            settle(retro, change_id, Done.YES, by=people["lea"])
            settle(retro, change_id, judgement, by=people["lea"])
        retro.advance(seen=retro.turn, by=people["lea"])
        walk(retro, Phase.DECIDE, notes=False)
        decide(retro, what=f"Of {number}", tried_until=START.date().replace(year=2027))
        closed(retro)
    # The experiment of the first of them, change 3, rolls on by itself twice, and then it is asked about.
    assert due == [[1, 2], [2], [2], [3]]
    assert [change.what for change in ProcessChange.running(team)] == ["Of 1", "Of 2", "Of 3"]


def test_an_experiment_that_goes_on_is_not_asked_about_and_counts_as_too_early(
    retro_in, team, people, later, come, lea
):
    first = retro_in(Phase.DECIDE)
    decide(first, tried_until=START.date().replace(month=2, day=10))
    closed(first)
    for days in (1, 2):
        with later(days=days):
            retro = Retrospective.start(team, by=people["lea"])
            review = ChangeReview.all_of(retro)[0]
            assert review not in asked(retro)
            assert (review.is_asked, review.helped, review.is_answered) == (False, Helped.EARLY, True)
            with pytest.raises(Refused, match="not up for review here"):
                cast_answer(come(retro, "max"), 1, Done.YES, is_done=True)
            db.session.commit()
            assert "An experiment until" in lea.get(f"/retrospectives/{retro.id}").text
            closed(retro, notes=False)
    with later(days=3):
        retro = Retrospective.start(team, by=people["lea"])
        assert asked(retro)[0].change_id == 1, "it was too early twice: now it is asked about"


def test_one_that_was_planned_long_ago_counts_those_that_were_held_meanwhile(retro_in, team, people, later):
    """Its number is smaller than theirs."""
    with later(days=-1):
        planned = Retrospective.plan(team, START.replace(month=3), by=people["lea"])
        db.session.commit()
    first = retro_in(Phase.DECIDE)
    assert first.id > planned.id
    decide(first)
    closed(first)
    for _ in range(2):
        closed(Retrospective.start(team, by=people["lea"]), notes=False, helped=Helped.EARLY)
    planned.begin(by=people["lea"])
    db.session.commit()
    assert review_of(planned).rolled == 2
    assert not review_of(planned).may_roll


def test_one_that_is_reopened_and_closed_again_counts_once(reviewing, team, people):
    closed(reviewing)
    before = record_of(team)
    assert (before.done, len(before.reviewed), before.helped, len(before.judged)) == (1, 1, 1, 1)
    reviewing.reopen(by=people["lea"])
    db.session.commit()
    assert record_of(team).reviewed == [], "what goes on has found nothing yet"
    reviewing.close(seen=reviewing.turn, by=people["lea"])
    db.session.commit()
    assert record_of(team) == before
    assert len(ChangeReview.all_of(reviewing)) == 1


def test_a_change_that_was_reviewed_is_not_taken_back_when_its_retrospective_is_reopened(reviewing, people, max_):
    """The next one was held on the same day."""
    first, second = db.session.get_one(Retrospective, 1), reviewing
    closed(second)
    first.reopen(by=people["lea"])
    first.go_back(Phase.DECIDE, seen=first.turn, by=people["lea"])
    db.session.commit()
    answer = max_.post("/changes/1/withdrawal")
    assert answer.status_code == 422
    assert "reviewed already" in answer.text
    assert max_.post("/changes/1", data={"what": "Said better", "owner": "2", "seen_by": "No wait"}).status_code == 303

"""Beginning a retrospective: one is live per team, empty phases are skipped, and the people of a triage come along."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy.exc import IntegrityError

from tests.meetings.conftest import START, at_once
from tests.meetings.conftest import closed as closed_triage
from tests.retrospectives.conftest import actions, closed, decide, draft, walk
from triage.database import db
from triage.meetings.agenda import Phase as TriagePhase
from triage.refusal import Refused, Stale
from triage.retrospectives import notes, review
from triage.retrospectives.agenda import MOST_CHANGES, Phase, Prompt
from triage.retrospectives.answers import Done
from triage.retrospectives.changes import ProcessChange
from triage.retrospectives.models import Retrospective
from triage.retrospectives.notes import Note
from triage.rooms.attendance import Attendance
from triage.rooms.models import Ritual, Status
from triage.teams.models import Team
from triage.teams.roles import MEMBER


def test_its_phases_are_thirty_minutes_in_the_order_of_the_product():
    assert [phase.value for phase in Phase] == ["review", "gather", "vote", "decide", "close"]
    assert sum(phase.minutes for phase in Phase) == 30
    assert MOST_CHANGES == 2


def test_the_first_one_ever_has_nothing_to_review_and_says_so(gathering, people, lea):
    assert (gathering.status, gathering.chair, gathering.turn) == (Status.LIVE, people["lea"], 1)
    assert gathering.deadline == START + timedelta(minutes=Phase.GATHER.minutes)
    assert actions(gathering) == ["started", "skipped", "entered"]
    assert gathering.skipped == ["Review was skipped: no process change is due."]
    page = lea.get("/retrospectives/1").text
    assert "How did the sprint go for you?" in page
    assert "Review was skipped: no process change is due." in page


def test_without_a_note_the_vote_is_skipped_and_a_change_is_decided_all_the_same(gathering, people, lea):
    lea.post("/retrospectives/1/phase", data={"turn": "1"})
    db.session.expire_all()
    assert gathering.phase is Phase.DECIDE
    assert gathering.skipped == ["Vote was skipped: no note was written."]
    assert "Nothing was gathered. One or two changes can be decided all the same." in lea.get("/retrospectives/1").text
    decide(gathering)
    closed(gathering)
    assert "\n## Notes\n\nNothing was gathered.\n" in lea.get("/retrospectives/1/minutes.md").text


def test_a_press_on_start_while_one_is_live_brings_there_and_another_team_may_have_its_own(team, lea, max_, as_):
    answers = [person.post("/teams/1/retrospectives") for person in (lea, max_)]
    assert [(answer.status_code, answer.location) for answer in answers] == [(303, "/retrospectives/1")] * 2
    assert as_("zoe").post("/teams/2/retrospectives").location == "/retrospectives/2"
    assert db.session.query(Retrospective).count() == 2


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_of_two_who_press_start_at_once_one_wins_and_both_are_brought_there(app, as_):
    answers = at_once(*(partial(as_(name).post, "/teams/1/retrospectives") for name in ("lea", "max")))
    assert [(answer.status_code, answer.location) for answer in answers] == [(303, "/retrospectives/1")] * 2
    with app.app_context():
        assert db.session.query(Retrospective).count() == 1


def test_the_database_itself_holds_no_two_live_ones_of_a_team(gathering, team):
    second = Retrospective._new(team)
    second.status = Status.LIVE
    db.session.add(second)
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_a_triage_of_the_teams_board_may_be_live_at_the_same_time(gathering, triage_in):
    assert triage_in(TriagePhase.INTAKE).is_live
    assert gathering.is_live


def test_a_planned_one_is_begun_by_anyone_and_the_first_press_decides(team, people, lea, max_):
    lea.post("/teams/1/retrospectives", data={"planned_for": "2026-01-20T09:00"})
    assert Retrospective.live_on(team) is None
    answers = [person.post("/retrospectives/1/beginning") for person in (max_, lea)]
    assert [(answer.status_code, answer.location) for answer in answers] == [(303, "/retrospectives/1")] * 2
    assert db.session.query(Retrospective).one().chair.name == "Max"


def test_phases_turn_by_compare_and_set_and_by_the_chair_only(voting, people, max_):
    with pytest.raises(Stale, match="the retrospective is in Vote now"):
        voting.advance(seen=voting.turn - 1, by=people["lea"])
    with pytest.raises(Refused, match="Lea has the chair"):
        voting.advance(seen=voting.turn, by=people["max"])
    with pytest.raises(Refused, match="The dots are still hidden"):
        voting.advance(seen=voting.turn, by=people["lea"])
    with pytest.raises(Refused, match="Decide is not before Vote"):
        voting.go_back(Phase.DECIDE, seen=voting.turn, by=people["lea"])
    with pytest.raises(Refused, match="Go on to the close first"):
        voting.close(seen=voting.turn, by=people["lea"])
    db.session.rollback()
    answer = max_.post("/retrospectives/1/phase", data={"turn": "1"})
    assert answer.status_code == 409
    assert Phase.VOTE.question in answer.text, "the fresh room"


def test_there_is_nothing_to_reveal_where_nothing_is_hidden(retro_in, people):
    deciding = retro_in(Phase.DECIDE)
    with pytest.raises(Refused, match="There is nothing to reveal in this phase"):
        deciding.reveal(seen=deciding.turn, by=people["lea"])


def test_going_back_keeps_what_was_revealed(retro_in, people):
    deciding = retro_in(Phase.DECIDE)
    deciding.go_back(Phase.GATHER, seen=deciding.turn, by=people["lea"])
    assert deciding.notes_revealed_at is not None
    assert not deciding.is_secret
    assert len(Note.all_of(deciding)) == 3
    assert deciding.dots_revealed_at is None, "no dot was placed, so there is something left to hide"


# With the same people


def test_one_press_on_a_closed_triage_begins_one_with_the_same_people(triage_in, come, people, team, max_):
    triage = triage_in(TriagePhase.INTAKE)
    for name in ("lea", "max", "Gil"):
        come(triage, name)
    membership = team.join(people["zoe"], MEMBER)
    come(triage, "zoe")
    closed_triage(triage)
    membership.leave()  # whoever left since is not expected
    db.session.commit()
    assert "Start a retrospective with the same people" in max_.get("/meetings/1/minutes").text
    answer = max_.post("/teams/1/retrospectives", data={"after": triage.id})
    assert (answer.status_code, answer.location) == (303, "/retrospectives/2")
    retro = db.session.get_one(Retrospective, 2)
    assert (retro.after_id, retro.chair.name, retro.team_id) == (1, "Max", 1)
    assert [(one.name, one.has_come) for one in Attendance.all_of(retro)] == [("Lea", False), ("Max", False)]
    page = max_.get("/retrospectives/2").text
    assert "Lea" in page[: page.index('id="stage"')]
    db.session.rollback()
    Attendance.come(retro, people["lea"])
    db.session.commit()
    assert [(one.name, one.has_come) for one in Attendance.all_of(retro)] == [("Lea", True), ("Max", False)]
    assert max_.post("/teams/1/retrospectives", data={"after": triage.id}).location == "/retrospectives/2"
    walk(retro, Phase.CLOSE, notes=False)
    assert "- **There:** 2 people: Max (chair), Lea\n" in max_.get("/retrospectives/2/minutes.md").text


def test_none_begins_after_a_triage_that_goes_on_or_is_another_teams(triage_in, people, lea, as_):
    triage_in(TriagePhase.INTAKE)
    answer = lea.post("/teams/1/retrospectives", data={"after": 1})
    assert answer.status_code == 422
    assert "This meeting goes on. Close it first, then look back on the sprint." in answer.text
    assert as_("zoe").post("/teams/2/retrospectives", data={"after": 1}).status_code == 404
    assert lea.post("/teams/1/retrospectives", data={"after": 999}).status_code == 404
    other = Team.found("Third", by=people["lea"])
    db.session.commit()
    closed_triage(db.session.get_one(Ritual, 1))
    assert lea.post(f"/teams/{other.id}/retrospectives", data={"after": 1}).status_code == 404
    assert db.session.query(Retrospective).count() == 0


# Forgotten and reopened


def test_a_forgotten_one_ends_itself_and_nobody_is_known_as_a_writer_any_more(voting, team, people, later):
    with later(hours=4):
        assert Retrospective.live_on(team) is None
        following = Retrospective.start(team, by=people["max"])
        db.session.commit()
    assert (voting.status, voting.ended_itself) == (Status.CLOSED, True)
    assert [note.attendance_id for note in Note.all_of(voting)] == [None] * 3
    assert following.is_live
    assert following.phase is Phase.GATHER


def test_whatever_is_done_in_a_closed_one_is_refused_in_a_sentence(voting, come, people):
    max_, note = come(voting, "max"), Note.all_of(voting)[0]
    closed(voting)
    (change,) = ProcessChange.decided_in(voting)
    for deed in (
        lambda: notes.write(max_, Prompt.KEPT, "More"),
        lambda: notes.rewrite(max_, note, "More"),
        lambda: notes.take_back(max_, note),
        lambda: notes.add_dot(max_, note),
        lambda: notes.take_dot(max_, note),
        lambda: notes.same_as(voting, *Note.all_of(voting)[:2]),
        lambda: notes.stand_alone(voting, note),
        lambda: voting.reveal(seen=voting.turn, by=people["lea"]),
        lambda: ProcessChange.decide(voting, draft(), by=people["lea"]),
        lambda: change.word(draft(), by=people["lea"]),
        lambda: change.withdraw(by=people["lea"]),
        lambda: review.cast_answer(max_, 1, Done.YES, is_done=True),
        lambda: review.settle(voting, 1, Done.YES, by=people["lea"]),
        lambda: max_.rate_worth(5),
    ):
        with pytest.raises(Refused, match=r"This retrospective is closed|nothing to reveal"):
            deed()
        db.session.rollback()


def test_its_chair_reopens_it_for_a_day_and_not_while_the_next_is_live(retro_in, people, later):
    first = closed(retro_in(Phase.GATHER))
    with later(hours=25), pytest.raises(Refused, match="more than a day ago"):
        first.reopen(by=people["lea"])
    with pytest.raises(Refused, match="Lea had the chair"):
        first.reopen(by=people["max"])
    retro_in(Phase.REVIEW)
    with pytest.raises(Refused, match=r"A retrospective of Harbor is live already\. Close that first"):
        first.reopen(by=people["lea"])

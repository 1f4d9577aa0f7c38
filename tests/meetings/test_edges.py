"""The edge cases that a meeting must get through (product, section 4)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.meetings.conftest import closed, report, walk
from triage import clock
from triage.boards.category import Category
from triage.boards.models import Board
from triage.database import db
from triage.events.models import Event
from triage.events.sentences import sentence
from triage.items.models import Item
from triage.meetings import guards, votes
from triage.meetings.agenda import Phase
from triage.meetings.agenda_item import AgendaItem, Standing
from triage.meetings.minutes import minutes_of
from triage.meetings.models import Meeting
from triage.meetings.room import TriageRoom
from triage.refusal import Refused
from triage.rooms.access import Seat
from triage.rooms.dots import change_budget
from triage.teams.models import Team

PHASES = [Phase.INTAKE, Phase.VOTE, Phase.SORT, Phase.COMMIT, Phase.CLOSE]


def item(id: int) -> Item:
    return db.session.get_one(Item, id)


def pages_work(meeting, *people):
    """Every page of the meeting, in the phase it is in."""
    for person in people:
        for path in ("", "/screen", "/minutes", "/minutes.md"):
            answer = person.get(f"/meetings/{meeting.id}{path}")
            assert answer.status_code in {200, 303}, (meeting.phase, path)


def test_the_first_meeting_ever_has_nothing_to_review(meeting, lea):
    assert meeting.phase is Phase.INTAKE
    assert "Review was skipped: no commitment was due." in lea.get("/meetings/1").text


def test_a_whole_meeting_shows_every_page_in_every_phase(due, meeting_in, lea, as_):
    meeting, obi = meeting_in(Phase.REVIEW), as_("obi")
    pages_work(meeting, lea, obi)
    for phase in PHASES:
        walk(meeting, phase)
        pages_work(meeting, lea, obi)
    closed(meeting)
    assert lea.get("/meetings/1").location == "/meetings/1/minutes"
    pages_work(meeting, lea, obi)


def test_nothing_new_since_the_last_meeting(meeting_in, lea, people, board):
    for id in (1, 2, 3, 4):
        item(id).rate(Category.CHEAP, by=people["max"])
    db.session.commit()
    meeting = meeting_in(Phase.INTAKE)
    assert "Nothing new since the last triage." in lea.get("/meetings/1").text
    assert guards.missing(meeting) == ""
    assert lea.post("/meetings/1/phase", data={"turn": meeting.turn}).status_code == 303
    assert "What is becoming painful?" in lea.get("/meetings/1").text


def test_everyone_unanimous_on_everything_leaves_nothing_to_sort(meeting, come, lea, people):
    for name in ("lea", "max"):
        attendance = come(meeting, name)
        for id in (1, 2, 3, 4):
            votes.cast_ballot(attendance, item(id), Category.CHEAP)
    db.session.commit()
    walk(meeting, Phase.COMMIT)
    assert {one.standing for one in AgendaItem.all_of(meeting)} == {Standing.SETTLED}
    assert meeting.skipped == ["Sort was skipped: nothing is left to sort."]
    assert "Sort was skipped: nothing is left to sort." in lea.get("/meetings/1").text


def test_one_person_alone_holds_a_whole_meeting(lea, in_app):
    assert lea.post("/boards/1/meetings").status_code == 303

    def turn():
        db.session.expire_all()
        return db.session.get_one(Meeting, 1).turn

    def press(path, **form):
        answer = lea.post(f"/meetings/1/{path}", data=form)
        assert answer.status_code == 303, (path, answer.text)

    for id, category in ((1, "cheap"), (2, "catastrophic"), (3, "expensive")):
        press("ballots", **{category: id})
    press("reveal", turn=turn())
    assert [item(id).category for id in (1, 2, 3)] == ["cheap", "catastrophic", "inbox"], "3 waits for its words"
    press("phase", turn=turn())
    press("dots", add="4")
    press("reveal", turn=turn())
    press("phase", turn=turn())
    assert lea.post("/meetings/1/phase", data={"turn": turn()}).status_code == 422
    press("postponements", item=2)
    press("phase", turn=turn())
    form = {"owner": "1", "sprint": "2", "done_when": "It is done", "over": "true"}
    assert lea.post("/items/2/commitments", data=form).status_code == 303
    press("phase", turn=turn())
    press("pulse", worth="5")
    press("closing", turn=turn())
    assert lea.get("/meetings/1/minutes").status_code == 200
    assert db.session.get_one(Meeting, 1).is_closed


def test_who_leaves_before_the_reveal_is_counted_all_the_same(meeting, come, opened, later):
    max_ = come(meeting, "max")
    votes.cast_ballot(max_, item(1), Category.CATASTROPHIC)
    votes.cast_ballot(come(meeting, "lea"), item(1), Category.CHEAP)
    db.session.commit()
    with later(minutes=10):
        votes.reveal_ballots(meeting, seen=meeting.turn, by=meeting.chair)
    assert AgendaItem.all_of(meeting)[0].split.words() == "1 cheap, 1 catastrophic"


def test_dots_on_an_item_that_is_merged_count_for_the_other_and_can_be_taken_back_there(meeting_in, come, people):
    meeting = meeting_in(Phase.VOTE)
    max_ = come(meeting, "max")
    for id in (1, 1, 2):
        votes.add_dot(max_, item(id))
    item(1).merge(item(2), by=people["lea"])
    db.session.commit()
    assert votes.dots_of(max_) == {2: 3}
    votes.take_dot(max_, item(2))
    assert votes.dots_of(max_) == {2: 2}
    votes.reveal_dots(meeting, seen=meeting.turn, by=meeting.chair)
    assert {one.item_id: one.dots for one in AgendaItem.all_of(meeting) if one.dots} == {2: 2}


def test_dots_on_an_item_that_is_gone_count_nowhere_and_can_be_placed_elsewhere(meeting_in, come, max_):
    meeting = meeting_in(Phase.VOTE)
    attendance = come(meeting, "max")
    for _ in range(3):
        votes.add_dot(attendance, item(1))
    item(1).drop(by=meeting.chair, why="Gone")
    db.session.commit()
    assert "3 of your dots" in max_.get("/meetings/1").text
    assert max_.post("/meetings/1/dots", data={"take": "1"}).status_code == 303
    assert max_.post("/meetings/1/dots", data={"add": "2"}).status_code == 303
    db.session.expire_all()
    votes.reveal_dots(meeting, seen=meeting.turn, by=meeting.chair)
    assert {one.item_id: one.dots for one in AgendaItem.all_of(meeting) if one.dots} == {2: 1}


def test_ballots_on_a_dropped_item_settle_nothing_and_those_on_a_merged_one_count_for_the_other(meeting, come, people):
    max_ = come(meeting, "max")
    votes.cast_ballot(max_, item(1), Category.CHEAP)
    votes.cast_ballot(max_, item(2), Category.CHEAP)
    item(1).merge(item(3), by=people["lea"])
    item(2).drop(by=people["lea"], why="Gone")
    votes.reveal_ballots(meeting, seen=meeting.turn, by=meeting.chair)
    db.session.commit()
    assert {one.item_id: one.split.count for one in AgendaItem.all_of(meeting)} == {3: 1, 4: 0}
    revealed = db.session.query(Event).filter_by(action="meeting.revealed_ballots").one()
    assert sentence(revealed) == "Lea revealed 1 ballots"


def test_when_the_item_in_focus_is_closed_the_next_that_waits_is_shown(meeting_in, lea, people):
    meeting = meeting_in(Phase.SORT)
    order = [one.item_id for one in AgendaItem.all_of(meeting)]
    meeting.focus.drop(by=people["max"], why="Gone")
    db.session.commit()
    assert f"In focus: {item(order[1])}" in lea.get("/meetings/1").text
    assert lea.post("/meetings/1/focus", data={"step": "next", "seen": order[1]}).status_code == 303
    db.session.expire_all()
    assert meeting.focus_id == order[2]


def test_a_step_from_an_item_that_is_not_in_focus_any_more_does_nothing(meeting_in, lea):
    meeting = meeting_in(Phase.SORT)
    first = meeting.focus_id
    for _ in range(2):
        assert lea.post("/meetings/1/focus", data={"step": "next", "seen": first}).status_code == 303
    db.session.expire_all()
    order = [one.item_id for one in AgendaItem.all_of(meeting)]
    assert meeting.focus_id == order[1], "a doubled press goes on by one"


@pytest.mark.parametrize("id", [5, 6, 999_999, 0])
def test_the_focus_goes_to_items_of_the_agenda_only(meeting_in, lea, people, id):
    other = Board.open(db.session.get_one(Team, 1), "Other", by=people["lea"])
    report(other, people, 1)
    meeting = meeting_in(Phase.SORT)
    before = meeting.focus_id
    answer = lea.post("/meetings/1/focus", data={"item": id})
    assert answer.status_code == 422
    assert "This item is not on the agenda." in answer.text
    db.session.expire_all()
    assert meeting.focus_id == before


def test_what_is_put_off_comes_up_in_the_next_meeting(meeting_in, lea, later):
    meeting = meeting_in(Phase.SORT)
    later_item = meeting.focus_id
    assert lea.post("/meetings/1/focus", data={"step": "later", "seen": later_item}).status_code == 303
    db.session.expire_all()
    assert {one.item_id: one.standing for one in AgendaItem.all_of(meeting)}[later_item] is Standing.LATER
    closed(meeting)
    with later(days=14):
        assert later_item in {one.id for one in guards.candidates(meeting_in(Phase.INTAKE))}


def test_a_budget_lowered_below_what_someone_has_spent_is_refused_with_the_count(meeting_in, come):
    meeting = meeting_in(Phase.VOTE)
    max_ = come(meeting, "max")
    for id in (1, 2, 3):
        votes.add_dot(max_, item(id))
    with pytest.raises(Refused, match="1 person has placed more than 2 dots; the most is 3"):
        change_budget(meeting, 2, 1, by=meeting.chair)


def test_an_inbox_of_hundreds_asks_about_the_oldest_thirty_and_holds(board, people, meeting_in, come, lea):
    report(board, people, 200)
    meeting = meeting_in(Phase.INTAKE)
    assert [one.id for one in guards.candidates(meeting)][:3] == [1, 2, 3]
    assert len(guards.candidates(meeting)) == guards.MOST_CANDIDATES
    votes.cast_ballot(come(meeting, "max"), item(1), Category.CHEAP)
    db.session.commit()
    for phase in PHASES:
        walk(meeting, phase)
        pages_work(meeting, lea)


def test_a_meeting_across_the_change_of_the_clocks_lasts_its_thirty_minutes(board, people, as_):
    """In Berlin the clocks go from 2:00 to 3:00 on 29 March 2026, which is 1:00 in UTC."""
    team = db.session.get_one(Team, 1)
    team.time_zone, team.first_sprint_on = "Europe/Berlin", date(2026, 3, 23)
    db.session.commit()
    before = datetime(2026, 3, 29, 0, 50, tzinfo=UTC)
    with clock.at(before):
        meeting = Meeting.start(db.session.get_one(Board, 1), by=people["lea"])
        db.session.commit()
        assert meeting.deadline - before == timedelta(minutes=4)
    with clock.at(before + timedelta(minutes=5)):
        walk(meeting, Phase.VOTE)
        left = meeting.deadline - clock.now()
        assert timedelta(minutes=3) < left <= timedelta(minutes=4)
    with clock.at(before + timedelta(minutes=20)):
        closed(meeting)
        text = minutes_of(meeting).markdown()
        page = as_("lea").get("/meetings/1/minutes").text
    assert "29 Mar 2026, 01:50 to 03:10, 20 minutes" in text
    assert "**Intake**: 5 of 4 min" in text
    assert "**Vote**: 15 of 4 min" in text
    assert "29 Mar 2026" in page
    assert "01:50" in page
    assert "03:10" in page


def test_what_is_promised_already_and_still_waits_for_its_verdict_is_not_offered_again(due, meeting_in, come, lea):
    meeting = meeting_in(Phase.VOTE)
    votes.add_dot(come(meeting, "max"), due.item)
    walk(meeting, Phase.COMMIT)
    pick = next(one for one in TriageRoom(meeting, Seat.CHAIR).picks if one.item == due.item)
    assert (pick.commitment, pick.is_due) == (due, True)
    row = lea.get("/meetings/1").text.partition('id="pick-4"')[2].partition("</li>")[0]
    assert "its verdict is open" in row
    assert "Commit…" not in row

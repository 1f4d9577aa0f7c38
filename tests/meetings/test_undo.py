"""Whatever anybody did to the board in this meeting, anybody takes back; nothing of before, nothing of elsewhere."""

from datetime import timedelta

import pytest

from tests.conftest import titles
from tests.meetings.conftest import HTMX, START, closed, walk
from triage.boards.category import Category
from triage.boards.models import Board
from triage.commitments.drafts import CommitmentDraft
from triage.commitments.models import Commitment, Verdict
from triage.database import db
from triage.events.models import Event
from triage.events.undo import last_undoable
from triage.items.drafts import ItemDraft
from triage.items.interest import Interest
from triage.items.models import Item
from triage.items.waiver import Waiver
from triage.meetings import votes
from triage.meetings.agenda import Phase
from triage.meetings.models import Meeting

MORE = ItemDraft(title="One more")
LATER = (START + timedelta(days=30)).date()


def item(id: int) -> Item:
    return db.session.get_one(Item, id)


def last(meeting) -> Event:
    db.session.expire_all()
    return last_undoable(meeting.board_id, meeting.first_version)


def commit(id: int, owner, by) -> Commitment:
    return Commitment.make(item(id), CommitmentDraft(owner=owner.id, sprint=2, done_when="Done", over=True), by=by)


DEEDS = {
    "report": lambda meeting, people: Item.report(meeting.board, MORE, by=people["lea"]),
    "edit": lambda meeting, people: item(1).explain(why="A hurry", fix="An index", by=people["lea"]),
    "sort": lambda meeting, people: item(1).rate(Category.CHEAP, by=people["lea"]),
    "reorder": lambda meeting, people: item(1).step("top", by=people["lea"]),
    "pay": lambda meeting, people: item(1).pay(by=people["lea"]),
    "drop": lambda meeting, people: item(1).drop(by=people["lea"], why="Gone"),
    "refuse": lambda meeting, people: item(1).refuse(by=people["lea"], why="Reverted"),
    "merge": lambda meeting, people: item(1).merge(item(2), by=people["lea"]),
    "interest": lambda meeting, people: Interest.log(item(1), 30, by=people["lea"]),
    "waiver": lambda meeting, people: Waiver.grant(item(3), LATER, "Until then", by=people["lea"]),
    "commit": lambda meeting, people: commit(1, people["lea"], people["lea"]),
    "propose": lambda meeting, people: commit(1, people["max"], people["lea"]),
    "verdict": lambda meeting, people: db.session.query(Commitment).first().judge(Verdict.KEPT, by=people["lea"]),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_another_member_takes_back_what_was_done_in_the_meeting(due, board, people, meeting_in, max_, deed):
    item(3).rate(Category.CATASTROPHIC, by=people["max"])
    db.session.commit()
    meeting = meeting_in(Phase.REVIEW)
    assert last(meeting) is None
    DEEDS[deed](meeting, people)
    db.session.commit()
    done = last(meeting)
    assert done.by.name == "Lea"
    answer = max_.post("/meetings/1/undo", data={"event": done.id})
    assert answer.status_code == 303, answer.text
    assert last(meeting) is None
    undoing = db.session.query(Event).filter_by(undoes_id=done.id).all()
    assert {event.by.name for event in undoing} == {"Max"}


def test_the_last_deed_is_offered_to_those_who_may_act_only(guests_vote, meeting, lea, max_, as_, guest):
    gil = guest(meeting, "Gil")
    lea.post("/items/1/place", data={"category": "cheap"})
    for person in (lea, max_):
        assert f'name="event" value="{last(meeting).id}"' in person.get("/meetings/1").text
    for person in (as_("obi"), gil):
        assert 'name="event"' not in person.get("/meetings/1").text


def test_what_was_done_before_the_meeting_is_not_undone_in_it(board, people, meeting_in, lea):
    item(1).rate(Category.CHEAP, by=people["max"])
    db.session.commit()
    before = last_undoable(1, 0)
    meeting_in(Phase.INTAKE)
    answer = lea.post("/meetings/1/undo", data={"event": before.id})
    assert answer.status_code == 422
    assert "This was not done in this meeting" in answer.text
    assert titles(board, Category.CHEAP) == [item(1).title]


def test_an_event_of_another_board_or_team_is_like_one_that_does_not_exist(meeting, people, lea):
    other = Board.open(meeting.board.team, "Other", by=people["lea"])
    elsewhere = Item.report(other, MORE, by=people["lea"])
    zoes = db.session.query(Item).filter_by(title="Zoe's secret").one()
    zoes.rate(Category.CHEAP, by=people["zoe"])
    db.session.commit()
    ids = [db.session.query(Event).filter_by(item_id=one.id).first().id for one in (elsewhere, zoes)]
    answers = [lea.post("/meetings/1/undo", data={"event": id}) for id in (*ids, 999_999, 0)]
    sentences = {answer.text[answer.text.index("<h1>") : answer.text.index("<textarea")] for answer in answers}
    assert {answer.status_code for answer in answers} == {422}
    assert len(sentences) == 1
    assert lea.post("/meetings/1/undo", data={"event": 10**30}).status_code == 422
    db.session.expire_all()
    assert (elsewhere.is_open, zoes.category) == (True, Category.CHEAP)


def test_what_the_meeting_itself_did_is_not_undone(meeting, lea):
    for event in db.session.query(Event).filter(Event.action.like("meeting.%")).all():
        answer = lea.post("/meetings/1/undo", data={"event": event.id})
        assert answer.status_code == 422
        assert "This cannot be undone" in answer.text


def test_a_doubled_press_undoes_once(meeting, lea):
    lea.post("/items/1/place", data={"category": "cheap"})
    lea.post("/items/2/place", data={"category": "cheap"})
    event = last(meeting).id
    assert lea.post("/meetings/1/undo", data={"event": event}).status_code == 303
    answer = lea.post("/meetings/1/undo", data={"event": event})
    assert answer.status_code == 422
    assert "That was undone already" in answer.text
    assert db.session.query(Event).filter(Event.undoes_id.is_not(None)).count() == 1


def test_what_somebody_changed_since_is_not_undone_and_the_fresh_room_says_who(meeting, lea, max_):
    lea.post("/items/1/place", data={"category": "cheap"})
    first = last(meeting).id
    max_.post("/items/1/place", data={"category": "inbox"})
    answer = lea.post("/meetings/1/undo", data={"event": first}, headers=HTMX)
    assert answer.status_code == 409
    assert answer.headers["HX-Retarget"] == "#ritual"
    assert "Max changed D-1 Session table has no index since" in answer.text
    assert item(1).category is Category.INBOX


def test_what_the_reveal_sorted_is_taken_back_one_by_one(meeting, come, lea, max_):
    for id in (1, 2):
        votes.cast_ballot(come(meeting, "max"), item(id), Category.CHEAP)
    votes.reveal_ballots(meeting, seen=meeting.turn, by=meeting.chair)
    db.session.commit()
    max_.post("/meetings/1/undo", data={"event": last(meeting).id})
    assert sorted(titles(meeting.board, Category.CHEAP)) == [item(1).title]
    max_.post("/meetings/1/undo", data={"event": last(meeting).id})
    assert titles(meeting.board, Category.CHEAP) == []


def test_undo_works_in_every_phase_and_not_after_the_close(meeting_in, lea, people):
    for phase in (Phase.INTAKE, Phase.VOTE, Phase.SORT, Phase.COMMIT, Phase.CLOSE):
        meeting = db.session.query(Meeting).first() or meeting_in(phase)
        walk(meeting, phase)
        Item.report(meeting.board, MORE, by=people["max"])
        db.session.commit()
        assert lea.post("/meetings/1/undo", data={"event": last(meeting).id}).status_code == 303, phase
    item(1).pay(by=people["max"])
    db.session.commit()
    event = last(meeting).id
    closed(meeting)
    assert lea.post("/meetings/1/undo", data={"event": event}).status_code == 422

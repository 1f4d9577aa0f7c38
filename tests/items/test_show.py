"""The item's page: its meetings, its kin, and a number of statements that does not grow."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event as sql_event

from tests.meetings.conftest import START, walk
from triage.boards.category import Category
from triage.clock import at
from triage.commitments.drafts import CommitmentDraft
from triage.commitments.models import Commitment, Verdict
from triage.config import ROOT
from triage.database import db
from triage.items.comments import Comment
from triage.items.drafts import ItemDraft
from triage.items.interest import Interest
from triage.items.models import Item
from triage.items.splitting import split
from triage.meetings import votes
from triage.meetings.agenda import Phase
from triage.meetings.models import Meeting
from triage.rooms.attendance import Attendance
from triage.teams.models import Team


@pytest.fixture
def triaged(item, people):
    """D-1 was split on in Lea's triage of 19 Jan 2026, got two dots and became cheap; Max committed to it."""
    db.session.get_one(Team, 1).first_sprint_on = date(2026, 1, 5)
    with at(START):
        meeting = Meeting.start(item.board, by=people["lea"])
        walk(meeting, Phase.INTAKE)
        lea, max_ = (Attendance.come(meeting, people[name]) for name in ("lea", "max"))
        votes.cast_ballot(lea, item, Category.CHEAP)
        votes.cast_ballot(max_, item, Category.CATASTROPHIC)
        walk(meeting, Phase.VOTE)
        votes.add_dot(lea, item)
        votes.add_dot(max_, item)
        walk(meeting, Phase.SORT)
        item.rate(Category.CHEAP, by=people["max"])
        draft = CommitmentDraft(owner=people["max"].id, sprint=2, done_when="It is indexed", over=True)
        commitment = Commitment.make(item, draft, by=people["max"])
        db.session.commit()
        walk(meeting, Phase.CLOSE)
        meeting.close(seen=meeting.turn, by=people["lea"])
        db.session.commit()
    return commitment


def test_each_meeting_that_spoke_of_it_says_what_it_did(lea, triaged, people):
    page = lea.get("/items/1").text
    talk = page.partition('id="meetings-name"')[2].partition("</section>")[0]
    assert '<a href="/meetings/1/minutes">Triage of 19 Jan 2026</a>' in talk
    assert "ballots: 1 cheap, 1 catastrophic, 2 dots, moved to cheap, committed for sprint 2" in talk
    with at(START + timedelta(days=15)):
        Meeting.start(triaged.item.board, by=people["lea"])
        triaged.judge(Verdict.MISSED, by=people["max"], why="No time")
        db.session.commit()
        page = lea.get("/items/1").text
    assert "missed in sprint 2" in page
    assert page.index("/meetings/2/minutes") < page.index("/meetings/1/minutes"), "the latest first"


def test_what_a_meeting_hides_stays_hidden(lea, item, people):
    meeting = Meeting.start(item.board, by=people["lea"])
    walk(meeting, Phase.INTAKE)
    votes.cast_ballot(Attendance.come(meeting, people["max"]), item, Category.CATASTROPHIC)
    db.session.commit()
    assert "1 catastrophic" not in lea.get("/items/1").text


def test_an_item_that_no_meeting_spoke_of_says_nothing_of_meetings(lea, item):
    assert "meetings-name" not in lea.get("/items/1").text


@pytest.mark.parametrize("who", ["obi", "max"])
def test_an_observer_reads_it_all_and_is_offered_nothing(as_, triaged, who):
    page = as_(who).get("/items/1").text
    assert "Triage of 19 Jan 2026" in page
    assert ("Split…" in page) == ("Comment…" in page) == ("Bring back…" in page) == (who == "max")


def test_its_statements_do_not_grow_with_its_life(lea, item, people):
    """Twice as much of everything that a page shows asks the database as often."""

    def live_on(round):
        for name in ("lea", "max"):
            Comment.write(item, f"Round {round}", by=people[name])
            Interest.log(item, 5, by=people[name])
        split(item, [f"Piece {round}", f"Other {round}"], by=people["max"])
        for title in ("Same", "Same again"):
            same = Item.report(item.board, ItemDraft(title=title), by=people["max"])
            Comment.write(same, "As that", by=people["lea"])
            same.merge(item, by=people["lea"])
        with at(datetime.now(UTC) + timedelta(minutes=round)):
            meeting = Meeting.start(item.board, by=people["lea"])
            walk(meeting, Phase.CLOSE)
            meeting.close(seen=meeting.turn, by=people["lea"])
        draft = CommitmentDraft(owner=people["lea" if round % 2 else "max"].id, sprint=1, done_when="x", over=True)
        Commitment.make(item, draft, by=people["lea"]).judge(Verdict.MISSED, by=people["lea"], why="No time")
        db.session.commit()

    live_on(1)
    first = statements(lea, "/items/1")
    for round in (2, 3):
        live_on(round)
    assert statements(lea, "/items/1") == first


def statements(client, path):
    seen = []
    client.get(path)
    with client.application.app_context():
        engine = db.engine
    listen = lambda *args: seen.append(args[2])  # noqa: E731
    sql_event.listen(engine, "before_cursor_execute", listen)
    try:
        assert client.get(path).status_code == 200
    finally:
        sql_event.remove(engine, "before_cursor_execute", listen)
    return len(seen)


def test_on_paper_there_is_nothing_to_press():
    css = (ROOT / "static/css/parts/item.css").read_text().partition("@media print")[2]
    assert ".did" in css
    assert "#comments > .judge" in css

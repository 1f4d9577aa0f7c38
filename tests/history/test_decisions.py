"""The decision log: what is in it, how it is searched, and what becomes of it as Markdown."""

import re
from datetime import timedelta

import pytest

from tests.columns.test_cards import statements
from tests.meetings.conftest import walk
from triage import clock
from triage.boards.category import Category
from triage.boards.models import Board
from triage.clock import now, today
from triage.commitments.drafts import CommitmentDraft
from triage.commitments.models import Commitment, Verdict
from triage.database import db
from triage.events.models import Event
from triage.events.undo import undo
from triage.history.decisions import Decisions, DecisionsDraft, Kind
from triage.items.models import Item
from triage.items.waiver import Waiver
from triage.meetings.agenda import Phase
from triage.meetings.models import Meeting
from triage.retrospectives.changes import ProcessChange
from triage.retrospectives.drafts import ChangeDraft
from triage.retrospectives.models import Retrospective


@pytest.fixture
def log(board):
    """`log(kind="waiver")`: the sentences, the newest first."""

    def read(**asked):
        return [str(one) for one in Decisions(board, DecisionsDraft.asked(asked)[0]).shown]

    return read


@pytest.fixture
def decided(board, people):
    """One of each kind."""
    lea, max_ = people["lea"], people["max"]
    one, two, three, four = (db.session.get_one(Item, id) for id in (1, 2, 3, 4))
    one.rate(Category.CATASTROPHIC, by=lea, why="Every login reads it")
    waiver = Waiver.grant(one, today("UTC") + timedelta(days=9), "Until the new storage", by=lea)
    waiver.take_back(by=max_)
    two.refuse(by=lea, why="Reverted in PR 7")
    three.drop(by=max_, why="The servers are gone")
    made = Commitment.make(four, CommitmentDraft(owner=max_.id, sprint=1, done_when="Logs | ids", over=True), by=max_)
    made.judge(Verdict.MISSED, by=lea, why="Ärger mit dem Proxy")
    four.pay(by=max_, why="PR 9")
    db.session.commit()


def test_every_decision_is_told_with_the_newest_first(log, decided):
    assert log() == [
        "Max paid D-4 No request ids in the logs down",
        "Lea recorded D-4 No request ids in the logs in sprint 1 as missed",
        "Max committed Max to D-4 No request ids in the logs in sprint 1",
        "Max dropped D-3 Deploys by hand",
        "Lea recorded that D-2 Prices are hard-coded was refused and undone",
        "Max took back the waiver of D-1 Session table has no index",
        log(kind="waiver")[1],
        "Lea moved D-1 Session table has no index from Inbox to Catastrophic",
    ]


def test_by_kind(log, decided):
    counts = {kind: len(log(kind=kind.value)) for kind in Kind}
    assert counts == dict.fromkeys(Kind, 1) | {Kind.WAIVER: 2, Kind.OVER_PROMISE: 0, Kind.CHANGE: 0}


def test_what_the_whole_team_decides_is_in_the_log_of_each_of_its_boards(log, board, people, lea):
    looking_back = Retrospective.start(board.team, by=people["lea"])
    looking_back.advance(seen=looking_back.turn, by=people["lea"])
    draft = ChangeDraft(what="Ask one person by name", owner=people["max"].id, seen_by="Nobody waits a day")
    ProcessChange.decide(looking_back, draft, by=people["lea"])
    zoe = people["zoe"]
    elsewhere = Retrospective.start(db.session.get_one(Board, 2).team, by=zoe)
    elsewhere.advance(seen=elsewhere.turn, by=zoe)
    draft = ChangeDraft(what="Zoe's secret", owner=zoe.id, seen_by="Nobody knows")
    ProcessChange.decide(elsewhere, draft, by=zoe)
    db.session.commit()
    assert log(kind="process change") == ["Lea decided for the team: Ask one person by name, seen to by Max"]
    page = lea.get("/boards/1/decisions").text
    assert "We will see that it worked: Nobody waits a day" in page
    assert "Zoe&#39;s secret" not in page
    event = db.session.query(Event).filter_by(action="process_change.decided").order_by(Event.id).first()
    assert lea.get(f"/decisions/{event.id}/adr.md").status_code == 404


def test_an_over_promise_is_one(log, board, people):
    board.team.capacity = 1
    draft = CommitmentDraft(owner=people["max"].id, sprint=1, done_when="Done", size=50, over=True)
    Commitment.make(db.session.get_one(Item, 1), draft, by=people["max"])
    db.session.commit()
    assert len(log(kind="over-promise")) == len(log(kind="commitment")) == 1
    (told,) = Decisions(board, DecisionsDraft()).shown
    assert told.why.startswith("Over-promised, ")
    assert told.why.endswith(". Done when: Done")


def test_by_words_of_the_sentence_and_the_reason_whatever_their_capitals_and_accents(log, decided):
    assert len(log(q="arger PROXY")) == 1
    assert len(log(q="lea missed")) == 1
    assert log(q="from inbox to catastrophic") == log(kind="category")
    assert len(log(q="Logs | ids")) == 1
    assert log(q="badger") == log(q="%") == []


def test_by_days_of_the_team(log, board, people):
    item, start = db.session.get_one(Item, 1), now()
    board.team.time_zone = "Pacific/Auckland"
    with clock.at(start.replace(year=2025, month=3, day=3, hour=23)):  # the fourth, over there
        item.rate(Category.CHEAP, by=people["lea"])
        db.session.commit()
    assert len(log(since="2025-03-04", until="2025-03-04")) == 1
    assert log(since="2025-03-05") == log(until="2025-03-03") == []


def test_what_was_undone_and_the_undoing_are_left_out(log, item, people):
    item.rate(Category.CHEAP, by=people["lea"])
    db.session.commit()
    undo(db.session.query(Event).filter_by(action="item.rated").one(), by=people["lea"])
    db.session.commit()
    assert log() == []
    assert db.session.query(Event).filter_by(action="item.rated").count() == 2


def test_a_decision_of_a_meeting_leads_to_its_minutes(board, item, people):
    lea = people["lea"]
    db.session.get_one(Item, 2).rate(Category.CHEAP, by=lea)
    db.session.commit()
    meeting = Meeting.start(board, by=lea)
    db.session.commit()
    walk(meeting, Phase.SORT)
    item.rate(Category.CHEAP, by=lea)
    db.session.commit()
    walk(meeting, Phase.CLOSE)
    meeting.close(seen=meeting.turn, by=lea)
    db.session.commit()
    db.session.get_one(Item, 3).rate(Category.CHEAP, by=lea)
    Meeting.plan(board, now() + timedelta(days=9), by=lea)
    db.session.commit()
    found = {
        one.event.item_id: one.meeting and one.meeting.id
        for one in Decisions(board, DecisionsDraft(kind=Kind.CATEGORY)).shown
    }
    assert found == {1: meeting.id, 2: None, 3: None}


def test_what_was_decided_long_after_a_meeting_was_forgotten_is_not_of_it(board, item, people):
    with clock.at(now() - timedelta(days=2)):
        Meeting.start(board, by=people["lea"])
        db.session.commit()
    item.rate(Category.CHEAP, by=people["lea"])
    db.session.commit()
    (told,) = Decisions(board, DecisionsDraft()).shown
    assert told.meeting is None


def test_the_page_shows_each_with_reason_and_day_and_says_what_is_not_there(lea, decided, board):
    page = lea.get("/boards/1/decisions").text
    assert "8 decisions" in page
    assert "Reverted in PR 7" in page
    assert re.search(r'<a href="/items/2">Lea recorded that D-2 Prices are hard-coded was refused and undone</a>', page)
    assert "Done when: Logs | ids" in page
    region = lea.get("/boards/1/decisions?kind=drop", headers={"HX-Request": "true", "HX-Target": "section#results"})
    assert "1 decision, drops" in region.text
    assert "<html" not in region.text
    assert "No decision with “badger”" in lea.get("/boards/1/decisions?q=badger").text


def test_an_address_that_will_not_do_is_answered_and_said(lea, decided):
    for query in ("kind=foo", "since=soon", "since=0001-01-01", "until=9999-12-31", "show=x", "until=1e9", "q=%00"):
        answer = lea.get(f"/boards/1/decisions?{query}")
        assert answer.status_code == 200, query
        assert ("It was left out." in answer.text) == (query != "q=%00"), query


def test_a_board_on_which_nothing_was_decided_says_what_will_come_here(lea):
    assert "Nothing was decided yet" in lea.get("/boards/1/decisions").text


def test_the_log_as_markdown_is_a_table_that_nothing_breaks_out_of(lea, decided, item, people):
    item.drop(by=people["lea"], why="a | b\n# c <b> [x](y)")
    db.session.commit()
    answer = lea.get("/boards/1/decisions.md?kind=drop")
    assert answer.mimetype == "text/markdown"
    assert answer.headers["Content-Disposition"] == "attachment; filename=decisions.md"
    lines = answer.text.splitlines()
    assert lines[:6] == [
        "# Decisions of Harbor",
        "",
        "2 decisions, drops.",
        "",
        "| When | Decision | Reason | Item | Triage |",
        "| --- | --- | --- | --- | --- |",
    ]
    assert len(lines) == 8
    assert r"| a \| b # c \<b\> \[x\](y) | [D-1](http://localhost/items/1) |  |" in lines[6]


def test_the_file_holds_all_and_not_a_page(lea, item, people):
    for n in range(60):
        item.rate(Category.INBOX if n % 2 else Category.CHEAP, by=people["lea"])
        db.session.commit()
    assert lea.get("/boards/1/decisions.md").text.count("\n| ") == 2 + 60
    assert "50 of 60 are shown" in lea.get("/boards/1/decisions").text


def test_a_stub_says_what_was_decided_and_leaves_room_for_what_follows(lea, decided, people):
    item = db.session.get_one(Item, 1)
    item.edit(item.draft.model_copy(update={"why": "# No time\n\n- launch", "fix": "An index"}), by=people["lea"])
    db.session.commit()
    event = db.session.query(Event).filter_by(action="waiver.granted").one()
    answer = lea.get(f"/decisions/{event.id}/adr.md")
    name = re.search(r"filename=(\S+)", answer.headers["Content-Disposition"])[1]
    assert re.fullmatch(r"0001-let-session-table-has-no-index-stand-until-[a-z0-9-]*\.md", name)
    assert answer.text.startswith("# Let D-1 Session table has no index stand until ")
    assert "- Decided by: Lea\n- Item: [D-1](http://localhost/items/1)\n" in answer.text
    assert (
        "Why the shortcut was taken:\n\n> # No time\n>\n> - launch\n\nWhat fixing it requires:\n\n> An index"
        in answer.text
    )
    assert "Until the new storage.\n\n## Consequences" in answer.text


def test_every_kind_of_decision_makes_a_stub(lea, decided, board):
    for one in Decisions(board, DecisionsDraft()).shown:
        answer = lea.get(f"/decisions/{one.event.id}/adr.md")
        assert answer.status_code == 200
        assert re.fullmatch(r"# [A-Z].*", answer.text.splitlines()[0])


def test_what_is_no_decision_or_was_undone_has_no_stub(lea, as_, item, people):
    reported = db.session.query(Event).filter_by(action="item.reported").first()
    item.rate(Category.CHEAP, by=people["lea"])
    db.session.commit()
    rated = db.session.query(Event).filter_by(action="item.rated").one()
    assert lea.get(f"/decisions/{reported.id}/adr.md").status_code == 404
    assert as_("zoe").get(f"/decisions/{rated.id}/adr.md").status_code == 404
    undo(rated, by=people["lea"])
    db.session.commit()
    assert lea.get(f"/decisions/{rated.id}/adr.md").status_code == 404


def test_another_teams_decisions_are_not_told(as_, lea, decided):
    assert as_("zoe").get("/boards/1/decisions").status_code == 404
    assert "No decision" in as_("zoe").get("/boards/2/decisions").text


def test_the_log_is_read_in_as_many_statements_however_long_it_is(lea, board, item, people):
    few = statements(lambda: lea.get("/boards/1/decisions?q=session"))
    for n in range(5):
        item.rate(Category.CHEAP if n % 2 == 0 else Category.INBOX, by=people[("lea", "max")[n % 2]])
        db.session.commit()
    assert statements(lambda: lea.get("/boards/1/decisions?q=session")) == few

"""The history page of a board and of a team, and what can be taken along of it."""

import csv
import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import event

from triage import clock
from triage.boards.category import Category
from triage.boards.models import Board
from triage.clock import now, today
from triage.commitments.drafts import CommitmentDraft
from triage.commitments.models import Commitment, Verdict
from triage.commitments.sprints import Sprint
from triage.database import db
from triage.debtlog.exchange import plan
from triage.debtlog.reader import read
from triage.events.models import Event
from triage.history.facts import Facts
from triage.history.promises import kept
from triage.history.story import History
from triage.items.drafts import ItemDraft
from triage.items.models import Item
from triage.items.splitting import split
from triage.items.waiver import Waiver
from triage.teams.models import Team

LAST = timedelta(days=14)


@pytest.fixture
def past(board, people):
    """A sprint ago Lea committed to D-1 and kept it; D-2 was dropped; D-3 became catastrophic."""
    lea, items = people["lea"], [db.session.get_one(Item, id) for id in (1, 2, 3)]
    board.team.first_sprint_on -= 2 * LAST
    for one in items:
        one.reported_at -= LAST
    board.created_at -= LAST
    for one in db.session.query(Event):
        one.at -= LAST
    db.session.commit()
    with clock.at(now() - LAST):
        sprint = Sprint.current(board.team).number
        draft = CommitmentDraft(owner=lea.id, sprint=sprint, done_when="the index is there", size=2, over=True)
        promise = Commitment.make(items[0], draft, by=lea)
        db.session.commit()
        promise.judge(Verdict.KEPT, by=lea, why="One index")
        items[0].pay(by=lea)
        items[1].drop(by=lea, why="Nobody minds")
        items[2].rate(Category.CATASTROPHIC, by=lea)
        db.session.commit()
    return board


def rows(response):
    return list(csv.reader(io.StringIO(response.text)))


def test_three_questions_are_answered_and_each_answer_leads_to_what_makes_it_true(lea, past):
    page = lea.get("/boards/1/history").text
    for question in ("Do we keep our promises?", "Are we paying down?", "What will hurt next?"):
        assert question in page
    assert "<h1>1 of 1 commitment kept</h1>" in page
    assert '<a href="#sprints">1 of 1 commitment kept in sprints 1 to 3.</a>' in page
    assert 'id="sprints"' in page
    assert '<a href="#flow-items-table">' in page
    assert 'id="flow-items-table"' in page
    assert '<a href="/items/3">D-3 Deploys by hand</a> is catastrophic and has no exit' in page


@pytest.mark.parametrize("asked", ["", "?sprints=1", "?until=2&sprints=1"])
def test_each_sentence_leads_to_a_table_that_names_items_or_to_the_sprints(lea, past, asked):
    page = lea.get(f"/boards/1/history{asked}").text
    targets = re.findall(r'<p class="sentence"><a href="#([^"]+)">', page)
    assert {"sprints", "flow-items-table", "open-items-table", "worsened-table"} <= set(targets)
    for target in targets:
        assert f'id="{target}"' in page
    assert ("inbox-table" in targets) == ("until" not in asked)


def test_what_the_forecast_is_drawn_from_and_what_is_compared_are_one_press_away(lea, past):
    past.created_at -= LAST
    db.session.commit()
    before = 'href="/boards/1/history?sprints=1&amp;until=2'
    page = lea.get("/boards/1/history?sprints=1").text
    assert f'<p class="forecast"><a {before}#flow-items-table">' in page
    assert f'<p class="note"><a {before}">In the sprint before: 1 of 1.</a>' in page
    assert f'<a {before}#open-figure">In the sprint before' in page


def test_a_forecast_without_any_record_leads_to_its_own_table(lea, board):
    assert '<p class="forecast"><a href="#forecast-table">Not enough record' in lea.get("/boards/1/history").text


def test_more_than_five_that_will_hurt_are_counted_and_all_can_be_read(lea, past, people):
    for number in range(6):
        item = Item.report(past, ItemDraft(title=f"Danger {number}", why="Time", fix="Work"), by=people["lea"])
        item.rate(Category.CATASTROPHIC, by=people["lea"])
    db.session.commit()
    page = lea.get("/boards/1/history").text
    answer = page.partition('<ul class="threats">')[2].partition("</section>")[0]
    assert answer.count("is catastrophic and has no exit") == 5
    assert '<a href="#threats-table">All 7, the worst first</a>' in answer
    assert "Danger 5" in page.partition('<table id="threats-table">')[2].partition("</table>")[0]
    assert "7 items will hurt next, first of all D-3, D-5, D-6, D-7 and D-8." in lea.get("/boards/1/history.md").text


def test_the_page_says_whose_history_it_is_on_paper_too(lea, past):
    assert "<b>Harbor, sprints 1 to 3</b>" in lea.get("/boards/1/history").text
    page = lea.get("/teams/1/history").text
    assert f"<b>{past.team}, sprints 1 to 3</b>" in page
    assert '<a href="/teams/1/history" aria-current="page">History</a>' in page


def test_a_board_without_a_history_says_what_will_stand_there(lea, board, people):
    for one in db.session.query(Item).filter_by(board_id=board.id):
        one.drop(by=people["lea"], why="To begin with nothing")
    new = Board.open(board.team, "New", by=people["lea"])
    db.session.commit()
    page = lea.get(f"/boards/{new.id}/history")
    assert "There is no history yet." in page.text
    assert f'<a href="/boards/{new.id}">Report the first debt</a>' in page.text
    assert "<svg viewBox" not in page.text.partition("<main")[2]


def test_a_team_without_a_board_has_a_page_that_teaches(lea, people):
    team = Team.found("Bare", by=people["lea"])
    db.session.commit()
    page = lea.get(f"/teams/{team.id}/history").text
    assert "There is no history yet." in page
    assert f'<a href="/teams/{team.id}">Open the first board</a>' in page
    Board.open(team, "New", by=people["lea"])
    db.session.commit()
    assert f'<a href="/teams/{team.id}">To the boards of Bare</a>' in lea.get(f"/teams/{team.id}/history").text


def test_of_a_team_without_a_board_there_is_nothing_to_take_along(lea, people):
    team = Team.found("Bare", by=people["lea"])
    db.session.commit()
    assert lea.get(f"/teams/{team.id}/history.json").json == {}
    assert lea.get(f"/teams/{team.id}/history/kept.csv").status_code == 404
    assert "paydown history" in lea.get(f"/teams/{team.id}/history.md").text


def test_a_teams_history_is_that_of_all_its_boards(lea, past, people):
    second = Board.open(past.team, "Second", by=people["lea"])
    Item.report(second, ItemDraft(title="Another debt"), by=people["lea"])
    db.session.commit()
    page = lea.get("/teams/1/history").text
    assert "3 open: 1 catastrophic, 2 inbox." in page
    assert "2 open: 1 catastrophic, 1 inbox." in lea.get("/boards/1/history").text
    assert "Another debt" in lea.get("/teams/1/history/inbox.csv").text
    assert "Zoe's secret" not in page


def test_the_range_stands_in_the_address(lea, past):
    present = lea.get("/boards/1/history?sprints=1").text
    assert "Nothing that was committed in sprint 3 has its verdict yet." in present
    assert "In the sprint before: 1 of 1." in present
    before = lea.get("/boards/1/history?sprints=1&until=2").text
    assert "1 of 1 commitment kept in sprint 2." in before
    assert 'href="/boards/1/history?sprints=1" rel="next"' in before  # the present one moves on
    assert "What will hurt next</a> is told of the present one." in before


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("sprints=0", "Sprints cannot be 0: it is a number greater than or equal to 1. It was left out."),
        ("sprints=1000", "Sprints cannot be 1000: it is a number less than or equal to 52. It was left out."),
        ("sprints=-3", "Sprints cannot be -3"),
        ("sprints=many", "Sprints: “many” is not understood. It was left out."),
        ("until=0", "Until cannot be 0"),
        ("until=99", "Sprint 99 is still to come: these are the sprints up to the present one."),
        ("until=99999999999999999999", "Until cannot be 99999999999999999999"),
    ],
)
def test_a_range_that_will_not_do_is_left_out_and_the_page_says_so(lea, past, asked, said):
    page = lea.get(f"/boards/1/history?{asked}")
    assert page.status_code == 200
    assert said in page.text
    assert "of 1 commitment kept in sprints 1 to 3" in page.text


def test_every_table_can_be_taken_along_as_csv_and_as_json(lea, past):
    tables = lea.get("/boards/1/history.json").json
    assert {"kept", "flow", "flow-items", "open", "ages", "interest", "worsened", "waivers", "inbox"} <= set(tables)
    for key, records in tables.items():
        head, *body = rows(lea.get(f"/boards/1/history/{key}.csv"))
        assert len(body) == len(records)
        assert not records or head == list(records[0])
        assert lea.get(f"/boards/1/history/{key}.json").json == records
    assert tables["kept"][0] == {
        "Sprint": 2,
        "Item": {"id": 1, "number": "D-1", "title": "Session table has no index"},
        "Owner": "Lea",
        "Size in days": 2.0,
        "Verdict": "kept",
        "First recorded as": None,
        "Reason": "One index",
    }
    assert lea.get("/boards/1/history/nonsense.csv").status_code == 404


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\uff1d"])
def test_nothing_in_a_csv_is_a_formula(lea, past, people, begin):
    title = f'{begin}HYPERLINK("http://evil.example")'
    promise = db.session.query(Commitment).one()
    promise.verdict_why = title
    db.session.commit()
    cells = [cell for row in rows(lea.get("/boards/1/history/kept.csv")) for cell in row]
    assert f"'{title}" in cells
    assert title not in cells


def test_the_markdown_has_every_sentence_and_opens_nothing(lea, past):
    db.session.query(Commitment).one().verdict_why = "[x](javascript:1) <b>| `a"
    db.session.commit()
    text = lea.get("/boards/1/history.md").text
    assert text.startswith("# Harbor: paydown history, sprints 1 to 3\n")
    assert "1 of 1 commitment kept in sprints 1 to 3." in text
    assert "| 2 | D-1 Session table has no index | Lea |" in text
    assert "[x](javascript:1)" not in text
    assert "<b>" not in text.replace("\\<b>", "")


def test_who_only_observes_reads_it_all(as_, past):
    page = as_("obi").get("/boards/1/history").text
    assert "Do we keep our promises?" in page
    assert "What became of it?" not in page


def test_the_page_takes_as_many_statements_for_many_commitments_as_for_one(lea, past, people):
    few = statements(lea)
    for id in (3, 4):
        draft = CommitmentDraft(owner=people["max"].id, sprint=3, done_when="it is gone", size=1, over=True)
        Commitment.make(db.session.get_one(Item, id), draft, by=people["lea"])
    db.session.commit()
    db.session.expire_all()
    assert statements(lea) <= few + 1  # whether one is carried is asked only when there is one


def statements(client):
    seen = []

    def note(*args):
        seen.append(args[2])

    event.listen(db.engine, "before_cursor_execute", note)
    client.get("/boards/1/history")
    event.remove(db.engine, "before_cursor_execute", note)
    return len(seen)


def test_what_is_promised_for_a_coming_sprint_is_listed_and_not_counted_yet(lea, past, people):
    draft = CommitmentDraft(owner=people["max"].id, sprint=4, done_when="the deploy has a button", size=1, over=True)
    Commitment.make(db.session.get_one(Item, 3), draft, by=people["lea"])
    db.session.commit()
    page = lea.get("/boards/1/history").text
    assert "the deploy has a button" in page
    assert "<h1>1 of 1 commitment kept</h1>" in page
    assert "the deploy has a button" not in lea.get("/boards/1/history?until=2").text


def test_a_promise_that_is_kept_before_its_sprint_counts_in_its_sprint(lea, past, people):
    draft = CommitmentDraft(owner=people["lea"].id, sprint=4, done_when="the deploy has a button", size=1, over=True)
    Commitment.make(db.session.get_one(Item, 3), draft, by=people["lea"]).judge(Verdict.KEPT, by=people["lea"])
    db.session.commit()
    assert "<h1>1 of 1 commitment kept</h1>" in lea.get("/boards/1/history").text
    with clock.at(now() + LAST):
        assert kept(History(Facts(past.team, [past], 1, 4))).headline == "2 of 2 commitments kept"


@pytest.mark.parametrize("shape", ["split", "imported", "dropped and taken up again"])
def test_what_is_paid_down_counts_whatever_shape_it_came_in(board, people, shape):
    item, lea = db.session.get_one(Item, 1), people["lea"]
    if shape == "split":
        paid = split(item, ["One half", "The other"], by=lea)[0]
    elif shape == "imported":
        plan(board, read("- [ ] Dates are strings")).accept(by=lea, source="DEBT.md")
        paid = db.session.query(Item).filter_by(title="Dates are strings").one()
    else:
        paid = item
        with clock.at(now() - 2 * LAST):
            item.drop(by=lea, why="Nobody minds")
        item.reopen(by=lea)
    paid.pay(by=lea)
    db.session.commit()
    present = Sprint.current(board.team).number
    life = Facts(board.team, [board], present, present).told[-1].life
    assert paid.id in life.paid


def test_what_was_done_already_when_it_was_brought_in_is_no_paydown(board, people):
    plan(board, read("- [x] Dates are strings")).accept(by=people["lea"], source="DEBT.md")
    db.session.commit()
    present = Sprint.current(board.team).number
    assert not Facts(board.team, [board], present, present).told[-1].life.paid


def test_a_board_that_was_opened_later_is_no_growth_of_its_team(lea, past, people):
    before = Facts(past.team, [past], 2, 3).growths()
    with clock.at(now() - LAST):
        second = Board.open(past.team, "Second", by=people["lea"])
        for number in range(9):
            Item.report(second, ItemDraft(title=f"Known before {number}"), by=people["lea"])
    db.session.commit()
    assert Facts(past.team, [past, second], 2, 3).growths() == before


def test_in_a_teams_history_each_item_names_its_board(lea, past, people):
    second = Board.open(past.team, "Second", by=people["lea"])
    Item.report(second, ItemDraft(title="Another debt"), by=people["lea"])
    db.session.commit()
    assert "Second D-1 Another debt" in lea.get("/teams/1/history/inbox.csv").text
    named = [row["Item"] for row in lea.get("/teams/1/history/inbox.json").json]
    assert {"id": 6, "number": "D-1", "title": "Another debt", "board": "Second"} in named
    assert "Second D-1" not in lea.get(f"/boards/{second.id}/history").text


def test_a_waiver_of_what_is_not_catastrophic_any_more_is_not_told(lea, past, people):
    item = db.session.get_one(Item, 3)
    Waiver.grant(item, today("UTC") + timedelta(days=9), "Until the rewrite", by=people["lea"])
    db.session.commit()
    assert "1 waiver runs" in lea.get("/boards/1/history").text
    item.rate(Category.CHEAP, by=people["lea"])
    db.session.commit()
    assert "No waiver runs." in lea.get("/boards/1/history").text


def test_who_was_sent_back_to_the_inbox_waits_since_then(lea, past, people):
    item = db.session.get_one(Item, 3)
    with clock.at(now() - timedelta(days=3)):
        item.rate(Category.INBOX, by=people["lea"])
    db.session.commit()
    waiting = {row["Item"]["id"]: row["Days"] for row in lea.get("/boards/1/history/inbox.json").json}
    assert waiting == {3: 3, 4: 14}


def test_a_sprint_without_a_promise_is_not_one_without_a_record(lea, past):
    page = lea.get("/boards/1/history?sprints=2").text
    picture = page.partition('id="kept-title"')[2].partition("</figure>")[0]
    assert "no record" not in picture.lower()


def test_sprints_before_the_board_was_opened_have_no_record(lea, past, people):
    second = Board.open(past.team, "Second", by=people["lea"])
    Item.report(second, ItemDraft(title="Another debt"), by=people["lea"])
    db.session.commit()
    page = lea.get(f"/boards/{second.id}/history?until=2&sprints=2")
    assert page.status_code == 200
    assert "0 of" not in page.text
    assert "Nothing was open at the end of sprint 2." in page.text
    assert lea.get(f"/boards/{second.id}/history.md?until=1").status_code == 200

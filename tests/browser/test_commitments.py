"""One's own commitments and what paid a debt down, at the screen and by keyboard."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.acting import is_live
from tests.browser.conftest import promise
from triage import clock
from triage.boards.models import Board
from triage.commitments.drafts import CommitmentDraft
from triage.commitments.models import Commitment, Verdict
from triage.commitments.sprints import Sprint
from triage.database import db
from triage.items.models import Item

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_by_keys_one_answers_what_is_asked_and_says_what_became_of_the_rest(app, window):
    with app.app_context():
        board = db.session.get_one(Board, 1)
        promise(board)  # D-3 and D-4, three weeks ago
        lea, max_ = board.team.committers
        draft = CommitmentDraft(owner=max_.id, sprint=Sprint.current(board.team).number, done_when="Done")
        Commitment.make(db.session.get_one(Item, 1), draft, by=lea)
        db.session.commit()
    page = window("max", "/boards/1")
    page.get_by_role("link", name="Commitments").press("Enter")
    asked = page.get_by_role("region", name="Proposed to you")
    expect(asked).to_contain_text("D-1 Session table has no index")
    asked.get_by_role("button", name="Yes, I take it").press("Enter")
    expect(page.get_by_role("region", name="This sprint")).to_contain_text("D-1 Session table has no index")
    expect(asked).to_have_count(0)

    due = page.get_by_role("region", name="Waiting for a verdict")
    due.get_by_role("button", name="Kept").first.press("Enter")
    expect(due.get_by_role("listitem")).to_have_count(1)
    due.get_by_text("Partly, missed, dropped…").press("Enter")
    due.get_by_label("In one line, why").fill("The outage took the week")
    due.get_by_role("button", name="Missed").press("Enter")
    expect(due).to_have_count(0)
    kept = page.get_by_role("region", name="What you kept")
    expect(kept).to_contain_text("You kept 1 of 2 in the last six sprints.")
    kept.get_by_text("Which?").press("Enter")
    expect(kept.get_by_text("The outage took the week")).to_be_visible()


def test_evidence_comes_to_the_open_page_of_everybody(window):
    max_, lea = window("max", "/items/1"), window("lea", "/items/1")
    is_live(max_)
    is_live(lea)
    max_.get_by_text("Add evidence…").press("Enter")
    field = max_.get_by_label("A link to the change, or the id of a commit")
    field.fill("it is done")
    field.press("Enter")
    expect(max_.get_by_text("Paste a link to the change or the id of a commit")).to_be_visible()
    expect(field).to_have_value("it is done")
    field.fill("https://git.example.com/harbor/pull/12")
    field.press("Enter")
    for page in (max_, lea):
        expect(page.get_by_role("link", name="https://git.example.com/harbor/pull/12")).to_be_visible()


def test_in_vain_twice_the_dialog_leads_on_by_the_three_ways(app, window):
    with app.app_context():
        lea = db.session.get_one(Board, 1).team.decider
        for _time in range(2):
            draft = CommitmentDraft(owner=lea.id, sprint=1, done_when="Done", over=True)
            made = Commitment.make(db.session.get_one(Item, 1), draft, by=lea)
            made.judge(Verdict.MISSED, by=lea, why="The outage")
        db.session.commit()
    page = window("max", "/boards/1")
    is_live(page)
    card = page.get_by_role("article").filter(has_text="D-1")
    card.focus()
    page.keyboard.press("c")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("D-1 was committed in vain twice.")
    dialog.get_by_role("link", name="Split it…").press("Enter")
    expect(dialog.get_by_label("Its pieces")).to_be_focused()
    page.keyboard.press("Escape")
    card.focus()
    page.keyboard.press("c")
    dialog.get_by_label("Done when").fill("The index exists")
    dialog.get_by_role("button", name="Hand it to Lea").press("Enter")
    expect(dialog).to_have_count(0)
    expect(card).to_contain_text("Lea")


def test_a_tag_is_in_one_piece_however_narrow_the_screen(app, window):
    with app.app_context():
        board = db.session.get_one(Board, 1)
        lea = board.team.committers[0]
        draft = CommitmentDraft(owner=lea.id, sprint=Sprint.current(board.team).number, done_when="Done")
        Commitment.make(db.session.get_one(Item, 1), draft, by=lea)
        db.session.commit()
    page = window("lea", "/commitments")
    tag = page.get_by_text("added in the sprint")
    for width in range(320, 560, 20):
        page.set_viewport_size({"width": width, "height": 800})
        assert tag.evaluate("tag => tag.getClientRects().length") == 1, width


# How wide a choice would be if it had all the room that there is.
WANTED = """choice => {
    const free = choice.cloneNode(true)
    free.style.cssText = "position: absolute; inline-size: max-content"
    choice.after(free)
    const { width } = free.getBoundingClientRect()
    free.remove()
    return width
}"""


def test_the_sprint_that_one_commits_to_is_read_to_its_end_in_the_dialog_and_on_a_phone(app, window):
    with app.app_context():
        team = db.session.get_one(Board, 1).team
        team.first_sprint_on = clock.today(team.time_zone) - timedelta(weeks=2 * 99)
        db.session.commit()
    dialog = window("max", "/boards/1")
    is_live(dialog)
    dialog.get_by_role("article").filter(has_text="D-1").focus()
    dialog.keyboard.press("c")
    for page in (dialog, window("max", "/items/1/commitments")):
        sprint = page.get_by_label("Sprint", exact=True)
        expect(sprint).to_contain_text("Sprint 100, until")
        for width in (1280, 560, 390, 360):
            page.set_viewport_size({"width": width, "height": 800})
            assert sprint.bounding_box()["width"] >= sprint.evaluate(WANTED), (page.url, width)

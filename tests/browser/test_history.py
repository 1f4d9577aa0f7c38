"""The history page: by keyboard, from each sentence to what makes it true; it stays where somebody reads a table."""

import pytest
from playwright.sync_api import expect

from tests.browser.acting import column
from triage.boards.category import Category
from triage.commitments.drafts import CommitmentDraft
from triage.commitments.models import Commitment, Verdict
from triage.commitments.sprints import Sprint
from triage.database import db
from triage.items.models import Item

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def told(app):
    """Lea kept a promise, and D-3 is catastrophic."""
    with app.app_context():
        item = db.session.get_one(Item, 1)
        lea, number = item.board.team.decider, Sprint.current(item.board.team).number
        draft = CommitmentDraft(owner=lea.id, sprint=number, done_when="It is there", size=1)
        Commitment.make(item, draft, by=lea).judge(Verdict.KEPT, by=lea)
        item.pay(by=lea)
        db.session.get_one(Item, 3).rate(Category.CATASTROPHIC, by=lea)
        db.session.commit()


def press(page, name):
    """By keyboard, as a link is followed: in the answers."""
    page.locator(".answers").get_by_role("link", name=name, exact=True).focus()
    page.keyboard.press("Enter")


def test_each_answer_leads_to_what_makes_it_true(window, told):
    lea = window("lea", "/boards/1/history")
    expect(lea.get_by_role("heading", level=1)).to_have_text("1 of 1 commitment kept")
    press(lea, "1 of 1 commitment kept in sprint 1.")
    expect(lea.get_by_role("heading", name="Commitments, sprint by sprint")).to_be_in_viewport()
    table = lea.get_by_role("region", name="Taken on and paid down: item by item")
    expect(table).to_be_hidden()
    press(lea, "4 taken on, 1 paid down in sprint 1: 3 more than before.")
    expect(table).to_be_visible()
    expect(table.get_by_role("row")).to_have_count(6)
    press(lea, "D-3 Deploys by hand")
    expect(lea.get_by_role("heading", level=1)).to_contain_text("Deploys by hand")


def test_the_three_answers_fit_on_a_laptop_without_scrolling(window, told):
    lea = window("lea", "/boards/1/history", viewport={"width": 1280, "height": 720})
    for name in ("Do we keep our promises?", "Are we paying down?", "What will hurt next?"):
        box = lea.locator(".answers section", has=lea.get_by_role("heading", name=name)).bounding_box()
        assert box["y"] + box["height"] <= 720


def test_on_paper_no_table_is_cut_off(window, told):
    lea = window("lea", "/boards/1/history", viewport={"width": 718, "height": 1000})  # between the margins of A4
    lea.emulate_media(media="print")
    table = lea.get_by_role("table", include_hidden=True)
    assert lea.locator("#flow-table").is_visible()
    rights = lea.locator("#history table :is(th, td)").evaluate_all(
        "cells => cells.map(cell => cell.getBoundingClientRect().right)"
    )
    assert table.count() > 8
    assert max(rights) <= 718
    words = lea.locator("#flow-table th").first  # not broken in two
    assert words.evaluate("cell => cell.scrollWidth <= cell.clientWidth")


def test_the_range_is_picked_by_keyboard_and_stands_in_the_address(window, told):
    lea = window("lea", "/boards/1/history")
    lea.get_by_role("link", name="26 sprints").focus()
    lea.keyboard.press("Enter")
    expect(lea).to_have_url("/boards/1/history?sprints=26")
    expect(lea.get_by_role("link", name="26 sprints")).to_have_attribute("aria-current", "true")


def test_what_happens_meanwhile_waits_until_the_open_table_is_closed(window, told):
    lea, max_ = window("lea", "/boards/1/history"), window("max", "/boards/1")
    lea.get_by_text("At the end of each sprint", exact=True).click()
    expect(lea.get_by_role("region", name="Open debt: at the end of each sprint")).to_be_visible()
    max_.get_by_label("Report a debt").fill("One more")
    max_.keyboard.press("Enter")
    expect(column(max_, "Inbox")).to_contain_text("One more")
    expect(lea.get_by_role("link", name="3 open: 1 catastrophic, 2 inbox.")).to_be_visible()
    lea.get_by_text("At the end of each sprint", exact=True).click()
    expect(lea.get_by_role("link", name="4 open: 1 catastrophic, 3 inbox.")).to_be_visible()


def test_a_table_is_downloaded(window, told):
    lea = window("lea", "/boards/1/history")
    lea.get_by_text("Take it with you").click()
    with lea.expect_download() as download:
        lea.get_by_role("link", name="Commitments kept as CSV").click()
    assert "Session table has no index" in download.value.path().read_text()

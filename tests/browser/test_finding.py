"""Finding items by keyboard alone, while typing, and on a phone."""

import pytest
from playwright.sync_api import expect

from tests.browser.acting import PHONE, is_live
from triage.boards.models import Board
from triage.database import db
from triage.items.drafts import ItemDraft
from triage.items.models import Item

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def found(page):
    return page.locator("#results .entries .code")


def test_an_item_is_found_and_opened_from_the_board_by_keyboard(window):
    lea = window("lea", "/boards/1")
    is_live(lea)
    lea.keyboard.press("/")
    expect(lea.get_by_label("Find items")).to_be_focused()
    lea.keyboard.type("d")
    lea.keyboard.press("Enter")
    lea.wait_for_url("**/boards/1/items?q=d")
    field = lea.get_by_role("searchbox", name="Find")
    expect(field).to_be_focused()
    expect(found(lea)).to_have_count(4)
    lea.keyboard.press("ArrowDown")
    lea.keyboard.press("ArrowDown")
    lea.keyboard.press("ArrowUp")
    lea.keyboard.press("ArrowUp")
    expect(field).to_be_focused()
    lea.keyboard.press("ArrowDown")
    lea.keyboard.press("ArrowDown")
    second = found(lea).nth(1).inner_text()
    lea.keyboard.press("Enter")
    lea.wait_for_url(f"**/items/{second.removeprefix('D-')}")


def test_results_come_while_typing_and_the_address_keeps_them(window):
    lea = window("lea", "/boards/1/items")
    expect(found(lea)).to_have_count(4)
    lea.keyboard.press("/")
    lea.keyboard.type("/sess")
    expect(found(lea)).to_have_text(["D-1"])
    expect(lea.locator("#results mark")).to_have_text(["Session"])
    expect(lea).to_have_url("/boards/1/items?q=/sess")
    expect(lea.get_by_role("searchbox")).to_be_focused()
    lea.reload()
    expect(found(lea)).to_have_text(["D-1"])
    lea.get_by_text("Filters").click()
    lea.get_by_label("Category").select_option("cheap")
    expect(lea.get_by_role("status").get_by_text("No open item with “/sess”, cheap")).to_be_visible()
    lea.get_by_label("Category").select_option("All")
    expect(found(lea)).to_have_text(["D-1"])
    found(lea).click()
    lea.wait_for_url("**/items/1")
    lea.go_back()
    expect(found(lea)).to_have_text(["D-1"])


def test_a_search_is_saved_found_again_and_deleted(window):
    max_ = window("max", "/boards/1/items?q=sess")
    max_.get_by_text("Save this search").click()
    max_.get_by_label("Its name").fill("Sessions")
    max_.keyboard.press("Enter")
    saved = max_.get_by_role("region", name="Saved searches")
    expect(saved.get_by_role("link", name="Sessions")).to_be_visible()
    max_.goto("/boards/1/items")
    saved.get_by_role("link", name="Sessions").click()
    expect(found(max_)).to_have_text(["D-1"])
    saved.get_by_role("button", name="Delete the saved search Sessions").click()
    expect(saved).to_have_count(0)


def test_who_wants_no_single_keys_types_a_slash_and_nothing_happens(window):
    lea = window("lea", "/account")
    lea.get_by_role("button", name="Turn them off").click()
    expect(lea.get_by_role("button", name="Turn them on")).to_be_visible()
    lea.goto("/boards/1/items")
    lea.keyboard.press("/")
    expect(lea.get_by_role("searchbox")).not_to_be_focused()


def test_it_works_by_thumb_and_without_scripts(window, app):
    with app.app_context():
        board = db.session.get_one(Board, 1)
        for n in range(60):
            Item.report(board, ItemDraft(title=f"Badger {n} of the very long names " + "x" * 90), by=None)
        db.session.commit()
    phone = window("lea", "/boards/1", **PHONE)
    phone.get_by_role("link", name="Items").tap()
    phone.get_by_role("searchbox").fill("badger")
    expect(phone.get_by_text("50 of 60 are shown")).to_be_visible()
    phone.get_by_role("link", name="Show more").tap()
    expect(found(phone)).to_have_count(60)
    expect(phone).to_have_url("/boards/1/items?q=badger&show=100")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    plain = window("lea", "/boards/1/items", java_script_enabled=False)
    plain.get_by_role("searchbox").fill("badger")
    plain.get_by_role("button", name="Find").click()
    expect(found(plain)).to_have_count(50)
    plain.get_by_role("link", name="Show more").click()
    expect(found(plain)).to_have_count(60)


def test_decisions_are_searched_while_typing(window):
    lea = window("lea", "/boards/1")
    is_live(lea)
    lea.keyboard.press("j")
    lea.keyboard.press("1")
    expect(lea.get_by_role("region", name="Cheap").locator(".code")).to_have_count(1)
    lea.goto("/boards/1/history")
    lea.get_by_role("link", name="Decisions").click()
    expect(lea.locator("#results li")).to_have_count(1)
    lea.get_by_role("searchbox", name="Find decisions").fill("badger")
    expect(lea.locator("#results li")).to_have_count(0)
    lea.get_by_role("searchbox", name="Find decisions").fill("inbox to cheap")
    expect(lea.locator("#results li")).to_have_count(1)
    expect(lea).to_have_url("/boards/1/decisions?q=inbox+to+cheap")
    with lea.expect_download() as download:
        lea.get_by_role("link", name="Make an ADR stub").click()
    assert download.value.suggested_filename.startswith("0004-treat-no-request-ids-in-the-logs-as-cheap")

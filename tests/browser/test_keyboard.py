"""Everything on the board by keyboard alone."""

import pytest
from playwright.sync_api import expect

from tests.browser.acting import card, column, is_live

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # keys are the same on both


def test_a_card_is_sorted_by_one_key_and_found_again_under_the_focus(window):
    lea = window("lea", "/boards/1")
    is_live(lea)
    card(lea, 1).focus()
    lea.keyboard.press("1")
    expect(column(lea, "Cheap").locator(".code")).to_have_text(["D-1"])
    expect(card(lea, 1)).to_be_focused()
    lea.keyboard.press("0")
    expect(column(lea, "Cheap").locator(".code")).to_have_count(0)


def test_a_card_is_reached_and_moved_by_at_most_four_keys(window):
    lea = window("lea", "/boards/1")
    is_live(lea)
    lea.locator("body").press("j")
    expect(card(lea, 4)).to_be_focused()
    lea.keyboard.press("j")
    expect(card(lea, 3)).to_be_focused()
    lea.keyboard.press("m")
    expect(card(lea, 3).get_by_role("button", name="Cheap")).to_be_focused()
    lea.keyboard.press("Enter")
    expect(column(lea, "Cheap").locator(".code")).to_have_text(["D-3"])


def test_shift_and_an_arrow_order_a_column(window):
    lea = window("lea", "/boards/1")
    is_live(lea)
    card(lea, 1).focus()
    lea.keyboard.press("Shift+ArrowUp")
    expect(column(lea, "Inbox").locator(".code")).to_have_text(["D-4", "D-3", "D-1", "D-2"])
    expect(card(lea, 1)).to_be_focused()
    lea.keyboard.press("Shift+ArrowDown")
    expect(column(lea, "Inbox").locator(".code")).to_have_text(["D-4", "D-3", "D-2", "D-1"])


def test_expensive_asks_in_a_dialog_that_escape_leaves_without_a_change(window):
    lea = window("lea", "/boards/1")
    is_live(lea)
    card(lea, 1).focus()
    lea.keyboard.press("2")
    dialog = lea.get_by_role("dialog", name="D-1 Session table has no index as expensive")
    expect(dialog.get_by_label("Why", exact=True)).to_be_focused()
    lea.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(card(lea, 1)).to_be_focused()
    expect(column(lea, "Inbox").locator(".code")).to_have_count(4)


def test_what_was_typed_stays_when_expensive_still_misses_its_fix(window):
    lea = window("lea", "/boards/1")
    is_live(lea)
    card(lea, 1).focus()
    lea.keyboard.press("2")
    lea.get_by_role("dialog").get_by_label("Why", exact=True).fill("Hurry")
    lea.get_by_role("button", name="Move to expensive").press("Enter")
    expect(lea.get_by_role("dialog").get_by_text("write down what fixing it requires")).to_be_visible()
    expect(lea.get_by_role("dialog").get_by_label("Why", exact=True)).to_have_value("Hurry")
    lea.keyboard.type("An index")
    lea.get_by_role("button", name="Move to expensive").press("Enter")
    expect(column(lea, "Expensive").locator(".code")).to_have_text(["D-1"])


def test_n_goes_to_the_report_field_and_letters_typed_there_are_letters(window):
    lea = window("lea", "/boards/1")
    is_live(lea)
    card(lea, 1).focus()
    lea.keyboard.press("n")
    lea.keyboard.type("1 2 3 n m j k")
    expect(lea.get_by_label("Report a debt")).to_have_value("1 2 3 n m j k")
    expect(column(lea, "Inbox").locator(".code")).to_have_count(4)


def test_c_opens_the_commitment_form_and_enter_the_item(window):
    lea = window("lea", "/boards/1")
    is_live(lea)
    card(lea, 1).focus()
    lea.keyboard.press("c")
    expect(lea.get_by_role("dialog").get_by_label("Done when")).to_be_focused()
    lea.keyboard.press("Escape")
    expect(card(lea, 1)).to_be_focused()
    lea.keyboard.press("Enter")
    lea.wait_for_url("**/items/1")


def test_an_observer_walks_the_board_by_the_same_keys_and_changes_nothing(window):
    obi = window("obi", "/boards/1")
    is_live(obi)
    obi.locator("body").press("j")
    obi.keyboard.press("j")
    expect(card(obi, 3)).to_be_focused()
    obi.keyboard.press("1")
    obi.keyboard.press("m")
    expect(column(obi, "Inbox").locator(".code")).to_have_count(4)
    obi.keyboard.press("Enter")
    obi.wait_for_url("**/items/3")

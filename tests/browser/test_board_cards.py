"""The board between meetings: time lost, what hurts most, several cards at once; by keyboard, mouse and thumb."""

import pytest
from playwright.sync_api import expect

from tests.browser.acting import PHONE, card, column, drag, is_live
from triage.meetings.agenda import Phase

# What differs between the two databases is not on the screen.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_b_logs_time_on_the_card_with_the_focus_and_the_card_shows_it(window):
    lea = window("lea", "/boards/1")
    is_live(lea)
    card(lea, 2).focus()
    lea.keyboard.press("b")
    dialog = lea.get_by_role("dialog", name="This cost me time")
    expect(dialog.get_by_text("D-2 Prices are hard-coded")).to_be_visible()
    expect(dialog.get_by_label("How long?")).to_be_focused()
    lea.keyboard.type("half an hour")
    lea.keyboard.press("Enter")
    expect(dialog.get_by_text("Write the time as 45m, 1h30")).to_be_visible()
    dialog.get_by_label("How long?").fill("45m")
    lea.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(card(lea, 2)).to_contain_text("45 min this sprint")
    expect(card(lea, 2)).to_contain_text("rising")
    expect(card(lea, 2)).to_be_focused()


def test_several_cards_go_by_keyboard_alone(window):
    lea = window("lea", "/boards/1")
    is_live(lea)
    lea.locator("body").press("j")
    lea.keyboard.press("x")
    lea.keyboard.press("Shift+J")
    bar = lea.get_by_role("form", name="What is selected")
    expect(bar.get_by_text("2 selected")).to_be_visible()
    expect(card(lea, 3)).to_be_focused()
    lea.keyboard.press("j")
    lea.keyboard.press("x")
    expect(bar.get_by_text("3 selected")).to_be_visible()
    lea.keyboard.press("x")
    expect(bar.get_by_text("2 selected")).to_be_visible()
    bar.get_by_role("button", name="Cheap").focus()
    lea.keyboard.press("Enter")
    expect(column(lea, "Cheap").locator(".code")).to_have_text(["D-4", "D-3"])
    expect(bar).to_be_hidden()
    expect(lea.locator("#flash")).to_contain_text("2 moved to cheap.")


def test_what_may_not_go_stays_and_is_named(window):
    lea = window("lea", "/boards/1")
    is_live(lea)
    for number in (1, 2):
        card(lea, number).focus()
        lea.keyboard.press("x")
    lea.get_by_role("form", name="What is selected").get_by_role("button", name="Catastrophic").click()
    expect(lea.locator("#flash")).to_contain_text(
        "Nothing moved to catastrophic. D-2 and D-1 stay: catastrophic debt needs an exit"
    )
    expect(column(lea, "Inbox").locator(".code")).to_have_count(4)


def test_escape_lets_go_of_what_is_selected_and_a_change_from_elsewhere_does_not(window):
    lea, max_ = window("lea", "/boards/1"), window("max", "/boards/1")
    is_live(lea)
    is_live(max_)
    card(lea, 1).focus()
    lea.keyboard.press("x")
    card(max_, 1).focus()
    max_.keyboard.press("1")
    expect(column(lea, "Cheap").locator(".code")).to_have_text(["D-1"])
    expect(lea.get_by_label("Select D-1")).to_be_checked()
    card(lea, 1).focus()
    lea.keyboard.press("Escape")
    expect(lea.get_by_label("Select D-1")).not_to_be_checked()
    expect(lea.get_by_role("form", name="What is selected")).to_be_hidden()


def test_several_cards_go_by_thumb(window):
    lea = window("lea", "/boards/1", **PHONE)
    is_live(lea)
    lea.get_by_label("Select D-4").tap()
    lea.get_by_label("Select D-2").tap()
    bar = lea.get_by_role("form", name="What is selected")
    expect(bar.get_by_text("2 selected")).to_be_visible()
    bar.get_by_role("button", name="Cheap").tap()
    expect(column(lea, "Cheap").locator(".code")).to_have_text(["D-4", "D-2"])
    expect(bar).to_be_hidden()


def test_what_hurts_most_stands_first_and_stays_first_as_time_is_lost(window):
    lea, max_ = window("lea", "/boards/1"), window("max", "/boards/1")
    lea.get_by_role("link", name="What hurts most").click()
    lea.wait_for_url("**/boards/1?order=interest")
    is_live(lea)
    inbox = column(lea, "Inbox").locator(".code")
    expect(inbox).to_have_text(["D-4", "D-3", "D-2", "D-1"])
    card(lea, 4).focus()
    lose(max_, 1, "10")
    expect(inbox).to_have_text(["D-1", "D-4", "D-3", "D-2"])
    lose(max_, 2, "20")
    expect(inbox).to_have_text(["D-2", "D-1", "D-4", "D-3"])
    expect(card(lea, 4)).to_be_focused()
    lea.keyboard.press("Shift+ArrowUp")
    expect(lea.locator("#flash")).to_contain_text("Reorder them in their own order.")
    expect(inbox).to_have_text(["D-2", "D-1", "D-4", "D-3"])


def test_in_that_order_a_card_is_dragged_to_another_column_and_comes_back_when_refused(window):
    lea = window("lea", "/boards/1?order=interest")
    is_live(lea)
    lose(lea, 1, "10")
    inbox = column(lea, "Inbox").locator(".code")
    expect(inbox).to_have_text(["D-1", "D-4", "D-3", "D-2"])
    drag(lea, 3, column(lea, "Cheap"))
    expect(column(lea, "Cheap").locator(".code")).to_have_text(["D-3"])
    expect(inbox).to_have_text(["D-1", "D-4", "D-2"])
    drag(lea, 4, column(lea, "Expensive"))
    lea.get_by_role("dialog").get_by_role("link", name="Leave it where it was").click()
    expect(inbox).to_have_text(["D-1", "D-4", "D-2"])


def test_the_menu_shows_how_to_tell_the_categories_apart(window):
    lea = window("lea", "/boards/1")
    is_live(lea)
    card(lea, 1).focus()
    lea.keyboard.press("m")
    card(lea, 1).get_by_role("button", name="How to tell them apart").press("Enter")
    guide = lea.get_by_role("complementary", name="How to tell them apart")
    expect(guide.get_by_text("Would anyone dare to refactor around it?")).to_be_visible()
    expect(guide.get_by_text("business rules in templates or views")).to_be_visible()
    lea.keyboard.press("Escape")
    expect(guide).to_be_hidden()
    expect(card(lea, 1)).to_be_focused()


def test_who_only_reads_has_nothing_to_select(window):
    obi = window("obi", "/boards/1?order=interest")
    is_live(obi)
    obi.locator("body").press("j")
    obi.keyboard.press("x")
    obi.keyboard.press("b")
    expect(obi.get_by_label("Select D-4")).to_be_hidden()
    expect(obi.get_by_role("dialog")).to_have_count(0)


def test_in_the_room_cards_have_no_box_and_the_keys_of_selecting_do_nothing(window, room):
    lea = window("lea", room(Phase.SORT))
    is_live(lea)
    card(lea, 1).focus()
    lea.keyboard.press("x")
    expect(card(lea, 1).locator(".tick")).to_be_hidden()
    expect(card(lea, 1).locator("input:checked")).to_have_count(0)
    lea.keyboard.press("Shift+K")
    expect(card(lea, 2)).to_be_focused()
    lea.keyboard.press("m")
    expect(card(lea, 2).get_by_role("button", name="Up")).to_be_visible()
    expect(card(lea, 2).get_by_role("button", name="How to tell them apart")).to_be_hidden()


def lose(page, number, minutes):
    card(page, number).focus()
    page.keyboard.press("b")
    page.get_by_role("dialog").get_by_label("How long?").fill(minutes)
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)

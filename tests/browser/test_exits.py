"""Catastrophic's three exits, and moves from an old view, at the screen."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acting import PHONE, card, column, drag, in_phase, is_live, move
from tests.browser.test_room_still import cut
from triage.clock import today
from triage.meetings.agenda import Phase

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

LATER = today("UTC") + timedelta(days=40)
DAY = f"{LATER.day} {LATER:%b %Y}"
STAYS = "D-1 stays in inbox: catastrophic debt needs an exit."


def codes(page: Page, name: str) -> list[str]:
    return column(page, name).locator(".code").all_inner_texts()


def test_by_keys_an_item_is_committed_on_its_way_to_catastrophic(window):
    max_ = window("max", "/boards/1")
    is_live(max_)
    card(max_, 1).focus()
    keys = max_.keyboard
    keys.press("3")
    dialog = max_.get_by_role("dialog", name="Catastrophic: D-1 Session table has no index")
    expect(dialog.get_by_role("button", name="Commit")).to_be_focused()
    keys.press("Enter")
    expect(max_.get_by_label("Done when")).to_be_focused()
    keys.type("The index exists")
    keys.press("Enter")
    expect(max_.get_by_role("dialog")).to_have_count(0)
    expect(column(max_, "Catastrophic").get_by_role("article")).to_contain_text("Max, sprint")
    expect(max_.locator("#flash")).to_be_empty()
    expect(card(max_, 1)).to_be_focused()


BROKEN = """heading => {
  const code = heading.querySelector(".code"), odd = [];
  for (let width = 60; width < 400; width++) {
    heading.style.inlineSize = width + "px";
    if (code.getClientRects().length > 1) odd.push(width);
  }
  return odd;
}"""


def test_a_heading_breaks_no_number_in_two_however_narrow_it_is(window):
    max_ = window("max", "/items/1/commitments")
    assert max_.get_by_role("heading", name="Commit to D-1 Session table has no index").evaluate(BROKEN) == []


@pytest.mark.parametrize("is_far", [False, True], ids=["at the choice", "in the form"])
def test_who_leaves_without_an_exit_is_told_that_it_stays(window, is_far):
    max_ = window("max", "/boards/1")
    is_live(max_)
    card(max_, 1).focus()
    max_.keyboard.press("3")
    if is_far:
        max_.get_by_role("button", name="Refuse").press("Enter")
        expect(max_.get_by_label("What was undone?")).to_be_focused()
    else:
        expect(max_.get_by_role("dialog").get_by_role("button", name="Commit")).to_be_focused()
    max_.keyboard.press("Escape")
    expect(max_.get_by_role("dialog")).to_have_count(0)
    expect(max_.locator("#flash")).to_have_text(STAYS)
    expect(card(max_, 1)).to_be_focused()
    assert codes(max_, "Inbox") == ["D-4", "D-3", "D-2", "D-1"]


def test_a_card_that_is_dropped_there_goes_back_until_its_exit_is_chosen(window):
    max_, lea = window("max", "/boards/1"), window("lea", "/boards/1")
    is_live(max_)
    is_live(lea)
    drag(max_, 3, onto=column(max_, "Catastrophic"))
    dialog = max_.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Ask Lea for a waiver")).to_be_visible()
    assert codes(max_, "Inbox") == ["D-4", "D-3", "D-2", "D-1"]
    dialog.get_by_role("button", name="Refuse").click()
    dialog.get_by_role("link", name="Other exits").click()
    dialog.get_by_role("button", name="Ask Lea for a waiver").click()
    dialog.get_by_label("Until, that day included").fill(LATER.isoformat())
    dialog.get_by_label("Why may it stand until then?").fill("The office moves first")
    dialog.get_by_role("button", name="Ask Lea").click()
    expect(dialog).to_have_count(0)
    for page in (max_, lea):
        expect(column(page, "Catastrophic").get_by_role("article")).to_contain_text(f"waiver asked until {DAY}")

    # Lea grants it on its page, with one press.
    item = window("lea", "/items/3")
    expect(item.locator("html[data-live=live]")).to_be_attached()
    item.get_by_role("button", name="Grant it").press("Enter")
    expect(item.get_by_text(f"Waived until {DAY} by Lea: The office moves first")).to_be_visible()
    expect(column(max_, "Catastrophic").get_by_role("article")).to_contain_text(f"waived until {DAY}")


def test_what_is_asked_leaves_the_page_where_it_was(window):
    lea = window("lea", "/boards/1", **PHONE)
    is_live(lea)
    for category, words in (("Expensive", "Why"), ("Catastrophic", "three exits")):
        card(lea, 4).get_by_text("Move to…").tap()
        card(lea, 4).get_by_role("button", name=category).tap()
        expect(lea.get_by_role("dialog")).to_contain_text(words)
        assert lea.evaluate("scrollY") == 0
        lea.keyboard.press("Escape")
        expect(lea.get_by_role("dialog")).to_have_count(0)


def test_an_exit_that_is_refused_stays_open_with_all_that_was_typed(window):
    lea = window("lea", "/boards/1", **PHONE)
    is_live(lea)
    card(lea, 1).get_by_text("Move to…").tap()
    card(lea, 1).get_by_role("button", name="Catastrophic").tap()
    dialog = lea.get_by_role("dialog")
    dialog.get_by_role("button", name="Waive").tap()
    dialog.get_by_label("Until, that day included").fill("2001-01-01")
    dialog.get_by_label("Why may it stand until then?").fill("The office moves first")
    dialog.get_by_role("button", name="Waive it").tap()
    expect(dialog.get_by_text("A waiver ends on a day after today")).to_be_visible()
    assert codes(lea, "Inbox") == ["D-4", "D-3", "D-2", "D-1"]
    dialog.get_by_label("Until, that day included").fill(LATER.isoformat())
    dialog.get_by_role("button", name="Waive it").tap()
    expect(dialog).to_have_count(0)
    expect(column(lea, "Catastrophic").get_by_role("article")).to_contain_text(f"waived until {DAY}")


# Moves from an old view


@pytest.mark.parametrize("by", ["key", "menu", "drag"])
def test_a_move_from_a_window_that_was_cut_off_is_asked_about(window, by):
    lea, max_ = window("lea", "/boards/1", may_lose_line=True), window("max", "/boards/1")
    cut_off(lea)
    move(max_, 1, "Cheap")
    expect(column(max_, "Cheap").get_by_role("article")).to_have_count(1)
    assert codes(lea, "Cheap") == []
    if by == "key":
        card(lea, 1).focus()
        lea.keyboard.press("3")
    elif by == "menu":
        move(lea, 1, "Catastrophic")
    else:
        drag(lea, 1, onto=column(lea, "Catastrophic"))
    dialog = lea.get_by_role("dialog")
    expect(dialog).to_contain_text("Max moved D-1 from Inbox to Cheap just now. Move it anyway?")
    assert codes(lea, "Inbox") == ["D-4", "D-3", "D-2", "D-1"]
    expect(dialog.get_by_role("button", name="Move anyway")).to_be_focused()
    lea.keyboard.press("Enter")
    expect(dialog.get_by_role("button", name="Commit")).to_be_visible()
    lea.keyboard.press("Escape")
    expect(lea.locator("#flash")).to_have_text("D-1 stays in cheap: catastrophic debt needs an exit.")
    assert codes(max_, "Cheap") == ["D-1"]


def test_a_window_that_hears_what_others_do_is_never_asked(window):
    lea, max_ = window("lea", "/boards/1"), window("max", "/boards/1")
    is_live(lea)
    is_live(max_)
    for page, to in ((max_, "Cheap"), (lea, "Inbox"), (max_, "Cheap"), (lea, "Inbox")):
        for each in (lea, max_):
            expect(card(each, 1).get_by_role("button", name=to, include_hidden=True)).to_be_enabled()
        move(page, 1, to)
    card(lea, 2).focus()
    for key in "10101":  # faster than any answer
        lea.keyboard.press(key)
    for page in (lea, max_):
        expect(column(page, "Cheap").locator(".code")).to_have_text(["D-2"])
    expect(lea.get_by_role("dialog")).to_have_count(0)
    expect(max_.get_by_role("dialog")).to_have_count(0)


def test_in_the_room_too(window, room):
    path = room(Phase.SORT)
    lea, max_ = window("lea", path), window("max", path, may_lose_line=True)
    is_live(max_)
    cut(max_, path)
    lea.locator("#focus").get_by_role("button", name="Cheap").click()
    expect(lea.locator("#focus .badge")).to_have_text("Cheap")
    max_.locator("#focus").get_by_role("button", name="Catastrophic").click()
    dialog = max_.get_by_role("dialog")
    expect(dialog).to_contain_text("Lea moved D-1 from Inbox to Cheap just now. Move it anyway?")
    in_phase(max_, "sort")
    dialog.get_by_role("button", name="Move anyway").click()
    expect(lea.locator("#focus .badge")).to_have_text("Catastrophic")
    expect(lea.locator("#focus .alarm")).to_contain_text("needs one of three exits")


def cut_off(page: Page) -> None:
    """It shows the board as it is now, and hears of nothing that happens after."""
    page.route("**/live?*", lambda route: route.abort())
    page.route("**/boards/1?since=*", lambda route: route.abort())
    page.reload()

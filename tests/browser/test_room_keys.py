"""A meeting by keyboard alone, and where its single keys rest."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acting import card, column, dots, in_phase, is_live, wait_out_a_double_click
from triage.accounts.models import User
from triage.database import db
from triage.meetings.agenda import Phase

HERE = "document.activeElement.ariaLabel ?? document.activeElement.textContent.trim()"

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def press(page: Page, label: str) -> None:
    """Go to a control by Tab, as often as it takes, and press it."""
    wait_out_a_double_click(page)
    for _tab in range(120):
        page.keyboard.press("Tab")
        if page.evaluate(HERE).startswith(label):
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"“{label}” was not reached")


def test_a_whole_meeting_by_keyboard_alone(window):
    lea = window("lea", "/boards/1/meetings")
    keys = lea.keyboard
    press(lea, "Start triage")
    in_phase(lea, "intake")
    is_live(lea)

    # Intake: report one, then a ballot in each row.
    keys.press("n")
    keys.type("Backups were never restored")
    keys.press("Enter")
    expect(lea.locator("#candidate-6")).to_be_visible()
    press(lea, "Ready")
    expect(lea.locator("#mine [aria-pressed=true]")).to_have_text("Ready")
    for item, key, category in ((1, "1", "cheap"), (2, "2", "expensive"), (3, "3", "catastrophic"), (4, "1", "cheap")):
        keys.press("j")
        expect(lea.locator(f"#candidate-{item}")).to_be_focused()
        keys.press(key)
        expect(lea.locator(f'#candidate-{item} [aria-pressed="true"]')).to_have_attribute("data-category", category)
        expect(lea.locator(f"#candidate-{item}")).to_be_focused()
    keys.press("k")
    expect(lea.locator("#candidate-3")).to_be_focused()
    press(lea, "Reveal")
    expect(lea.locator("#candidate-1")).to_contain_text("cheap.")
    press(lea, "Next: Vote")
    in_phase(lea, "vote")

    # Vote: dots on and off, and what it cost.
    keys.press("j")
    row = lea.locator("#stage .row").first
    expect(row).to_be_focused()
    item = int(row.get_attribute("id").removeprefix("votable-"))
    for count in (1, 2):
        keys.press("v")
        expect(dots(lea, item)).to_have_count(count)
    keys.press("Shift+V")
    expect(dots(lea, item)).to_have_count(1)
    keys.press("b")
    expect(lea.get_by_label("How long?")).to_be_focused()
    keys.type("40m")
    keys.press("Enter")
    expect(row.locator(".interest")).to_contain_text("40 min")
    expect(row).to_be_focused()
    press(lea, "Reveal")
    expect(lea.locator("#stage .total").first).to_be_visible()
    press(lea, "Next: Sort")
    in_phase(lea, "sort")

    # Sort: the one without a category, the one that lacks its words, the one that needs an exit.
    sorted_by = {"D-2": "2", "D-3": "c", "D-5": "1"}
    done = set()
    while lea.locator("#focus-name .code").count():
        code = lea.locator("#focus-name .code").inner_text()
        if code in sorted_by and code not in done:
            keys.press(sorted_by[code])
            if code == "D-2":
                expect(lea.get_by_role("dialog").get_by_label("Why", exact=True)).to_be_focused()
                keys.type("Hurry")
                keys.press("Tab")
                keys.type("One table")
                press(lea, "Move to expensive")
                expect(lea.locator("#focus .badge")).to_have_text("Expensive")
            elif code == "D-3":
                commit_by_keys(lea)
                keys.press("z")
                expect(lea.locator("#focus .alarm")).to_be_visible()
                keys.press("c")
                commit_by_keys(lea)
            else:
                expect(lea.locator("#focus .badge")).to_have_text("Cheap")
        done.add(code)
        keys.press("j")
        expect(lea.locator("#focus-name .code").filter(has_text=code)).to_have_count(0)
    assert set(sorted_by) <= done
    keys.press("?")
    expect(lea.get_by_role("dialog", name="Keys of the room")).to_be_visible()
    keys.press("Escape")
    expect(lea.get_by_role("dialog", name="Keys of the room")).to_be_hidden()
    press(lea, "Next: Commit")
    in_phase(lea, "commit")

    # Commit: one more.
    keys.press("j")
    while not lea.evaluate("document.activeElement.querySelector('[data-press=c]')"):
        keys.press("j")
    keys.press("c")
    commit_by_keys(lea)
    expect(lea.locator(".made li")).to_have_count(2)
    press(lea, "Next: Close")
    in_phase(lea, "close")
    press(lea, "5")
    expect(lea.locator("#mine [aria-pressed=true]")).to_have_text("5")
    press(lea, "Close the meeting")
    lea.wait_for_url("**/minutes")
    expect(lea.get_by_text("Backups were never restored").first).to_be_visible()


def commit_by_keys(page: Page) -> None:
    expect(page.get_by_label("Done when")).to_be_focused()
    page.keyboard.type("Anyone can see it")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Commit to")).to_have_count(0)
    expect(page.locator("#focus .alarm")).to_have_count(0)


def test_k_goes_back_to_the_item_before(window, room):
    lea = window("lea", room(Phase.SORT))
    is_live(lea)
    for key, code in (("j", "D-2"), ("j", "D-3"), ("k", "D-2"), ("k", "D-1")):
        lea.keyboard.press(key)
        expect(lea.locator("#focus-name .code")).to_have_text(code)


def test_keys_are_letters_while_one_types(window, room):
    lea = window("lea", room(Phase.INTAKE))
    is_live(lea)
    lea.locator("body").press("j")
    lea.keyboard.press("n")
    lea.keyboard.type("1 2 3 j k v V b c z ? n")
    expect(lea.get_by_label("Report a debt")).to_have_value("1 2 3 j k v V b c z ? n")
    expect(lea.locator("#stage [aria-pressed=true]")).to_have_count(0)
    expect(lea.get_by_role("dialog")).to_have_count(0)


def test_keys_rest_while_a_dialog_is_open(window, room):
    lea = window("lea", room(Phase.SORT))
    is_live(lea)
    lea.keyboard.press("c")
    dialog = lea.get_by_role("dialog")
    dialog.get_by_role("button", name="Commit to it").focus()
    for key in ("1", "3", "j", "z", "b"):
        lea.keyboard.press(key)
    lea.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(lea.locator("#focus-name .code")).to_have_text("D-1")
    expect(lea.locator("#focus .badge")).to_have_text("Inbox")


def test_keys_rest_while_the_list_of_keys_is_open(window, room):
    lea = window("lea", room(Phase.SORT))
    is_live(lea)
    lea.keyboard.press("?")
    expect(lea.get_by_role("dialog", name="Keys of the room")).to_be_visible()
    lea.get_by_role("dialog", name="Keys of the room").press("1")
    lea.keyboard.press("Escape")
    expect(lea.locator("#focus .badge")).to_have_text("Inbox")


def test_who_wants_no_single_keys_has_none(window, room, app):
    with app.app_context():
        User.by_email("lea@example.com").uses_keys = False
        db.session.commit()
    lea = window("lea", room(Phase.SORT))
    is_live(lea)
    for key in ("1", "j", "?", "c", "n"):
        lea.keyboard.press(key)
    lea.locator("#focus").get_by_role("button", name="Next").click()
    expect(lea.locator("#focus-name .code")).to_have_text("D-2")
    expect(lea.get_by_role("dialog")).to_have_count(0)
    expect(column(lea, "Inbox").locator(".code")).to_have_count(4)


def test_a_card_on_the_board_below_keeps_its_own_keys(window, room):
    lea = window("lea", room(Phase.SORT))
    is_live(lea)
    card(lea, 3).focus()
    lea.keyboard.press("1")
    expect(column(lea, "Cheap").locator(".code")).to_have_text(["D-3"])
    expect(lea.locator("#focus .badge")).to_have_text("Inbox")
    lea.keyboard.press("z")
    expect(column(lea, "Cheap").locator(".code")).to_have_count(0)


def test_who_may_only_read_presses_nothing_by_keys(window, room):
    obi, lea = window("obi", path := room(Phase.SORT)), window("lea", path)
    is_live(obi)
    for key in ("1", "j", "c", "z"):
        obi.keyboard.press(key)
    lea.keyboard.press("j")
    for page in (obi, lea):
        expect(page.locator("#focus-name .code")).to_have_text("D-2")
    expect(column(obi, "Inbox").locator(".code")).to_have_count(4)

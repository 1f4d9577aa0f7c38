"""Two windows on one board see each other at once, and nothing that one does breaks what the other is doing."""

import pytest
from playwright.sync_api import expect

from tests.browser.acting import card, column, drag, is_live, move
from tests.serving import free_port, serving, session_cookie
from triage.boards.category import Category
from triage.boards.models import Board
from triage.database import db
from triage.items.drafts import ItemDraft
from triage.items.models import Item

# The stream is tested on both (tests/live), and so are the story and the simulated meetings in real windows.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_a_move_by_the_menu_is_seen_in_the_other_window(window):
    lea, max_ = window("lea", "/boards/1"), window("max", "/boards/1")
    is_live(max_)
    move(lea, 1, "Cheap")
    for page in (lea, max_):
        expect(column(page, "Cheap").get_by_role("article", name="D-1 Session table has no index")).to_be_visible()
        expect(column(page, "Inbox").locator("[data-count]")).to_have_text("3")
        expect(column(page, "Cheap").locator("[data-count]")).to_have_text("1")


def test_a_report_appears_in_both_windows_and_the_field_is_empty_again(window):
    lea, max_ = window("lea", "/boards/1"), window("max", "/boards/1")
    is_live(max_)
    lea.get_by_label("Report a debt").fill("Clock skew breaks tokens")
    lea.keyboard.press("Enter")
    for page in (lea, max_):
        expect(column(page, "Inbox").get_by_role("article", name="D-5 Clock skew breaks tokens")).to_be_visible()
    expect(lea.get_by_label("Report a debt")).to_have_value("")


def test_a_drag_is_seen_in_the_other_window_in_the_same_place(window):
    lea, max_ = window("lea", "/boards/1"), window("max", "/boards/1")
    is_live(max_)
    for number in (1, 2):
        move(lea, number, "Cheap")
        expect(column(lea, "Cheap").get_by_role("article")).to_have_count(number)
    drag(lea, 3, onto=card(lea, 1))
    for page in (lea, max_):
        expect(column(page, "Cheap").locator(".code")).to_have_text(["D-2", "D-3", "D-1"])


def explain(app, *ids):
    """Write down why and fix, so that they can be moved to expensive."""
    with app.app_context():
        for id in ids:
            db.session.get_one(Item, id).explain(why="A hurry", fix="An index", by=None)
        db.session.commit()


def test_a_card_in_the_hand_stays_there_while_others_move_theirs_and_it(window, app):
    lea, max_ = window("lea", "/boards/1"), window("max", "/boards/1")
    is_live(lea)
    is_live(max_)
    drag(lea, 3, onto=column(lea, "Cheap"), release=False)
    explain(app, 1, 3)
    move(max_, 1, "Expensive")
    move(max_, 3, "Expensive")
    expect(column(max_, "Expensive").get_by_role("article")).to_have_count(2)
    expect(column(lea, "Expensive").get_by_role("article", name="D-1 Session table has no index")).to_be_visible()
    expect(card(lea, 3)).to_have_count(1)
    lea.mouse.up()
    expect(column(lea, "Expensive").get_by_role("article")).to_have_count(2)
    expect(lea.get_by_role("dialog")).to_contain_text("Max moved D-3 from Inbox to Expensive just now.")
    lea.get_by_role("button", name="Move anyway").click()
    for page in (lea, max_):
        expect(column(page, "Cheap").locator(".code")).to_have_text(["D-3"])
        expect(page.get_by_role("article")).to_have_count(4)


def test_what_is_half_typed_survives_everything_that_others_do(window):
    lea, max_ = window("lea", "/boards/1"), window("max", "/boards/1")
    is_live(lea)
    lea.get_by_label("Report a debt").type("Half a th")
    move(max_, 1, "Cheap")
    expect(column(lea, "Cheap").get_by_role("article")).to_have_count(1)
    lea.keyboard.type("ought")
    expect(lea.get_by_label("Report a debt")).to_have_value("Half a thought")


def test_an_open_menu_is_not_closed_by_a_change_of_its_card(window):
    lea, max_ = window("lea", "/boards/1"), window("max", "/boards/1")
    is_live(lea)
    card(lea, 1).hover()
    card(lea, 1).get_by_text("Move to…").click()
    move(max_, 1, "Cheap")
    move(max_, 2, "Cheap")
    expect(column(max_, "Cheap").locator(".code")).to_have_text(["D-2", "D-1"])
    expect(card(lea, 1).get_by_role("button", name="Cheap")).to_be_visible()
    card(lea, 1).get_by_role("button", name="Up").click()
    expect(lea.get_by_role("dialog")).to_contain_text("Max moved D-1 from Inbox to Cheap just now.")
    expect(column(lea, "Cheap").locator(".code")).to_have_text(["D-2", "D-1"])


def test_a_page_that_lost_its_server_comes_back_and_catches_up(chromium, database_url, app):
    port = free_port()
    context = chromium.new_context()
    context.add_cookies([{"name": "triage", "value": session_cookie(app, "lea"), "url": f"http://127.0.0.1:{port}"}])
    page = context.new_page()
    with serving(database_url, port=port) as address:
        page.goto(f"{address}/boards/1")
        is_live(page)
    expect(page.get_by_text("Reconnecting…")).to_be_visible()
    with app.app_context():
        db.session.get_one(Item, 1).rate(Category.CHEAP, by=None)
        db.session.commit()
    with serving(database_url, port=port):
        expect(column(page, "Cheap").get_by_role("article")).to_have_count(1, timeout=20_000)
        is_live(page)
        context.close()


def test_a_move_that_does_not_arrive_puts_the_card_back_and_says_so(window):
    lea = window("lea", "/boards/1", may_complain=True)
    is_live(lea)
    lea.route("**/place?*", lambda route: route.abort())
    drag(lea, 3, onto=column(lea, "Cheap"))
    expect(lea.get_by_text("Not saved: the server did not answer. Try again.")).to_be_visible()
    expect(column(lea, "Inbox").locator(".code")).to_have_text(["D-4", "D-3", "D-2", "D-1"])
    lea.unroute("**/place?*")
    drag(lea, 3, onto=column(lea, "Cheap"))
    expect(column(lea, "Cheap").get_by_role("article")).to_have_count(1)
    expect(lea.get_by_text("Not saved")).to_have_count(0)


def test_more_changes_than_single_cards_are_worth_still_arrive_and_what_is_typed_stays(window, app):
    lea = window("lea", "/boards/1")
    is_live(lea)
    lea.get_by_label("Report a debt").type("Half a thought")
    with app.app_context():
        board = db.session.get_one(Board, 1)
        board.hold()
        for number in range(301):
            Item.report(board, ItemDraft(title=f"Debt {number}"), by=None)
        db.session.commit()
        # Rung as another process would: this one is not the server.
    move(window("max", "/boards/1"), 1, "Cheap")
    expect(column(lea, "Inbox").locator("[data-count]")).to_have_text("304")
    expect(lea.get_by_label("Report a debt")).to_have_value("Half a thought")
    move(lea, 2, "Cheap")
    expect(column(lea, "Cheap").get_by_role("article")).to_have_count(2)


def test_the_item_and_the_history_of_another_window_follow(window):
    lea, item, history = window("lea", "/boards/1"), window("max", "/items/1"), window("max", "/boards/1/history")
    is_live(lea)
    for page in (item, history):
        expect(page.locator("html[data-live=live]")).to_be_attached()
    move(lea, 1, "Cheap")
    expect(item.get_by_text("Cheap", exact=True).first).to_be_visible()
    card(lea, 1).hover()
    card(lea, 1).get_by_role("button", name="Commit").click()
    lea.get_by_label("Done when").fill("The index exists")
    lea.get_by_role("button", name="Commit to it").click()
    expect(history.get_by_text("Done when: The index exists")).to_be_visible()
    expect(item.get_by_text("Done when: The index exists")).to_be_visible()

    # Max begins to answer; what others do meanwhile waits until he has closed it.
    history.get_by_text("What became of it?").click()
    history.get_by_label("In one line, why").fill("Half a rea")
    card(lea, 2).hover()
    card(lea, 2).get_by_role("button", name="Commit").click()
    lea.get_by_label("Done when").fill("No price in the code")
    lea.get_by_role("button", name="Commit to it").click()
    expect(item.get_by_text("Done when: The index exists")).to_be_visible()
    expect(history.get_by_label("In one line, why")).to_have_value("Half a rea")
    expect(history.get_by_label("In one line, why")).to_be_focused()
    history.get_by_text("What became of it?").click()
    expect(history.get_by_text("Done when: No price in the code")).to_be_visible()


def test_a_line_that_is_cut_in_a_dialog_is_said_there(window):
    lea = window("lea", "/boards/1", may_complain=True)
    is_live(lea)
    card(lea, 1).focus()
    lea.keyboard.press("c")
    dialog = lea.get_by_role("dialog")
    dialog.get_by_label("Done when").fill("The index exists")
    lea.route("**/commitments", lambda route: route.abort())
    dialog.get_by_role("button", name="Commit to it").click()
    expect(dialog.get_by_text("Not saved: the server did not answer.")).to_be_visible()
    lea.unroute("**/commitments")
    dialog.get_by_label("Owner").select_option("Max")
    dialog.get_by_label("Size").fill("-1")
    dialog.get_by_role("button", name="Commit to it").click()
    expect(dialog.get_by_text("Size cannot be -1")).to_be_visible()
    lea.keyboard.press("Escape")
    expect(card(lea, 1)).to_be_focused()


def test_a_title_that_will_not_do_stays_in_the_field_with_a_sentence(window):
    lea = window("lea", "/boards/1")
    is_live(lea)
    field = lea.get_by_label("Report a debt")
    field.fill("x" * 300)
    lea.keyboard.press("Enter")
    expect(lea.get_by_text("Title has 300 characters; 200 fit.")).to_be_visible()
    expect(field).to_have_value("x" * 300)
    expect(field).to_be_focused()
    field.fill("Deploys \u202eby hand")
    lea.keyboard.press("Enter")
    expect(field).to_have_value("Deploys by hand")
    lea.keyboard.press("Enter")
    expect(column(lea, "Inbox").get_by_role("article", name="D-5 Deploys by hand")).to_be_visible()
    expect(field).to_have_value("")


def test_pressing_twice_reports_and_commits_once(window):
    lea = window("lea", "/boards/1")
    is_live(lea)
    lea.get_by_label("Report a debt").fill("Only once")
    lea.get_by_role("button", name="Report").dblclick()
    expect(column(lea, "Inbox").get_by_role("article")).to_have_count(5)
    card(lea, 1).focus()
    lea.keyboard.press("c")
    lea.get_by_label("Done when").fill("The index exists")
    lea.get_by_role("button", name="Commit to it").dblclick()
    expect(lea.get_by_role("dialog")).to_have_count(0)
    expect(card(lea, 1)).to_contain_text("Lea, sprint 1")
    expect(column(lea, "Inbox").get_by_role("article")).to_have_count(5)


def test_who_signed_in_again_in_another_window_sends_once_more_and_loses_nothing(window, app, server):
    lea = window("lea", "/boards/1", may_complain=True)
    is_live(lea)
    lea.get_by_label("Report a debt").fill("Typed before")
    lea.context.clear_cookies()
    lea.keyboard.press("Enter")
    expect(lea.get_by_text("You are signed out. Sign in again in another tab")).to_be_visible()
    expect(lea.get_by_label("Report a debt")).to_have_value("Typed before")
    lea.context.add_cookies([{"name": "triage", "value": session_cookie(app, "lea"), "url": server}])
    lea.get_by_label("Report a debt").press("Enter")
    expect(lea.get_by_text("You signed in again since this page was opened")).to_be_visible()
    lea.get_by_label("Report a debt").press("Enter")
    expect(lea.get_by_text("Reported: D-5 Typed before")).to_be_visible()


def test_a_drag_is_called_off_by_escape(window):
    lea = window("lea", "/boards/1")
    is_live(lea)
    drag(lea, 3, onto=column(lea, "Cheap"), release=False)
    lea.keyboard.press("Escape")
    lea.mouse.up()
    expect(column(lea, "Inbox").locator(".code")).to_have_text(["D-4", "D-3", "D-2", "D-1"])


def test_the_forms_of_an_items_own_page_lead_on_and_say_what_is_wrong(window):
    lea = window("lea", "/items/1")
    lea.get_by_role("button", name="Commit").click()
    lea.get_by_label("Done when").fill("The index exists")
    lea.get_by_label("Size").fill("-1")
    lea.get_by_role("button", name="Commit to it").click()
    expect(lea.get_by_text("Size cannot be -1")).to_be_visible()
    lea.get_by_label("Size").fill("1")
    lea.get_by_role("button", name="Commit to it").click()
    expect(lea.get_by_text("Done when: The index exists")).to_be_visible()
    lea.get_by_text("What became of it?").click()
    lea.get_by_role("button", name="Missed").click()
    expect(lea.get_by_text("Say in one line why it was missed")).to_be_visible()
    lea.get_by_text("What became of it?").click()  # closed again, so that the page follows what happens
    lea.get_by_text("Move to…").click()
    lea.get_by_role("button", name="Expensive").click()
    dialog = lea.get_by_role("dialog")
    dialog.get_by_label("Why", exact=True).fill("Hurry")
    dialog.get_by_label("What fixing requires").fill("An index")
    dialog.get_by_role("button", name="Move to expensive").click()
    expect(dialog).to_have_count(0)
    expect(lea.locator(".badge")).to_have_text("Expensive")

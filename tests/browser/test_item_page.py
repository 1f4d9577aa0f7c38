"""An item's page and undo, by keyboard alone, and by plain forms where no script runs."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.acting import card, column, is_live
from triage.accounts.models import User
from triage.boards.category import Category
from triage.commitments.bring_back import postpone
from triage.database import db
from triage.items.comments import Comment
from triage.items.drafts import BringBackDraft
from triage.items.models import Item
from triage.items.splitting import split

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_a_comment_is_written_and_edited_by_keyboard_and_others_see_it_at_once(window):
    max_, obi = window("max", "/items/1"), window("obi", "/items/1")
    is_live(max_)
    is_live(obi)
    max_.get_by_text("Comment…").focus()
    max_.keyboard.press("Enter")
    max_.keyboard.press("Tab")
    max_.keyboard.type("It **locks** the table")
    max_.keyboard.press("Tab")
    max_.keyboard.press("Enter")
    expect(obi.locator(".comments strong")).to_have_text("locks")
    expect(max_.locator(".comments strong")).to_have_text("locks")
    expect(max_.get_by_label("Your comment. Markdown works.")).to_be_hidden()
    expect(max_.get_by_label("Your comment. Markdown works.")).to_have_value("")
    max_.locator(".comments summary").focus()
    max_.keyboard.press("Enter")
    max_.keyboard.press("Tab")
    max_.keyboard.press("Control+A")
    max_.keyboard.type("It waits")
    max_.keyboard.press("Tab")
    max_.keyboard.press("Enter")
    expect(obi.locator(".comments")).to_contain_text("It waits")
    expect(obi.locator(".comments .by")).to_contain_text("edited")


def test_a_comment_that_is_being_written_outlives_what_others_do(window):
    max_, lea = window("max", "/items/1"), window("lea", "/items/1")
    is_live(max_)
    is_live(lea)
    max_.get_by_text("Comment…").click()
    max_.get_by_label("Your comment. Markdown works.").fill("Half a thou")
    lea.get_by_text("Comment…").click()
    lea.get_by_label("Your comment. Markdown works.").fill("Mine came first")
    lea.get_by_role("button", name="Comment", exact=True).click()
    expect(lea.locator(".comments")).to_contain_text("Mine came first")
    expect(max_.get_by_label("Your comment. Markdown works.")).to_have_value("Half a thou")
    max_.get_by_role("button", name="Comment", exact=True).click()
    expect(max_.locator(".comments > li")).to_have_count(2)


def test_z_on_the_board_undoes_ones_own_last_move_and_nobody_elses(window):
    lea, max_ = window("lea", "/boards/1"), window("max", "/boards/1")
    is_live(lea)
    is_live(max_)
    card(lea, 1).focus()
    lea.keyboard.press("1")
    expect(lea.locator("#did")).to_contain_text("You moved D-1 Session table has no index from Inbox to Cheap")
    expect(column(max_, "Cheap").locator(".code")).to_have_text(["D-1"])
    expect(max_.locator("#did")).not_to_contain_text("D-1 Session table has no index from")
    lea.keyboard.press("z")
    expect(column(lea, "Cheap").locator(".code")).to_have_count(0)
    expect(column(max_, "Cheap").locator(".code")).to_have_count(0)
    expect(lea.locator("#did button")).to_have_count(0)
    expect(card(lea, 1)).to_be_focused()


def test_undo_of_what_another_changed_since_says_who(window):
    lea, max_ = window("lea", "/boards/1"), window("max", "/boards/1")
    is_live(lea)
    is_live(max_)
    card(lea, 1).focus()
    lea.keyboard.press("1")
    expect(lea.locator("#did")).to_contain_text("You moved D-1")
    expect(column(max_, "Cheap").locator(".code")).to_have_text(["D-1"])
    card(max_, 1).focus()
    max_.keyboard.press("0")
    expect(column(lea, "Cheap").locator(".code")).to_have_count(0)
    lea.keyboard.press("z")
    expect(lea.locator("#flash")).to_contain_text("Max changed D-1 Session table has no index since.")


def test_an_item_is_split_by_keyboard_and_the_split_undone_by_one_key(window):
    lea = window("lea", "/items/1")
    is_live(lea)
    lea.get_by_role("button", name="Split…").focus()
    lea.keyboard.press("Enter")
    expect(lea.get_by_label("Its pieces")).to_be_focused()
    lea.keyboard.type("Only one")
    lea.keyboard.press("Tab")
    lea.keyboard.press("Enter")
    expect(lea.get_by_label("Its pieces")).to_be_focused()
    expect(lea.locator("dialog .error")).to_have_text("Write 2 to 5 titles, one per line.")
    lea.keyboard.press("Control+End")
    lea.keyboard.press("Enter")
    lea.keyboard.type("And another")
    lea.keyboard.press("Tab")
    lea.keyboard.press("Enter")
    expect(lea.locator(".kin")).to_contain_text("Split into D-5 Only one, D-6 And another")
    expect(lea.locator("#did")).to_contain_text("You split it into D-5, D-6")
    lea.keyboard.press("z")
    expect(lea.locator(".kin")).to_contain_text("D-5 Only one (dropped), D-6 And another (dropped)")


def test_an_item_is_put_off_and_called_back_by_keyboard(window):
    lea = window("lea", "/items/1")
    is_live(lea)
    lea.get_by_role("button", name="Bring back…").focus()
    lea.keyboard.press("Enter")
    field = lea.get_by_label("or when something happens")
    field.focus()
    lea.keyboard.type("before any change in auth")
    lea.keyboard.press("Enter")
    expect(lea.locator(".later")).to_contain_text("Comes back “before any change in auth”. Postponed ×1.")
    lea.get_by_role("button", name="It is time").focus()
    lea.keyboard.press("Enter")
    expect(lea.locator(".later")).to_contain_text("It is time: the next triage takes it up")


def test_without_scripts_everything_works_as_plain_forms(window):
    lea = window("lea", "/items/1", java_script_enabled=False)
    lea.get_by_text("Comment…").click()
    lea.get_by_label("Your comment. Markdown works.").fill("By hand")
    lea.get_by_role("button", name="Comment", exact=True).click()
    expect(lea.locator(".comments")).to_contain_text("By hand")
    lea.get_by_role("button", name="Bring back…").click()
    lea.get_by_label("On a day").fill("2020-01-01")
    lea.get_by_role("button", name="Bring it back then").click()
    expect(lea.locator(".error")).to_contain_text("It comes back on a day after today")
    lea.get_by_label("On a day").fill("")
    lea.get_by_label("or when something happens").fill("when it rains")
    lea.get_by_role("button", name="Bring it back then").click()
    expect(lea.locator(".later")).to_contain_text("Comes back “when it rains”.")
    lea.get_by_role("button", name="Undo").click()
    expect(lea.locator(".later")).to_have_count(0)
    lea.get_by_role("button", name="Merge…").click()
    lea.get_by_label("Merge it into").fill("D-3")
    lea.get_by_role("button", name="Merge", exact=True).click()
    expect(lea.locator("h1")).to_contain_text("D-3 Deploys by hand")
    expect(lea.locator(".closed")).to_contain_text("D-1 was merged into D-3.")
    expect(lea.locator(".comments")).to_contain_text("as D-1")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_a_page_with_everything_on_it_has_no_barrier_that_axe_knows(window, app, scheme, width):
    with app.app_context():
        lea = db.session.get_one(User, 1)
        one, two, three = (db.session.get_one(Item, number) for number in (1, 2, 3))
        for item in (one, two):
            item.edit(item.draft.model_copy(update={"tags": ["auth"], "why": "A hurry", "fix": "Time"}), by=lea)
        for category in (Category.CHEAP, Category.EXPENSIVE):
            two.rate(category, by=lea)
            db.session.commit()
        for number in range(3):
            Comment.write(one, f"# Long\n\n`{'x' * 120}`\n\n- {number}", by=lea)
        Comment.write(three, "As that", by=lea)
        three.merge(one, by=lea)
        split(one, ["One", "Two"], by=lea)
        postpone(one, BringBackDraft(trigger="before any change in auth"), by=lea)
        db.session.commit()
    page = window("lea", "/items/1?merged=3", color_scheme=scheme, viewport={"width": width, "height": 800})
    expect(page.locator(".likeness")).to_contain_text("One like this became expensive within one sprint.")
    for path in ("/items/1?merged=3", "/items/3?own=1", "/items/1/splitting", "/items/1/bring-back"):
        page.goto(path)
        for summary in page.locator("#comments summary").all()[:1]:
            summary.click()
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()
        assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"), path

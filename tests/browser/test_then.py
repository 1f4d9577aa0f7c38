"""The board as it was then: with the arrow keys along the triages, and without scripts."""

import pytest
from playwright.sync_api import expect

from tests.browser.acting import PHONE
from tests.meetings.conftest import walk
from triage.boards.category import Category
from triage.boards.models import Board
from triage.database import db
from triage.items.models import Item
from triage.meetings.agenda import Phase
from triage.meetings.models import Meeting

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def three(app):
    """Three triages of Harbor, one after the other; each sorted one item more as cheap."""
    with app.app_context():
        board = db.session.get_one(Board, 1)
        for number in (1, 2, 3):
            meeting = Meeting.start(board, by=board.team.decider)
            db.session.commit()
            walk(meeting, Phase.SORT)
            db.session.get_one(Item, number).rate(Category.CHEAP, by=board.team.decider)
            db.session.commit()
            walk(meeting, Phase.CLOSE)
            meeting.close(seen=meeting.turn, by=meeting.chair)
            db.session.commit()


def cheap(page):
    return page.get_by_role("region", name="Cheap").locator(".code")


def test_the_arrow_keys_go_from_triage_to_triage_and_the_address_follows(window, three):
    lea = window("lea", "/boards/1/then")
    expect(cheap(lea)).to_have_text(["D-1", "D-2", "D-3"])
    slider = lea.get_by_role("slider")
    slider.focus()
    lea.keyboard.press("ArrowLeft")
    expect(cheap(lea)).to_have_text(["D-1", "D-2"])
    expect(lea).to_have_url("/boards/1/then?meeting=2")
    lea.keyboard.press("ArrowLeft")
    expect(cheap(lea)).to_have_text(["D-1"])
    expect(slider).to_be_focused()
    expect(slider).to_have_value("1")
    lea.reload()
    expect(cheap(lea)).to_have_text(["D-1"])
    expect(slider).to_have_value("1")
    lea.get_by_role("navigation", name="Triages").get_by_role("link").focus()
    lea.keyboard.press("Enter")
    expect(lea).to_have_url("/boards/1/then?meeting=2")
    lea.get_by_role("link", name="D-3").click()
    lea.wait_for_url("**/items/3")


def test_a_day_is_shown_and_what_will_not_do_is_said(window, three):
    lea = window("lea", "/boards/1/then?meeting=1")
    lea.get_by_label("The end of a day").fill("2020-02-03")
    lea.keyboard.press("Enter")
    expect(lea.get_by_text("The board was opened on")).to_be_visible()
    expect(cheap(lea)).to_have_count(0)
    lea.get_by_label("The end of a day").fill("2999-02-03")
    lea.get_by_role("button", name="Show").click()
    expect(lea.get_by_role("heading", name="Harbor as it is now")).to_be_visible()
    expect(lea.get_by_role("slider")).to_have_value("3")


def test_it_works_by_thumb_and_without_scripts(window, three):
    phone = window("lea", "/boards/1/then?meeting=2", **PHONE)
    phone.get_by_role("navigation", name="Triages").get_by_role("link").first.tap()
    expect(cheap(phone)).to_have_text(["D-1"])
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    plain = window("lea", "/meetings/2/minutes", java_script_enabled=False)
    plain.get_by_role("link", name="The board as it was then").click()
    expect(cheap(plain)).to_have_text(["D-1", "D-2"])
    plain.get_by_role("slider").fill("1")
    plain.locator("form.slide").get_by_role("button", name="Show").click()
    expect(plain).to_have_url("/boards/1/then?meeting=1")
    expect(cheap(plain)).to_have_text(["D-1"])

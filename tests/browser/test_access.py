"""Screens for everyone: phone, no scripts, assistive technology, roles."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.acting import card, column, is_live, move
from triage.database import db
from triage.teams.models import Team

PAGES = [
    "/",
    "/account",
    "/teams/1",
    "/teams/1/settings",
    "/boards/1",
    "/boards/1/items?q=session&state=any",
    "/boards/1/history",
    "/teams/1/history?sprints=1",
    "/teams/1/sprints",
    "/teams/1/sprints/2",
    "/teams/1/retrospectives",
    "/boards/1/decisions",
    "/boards/1/then?version=5",
    "/commitments",
    "/boards/1/import",
    "/items/1",
    "/items/1/edit",
    "/items/1/commitments",
    "/items/99",
]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # the pages are the same on both
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_no_page_has_a_barrier_that_axe_knows(window, scheme, width):
    lea = window("lea", "/", color_scheme=scheme, viewport={"width": width, "height": 800})
    found = {}
    for path in PAGES:
        lea.goto(path)
        results = Axe().run(lea)
        if results.violations_count:
            found[path] = results.generate_report()
        sideways = lea.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not sideways, f"{path} scrolls sideways"
    assert found == {}


def test_without_scripts_every_button_still_works(window):
    lea = window("lea", "/boards/1", java_script_enabled=False)
    move(lea, 1, "Cheap")
    expect(column(lea, "Cheap").locator(".code")).to_have_text(["D-1"])
    lea.get_by_label("Report a debt").fill("By a plain form")
    lea.get_by_role("button", name="Report").click()
    expect(column(lea, "Inbox").locator(".code").first).to_have_text("D-5")
    move(lea, 2, "Expensive")
    lea.get_by_label("Why", exact=True).fill("Hurry")
    lea.get_by_label("What fixing requires").fill("Time")
    lea.get_by_role("button", name="Move to expensive").click()
    expect(column(lea, "Expensive").locator(".code")).to_have_text(["D-2"])
    card(lea, 1).hover()
    card(lea, 1).get_by_role("button", name="Commit").click()
    lea.get_by_label("Done when").fill("It is done")
    lea.get_by_role("button", name="Commit to it").click()
    expect(lea.get_by_text("Done when: It is done")).to_be_visible()


def test_an_observer_sees_the_board_live_and_no_control_that_would_be_refused(window):
    obi, lea = window("obi", "/boards/1"), window("lea", "/boards/1")
    is_live(obi)
    expect(obi.get_by_label("Report a debt")).to_have_count(0)
    expect(obi.get_by_role("button", name="Commit")).to_have_count(0)
    expect(obi.get_by_text("Move to…").first).to_be_hidden()
    move(lea, 1, "Cheap")
    expect(column(obi, "Cheap").locator(".code")).to_have_text(["D-1"])
    expect(card(obi, 1).get_by_text("Move to…")).to_be_hidden()


def test_on_a_phone_a_thumb_sorts_a_card(window):
    lea = window("lea", "/boards/1", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    is_live(lea)
    card(lea, 1).get_by_text("Move to…").tap()
    card(lea, 1).get_by_role("button", name="Cheap").tap()
    expect(column(lea, "Cheap").locator(".code")).to_have_text(["D-1"])


def test_a_removed_member_is_told_and_hears_no_more(window, app):
    max_ = window("max", "/boards/1", may_complain=True)
    is_live(max_)
    with app.app_context():
        harbor = db.session.get_one(Team, 1)
        next(one for one in harbor.members if one.user.name == "Max").remove(by=harbor.decider)
        db.session.commit()
    expect(max_.get_by_text("No longer live: reload the page")).to_be_visible(timeout=30_000)

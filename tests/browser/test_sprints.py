"""A lead makes a break between two sprints, by keyboard."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.acting import PHONE
from triage.commitments.sprints import Sprint
from triage.database import db
from triage.teams.models import Team

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def second(app):
    """Sprint 2 as it is before anybody changes it."""
    with app.app_context():
        return Sprint.calendar(db.session.get_one(Team, 1)).sprint(2)


def test_a_sprint_is_moved_in_place_and_the_refusal_says_what_to_do(window, second):
    lea = window("lea", "/teams/1")
    lea.get_by_role("link", name="Sprints").press("Enter")
    opener = lea.get_by_role("button", name="Change sprint 2")
    opener.press("Enter")
    dialog = lea.get_by_role("dialog", name="Sprint 2")
    first_day = dialog.get_by_label("First day")
    expect(first_day).to_be_focused()
    first_day.fill((second.first_day - timedelta(days=1)).isoformat())
    dialog.get_by_label("Capacity").fill("12")
    lea.keyboard.press("Enter")
    expect(dialog.get_by_text("Sprint 1 ends on")).to_be_visible()
    expect(first_day).to_be_focused()
    expect(dialog.get_by_label("Capacity")).to_have_value("12")
    first_day.fill((second.first_day + timedelta(days=9)).isoformat())
    lea.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    row = lea.get_by_role("listitem").filter(has_text="Sprint 2")
    expect(row).to_contain_text("Break of 9 days before it. 4 working days. Capacity 12 days, debt budget 2.4 days")
    expect(opener).to_be_focused()


def test_on_a_phone_nothing_is_wider_than_the_screen(window, second):
    lea = window("lea", "/teams/1/sprints", **PHONE)
    lea.get_by_role("button", name="Change sprint 1").tap()
    expect(lea.get_by_role("dialog", name="Sprint 1").get_by_label("Last day")).to_be_visible()
    assert lea.evaluate("document.documentElement.scrollWidth") == 390

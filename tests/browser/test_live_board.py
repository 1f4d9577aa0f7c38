"""Two windows on one board see each other at once."""

from playwright.sync_api import Page, expect


def card(page: Page, number: int):
    return page.locator(".card", has=page.get_by_text(f"D-{number}", exact=True))


def column(page: Page, name: str):
    return page.get_by_role("region", name=name)


def test_a_move_by_the_menu_is_seen_in_the_other_window(window):
    lea, max_ = window("lea", "/boards/1"), window("max", "/boards/1")
    expect(lea.get_by_text("Live", exact=True)).to_be_visible()
    card(lea, 1).get_by_text("Move to…").click()
    card(lea, 1).get_by_role("button", name="Cheap").click()
    expect(column(max_, "Cheap").get_by_role("article")).to_have_count(1)
    expect(column(lea, "Cheap").get_by_role("article")).to_have_count(1)
    expect(column(max_, "Inbox").locator("[data-count]")).to_have_text("3")


def test_a_report_appears_in_both_windows_and_the_field_is_empty_again(window):
    lea, max_ = window("lea", "/boards/1"), window("max", "/boards/1")
    lea.get_by_label("Report a debt").fill("Clock skew breaks tokens")
    lea.keyboard.press("Enter")
    for page in (lea, max_):
        expect(column(page, "Inbox").get_by_role("article", name="D-5 Clock skew breaks tokens")).to_be_visible()
    expect(lea.get_by_label("Report a debt")).to_have_value("")


def test_a_drag_is_seen_in_the_other_window_in_the_same_place(window):
    lea, max_ = window("lea", "/boards/1"), window("max", "/boards/1")
    for number in (1, 2):
        card(lea, number).get_by_text("Move to…").click()
        card(lea, number).get_by_role("button", name="Cheap").click()
        expect(column(lea, "Cheap").get_by_role("article")).to_have_count(number)
    # Cheap is now D-2, D-1. D-3 goes between them.
    target = card(lea, 1).bounding_box()
    card(lea, 3).drag_to(column(lea, "Cheap"), target_position={"x": 60, "y": target["y"] - column(lea, "Cheap").bounding_box()["y"] + 4})
    for page in (lea, max_):
        expect(column(page, "Cheap").locator(".code")).to_have_text(["D-2", "D-3", "D-1"])

"""What a person does at the screen, in the words of the tests."""

import time
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def card(page: Page, number: int) -> Locator:
    return page.locator("triage-board .card", has=page.get_by_text(f"D-{number}", exact=True))


def column(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name)


def is_live(page: Page) -> None:
    """Wait until the page hears others."""
    expect(page.locator("html")).to_have_attribute("data-live", "live")


def move(page: Page, number: int, to: str) -> None:
    """By the card's own menu."""
    card(page, number).hover()
    card(page, number).get_by_text("Move to…").click()
    card(page, number).get_by_role("button", name=to).click()


def drag(page: Page, number: int, onto: Locator, *, release: bool = True) -> None:
    """By the mouse: into a column, or onto the upper part of a card, which puts it above that.

    The browser tells the page where the mouse is only while it moves, and a real hand never holds quite still.
    """
    card(page, number).hover(position={"x": 20, "y": 10})  # waits until it stands still
    page.mouse.down()
    end = onto.bounding_box()
    assert end
    is_card = end["height"] < 200
    x, y = end["x"] + 40, end["y"] + (8 if is_card else end["height"] / 2)
    page.mouse.move(x, y + (24 if is_card else 40), steps=10)
    ghost = (onto.locator("..") if is_card else onto).locator(".sortable-ghost")
    for tremble in range(100):
        page.mouse.move(x, y + tremble % 3)
        if tremble > 3 and ghost.count():
            break
    expect(ghost).to_be_visible()
    if release:
        page.mouse.up()


# In the room


def in_phase(page: Page, phase: str) -> None:
    expect(page.locator("#stage")).to_have_attribute("data-phase", phase)


def go_on(page: Page, label: str = "") -> None:
    """The chair's one thing to do next."""
    wait_out_a_double_click(page)
    page.locator("#head button.primary", has_text=label).click()


def wait_out_a_double_click(page: Page) -> None:
    """The page takes two presses in a row for one."""
    page.evaluate(
        """() => {
            if (!("pressedAt" in window)) {
                window.pressedAt = -800;
                document.addEventListener("click", ({ target, timeStamp }) => {
                    if (target.closest("#head .primary")) pressedAt = timeStamp;
                }, true);
            }
            return new Promise(go => setTimeout(go, pressedAt + 800 - performance.now()));
        }"""
    )


def choose(page: Page, item: int, category: str) -> None:
    """A ballot, or taking it back."""
    button = page.locator(f'#candidate-{item} button[data-category="{category}"]')
    was = button.get_attribute("aria-pressed")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false" if was == "true" else "true")


def dots(page: Page, item: int) -> Locator:
    """Those that this person has on an item."""
    return page.locator(f"#votable-{item} .give i[data-on]")


def add_dot(page: Page, item: int) -> None:
    had = dots(page, item).count()
    page.locator(f'#votable-{item} button[name="add"]').click()
    expect(dots(page, item)).to_have_count(had + 1)


def until(holds: Callable[[], object], what: str, seconds: float = 30) -> None:
    """For what no page tells."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not come true in {seconds} s")
        time.sleep(0.1)

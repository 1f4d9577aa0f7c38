"""A column of three hundred cards, in a real browser: until it is painted, and until one of them is in the hand."""

import sqlite3
from contextlib import closing
from pathlib import Path
from statistics import median

from playwright.sync_api import BrowserContext, Page

from tests.bench.servers import serving
from tests.bench.table import Line, ms
from tests.bench.visitor import visitor
from tests.bench.world import World
from tests.chromium import chromium

CARDS, ROUNDS = 300, 7
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
# From the first move of the pointer after it went down to the card in the hand, and painted so.
NOTE_DRAG = """
window.taken = new Promise(taken => {
    let moved;
    addEventListener("pointermove", () => moved ??= performance.now(), true);
    new MutationObserver(() => requestAnimationFrame(() => taken(performance.now() - moved)))
        .observe(document.getElementById("board"), {attributeFilter: ["class"]});
});
0
"""


def measure(world: World) -> list[Line]:
    database, board_id = world.copy("column"), world.boards[1000]
    _fill_one_column(database, board_id)
    with chromium() as browser, serving(database) as server:
        if browser is None:
            return [Line(f"{CARDS} cards in one column, in a browser", "needs Chromium")]
        opened = [_open_and_drag(visitor(browser, server, world.cookies[0]), board_id) for _ in range(ROUNDS)]
    paints, drags = zip(*opened, strict=True)
    return [
        Line(f"{CARDS} cards in one column: opened to the first paint, p50", ms(median(paints)), goal="≤ 500 ms"),
        Line(
            f"{CARDS} cards in one column: the pointer moves to the card in the hand, p50",
            ms(median(drags)),
            goal="≤ 50 ms",
        ),
    ]


def _fill_one_column(database: Path, board_id: int) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE item SET state = 'dropped' WHERE board_id = ? AND number > ?", (board_id, CARDS))
        connection.execute("UPDATE item SET category = 'inbox' WHERE board_id = ?", (board_id,))


def _open_and_drag(context: BrowserContext, board_id: int) -> tuple[float, float]:
    """Seconds, of somebody who has not been here before."""
    page = context.new_page()
    page.goto(f"/boards/{board_id}")
    page.wait_for_function(PAINTED)
    painted = float(page.evaluate(PAINTED)) / 1000
    taken = _drag(page)
    context.close()
    return painted, taken


def _drag(page: Page) -> float:
    page.locator("live-sign[data-state=live]").wait_for(state="attached")
    page.locator("[data-cards=inbox] > .card").nth(5).hover(position={"x": 60, "y": 10})
    page.evaluate(NOTE_DRAG)
    page.mouse.down()
    for step in range(20):
        page.mouse.move(400 + step * 4, 300 + step)
    taken = float(page.evaluate("window.taken")) / 1000
    page.mouse.up()
    return taken

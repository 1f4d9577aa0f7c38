"""From a drop in one browser to the changed page in another."""

from statistics import median

from playwright.sync_api import Page

from tests.bench.servers import serving
from tests.bench.table import Line, ms
from tests.bench.visitor import visitor
from tests.bench.world import World
from tests.chromium import chromium

DROPS = 20
COLUMNS = ("inbox", "cheap", "expensive")
NOW = "performance.timeOrigin + performance.now()"
NOTE_DROPS = f"""
for (const name of ["drop", "pointerup"]) addEventListener(name, () => window.dropped = {NOW}, true)
"""
AWAIT_CHANGE = f"""
window.change = new Promise((changed, failed) => {{
    new MutationObserver((_changes, observer) => {{ observer.disconnect(); changed({NOW}) }})
        .observe(document.getElementById("board"), {{childList: true, subtree: true}});
    setTimeout(() => failed(Error("the drop did not arrive")), 10_000);
}});
0
"""


def measure(world: World) -> list[Line]:
    with chromium() as browser, serving(world.copy("browser")) as server:
        if browser is None:
            return [Line("drop in one browser to the changed page in another", "needs Chromium")]
        pages = [visitor(browser, server, cookie).new_page() for cookie in world.cookies[:2]]
        for page in pages:
            page.goto(f"/boards/{world.boards[200]}")
            page.locator("live-sign[data-state=live]").wait_for(state="attached")
        mine, theirs = pages
        mine.evaluate(NOTE_DROPS)
        times = [_drop(mine, theirs, COLUMNS[n % 3], COLUMNS[(n + 1) % 3]) for n in range(DROPS)]
    return [
        Line("drop in one browser to the changed page in another, p50", ms(median(times)), goal="≤ 40 ms"),
        Line("… slowest of 20", ms(max(times)), goal="≤ 150 ms"),
    ]


def _drop(mine: Page, theirs: Page, source: str, target: str) -> float:
    """Seconds from letting go of a column's first card above the next column's first."""
    theirs.evaluate(AWAIT_CHANGE)
    mine.evaluate("scrollTo(0, 0)")
    mine.locator(f"[data-cards={source}] > .card").first.hover(position={"x": 20, "y": 10})
    mine.mouse.down()
    end = mine.locator(f"[data-cards={target}] > .card").first.bounding_box()
    if end is None:
        raise RuntimeError(f"The column {target} shows no card to drop on.")
    mine.mouse.move(end["x"] + 40, end["y"] + 30, steps=10)
    landed = mine.locator(f"[data-cards={target}] > .sortable-ghost")
    for tremble in range(100):  # the page hears where the mouse is only while it moves
        mine.mouse.move(end["x"] + 40, end["y"] + 8 + tremble % 3)
        if tremble > 3 and landed.count():
            break
    mine.mouse.up()
    return float(theirs.evaluate("window.change") - mine.evaluate("window.dropped")) / 1000

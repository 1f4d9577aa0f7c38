"""From a drop in one browser to the changed page in another."""

from statistics import median

from playwright.sync_api import Page

from tests.bench.chromium import chromium, visitor
from tests.bench.servers import serving
from tests.bench.table import Line, ms
from tests.bench.world import World

DROPS = 20
COLUMNS = ("inbox", "cheap", "expensive", "catastrophic")
NOW = "performance.timeOrigin + performance.now()"
NOTE_DROPS = f"""
for (const name of ["drop", "pointerup"]) addEventListener(name, () => window.dropped = {NOW}, true)
"""
NOTE_CHANGES = f"""
new MutationObserver(() => window.changed ||= {NOW})
    .observe(document.getElementById("board"), {{childList: true, subtree: true}})
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
        theirs.evaluate(NOTE_CHANGES)
        times = [_drop(mine, theirs, COLUMNS[n % 4], COLUMNS[(n + 1) % 4]) for n in range(DROPS)]
    return [
        Line("drop in one browser to the changed page in another, p50", ms(median(times)), goal="≤ 40 ms"),
        Line("… slowest of 20", ms(max(times)), goal="≤ 150 ms"),
    ]


def _drop(mine: Page, theirs: Page, source: str, target: str) -> float:
    """Seconds from letting go of a column's first card over the next column's first."""
    theirs.evaluate("window.changed = 0")
    first, other = (mine.locator(f"[data-cards={column}] > .card").first for column in (source, target))
    first.locator("h3").hover(position={"x": 2, "y": 2})
    mine.mouse.down()
    other.hover(force=True)
    other.hover(force=True, position={"x": 20, "y": 5})
    mine.mouse.up()
    theirs.wait_for_function("window.changed > 0")
    return float(theirs.evaluate("window.changed") - mine.evaluate("window.dropped")) / 1000

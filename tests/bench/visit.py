"""What a browser fetches on the first visit to a board and on the second, as Chromium counts it: headers included."""

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import BrowserContext

from tests.bench.servers import serving
from tests.bench.table import Line, kb, ms
from tests.bench.visitor import visitor
from tests.bench.world import World
from tests.chromium import chromium

LARGEST_PAINT = """
() => new Promise(done => new PerformanceObserver(list => done(list.getEntries().at(-1).startTime))
    .observe({type: "largest-contentful-paint", buffered: true}))
"""


@dataclass
class Visit:
    """What came over the wire, by kind: Document, Stylesheet, Script … The live stream is asked for but never ends."""

    kinds: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    largest_paint: float = 0.0

    def answered(self, event: dict[str, Any]) -> None:
        response = event["response"]
        if response["url"].startswith("http") and not response.get("fromDiskCache"):
            self.kinds[event["requestId"]] = event["type"]

    def finished(self, event: dict[str, Any]) -> None:
        self.sizes[event["requestId"]] = int(event["encodedDataLength"])

    def of(self, kind: str) -> int:
        return sum(self.sizes.get(id, 0) for id, its in self.kinds.items() if its == kind)

    @property
    def total(self) -> int:
        return sum(self.sizes.get(id, 0) for id in self.kinds)


def measure(world: World) -> list[Line]:
    with chromium() as browser, serving(world.copy("visit")) as server:
        if browser is None:
            return [Line("first and second visit", "needs Chromium")]
        context = visitor(browser, server, world.cookies[0])
        _visit(visitor(browser, server, world.cookies[1]), world)
        first, second = _visit(context, world), _visit(context, world)
    besides = first.total - first.of("Document")
    return [
        Line("first visit, 200 items: besides the page", kb(besides), goal="≤ 60 kB"),
        Line("… of which JavaScript", kb(first.of("Script")), goal="≤ 40 kB"),
        Line("… requests, the page and the live stream among them", str(len(first.kinds)), goal="≤ 12"),
        Line("… largest paint", ms(first.largest_paint), goal="≤ 300 ms"),
        Line("second visit: requests, the live stream among them", str(len(second.kinds)), goal="2"),
        Line("… bytes besides the page", kb(second.total - second.of("Document")), goal="0"),
        Line("… bytes of the page", kb(second.of("Document")), goal="≤ 10 kB"),
    ]


def _visit(context: BrowserContext, world: World) -> Visit:
    page, visit = context.new_page(), Visit()
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    network.on("Network.responseReceived", visit.answered)
    network.on("Network.loadingFinished", visit.finished)
    page.goto(f"/boards/{world.boards[200]}")
    page.locator("live-sign[data-state=live]").wait_for(state="attached")
    visit.largest_paint = page.evaluate(LARGEST_PAINT) / 1000
    page.close()
    return visit

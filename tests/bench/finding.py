"""Finding among 5 000 items: a search beside the list without one, and from a key to what it finds on the screen."""

from functools import partial
from pathlib import Path
from statistics import median

from playwright.sync_api import Page
from sqlalchemy import insert

from tests.bench.people import Person
from tests.bench.servers import SETTINGS, serving
from tests.bench.table import Line, compared, in_turns, ms
from tests.bench.visitor import visitor
from tests.bench.world import World, item
from tests.chromium import chromium
from triage import create_app
from triage.boards.models import Board
from triage.database import db
from triage.items.models import Item

ITEMS = 5_000
ROUNDS = 100
KEYS = 20
SEARCHES = {
    "two words": "q=invoice+alone",
    "the beginning of one, in a fifth of them": "q=sess",
    "a number": "q=D-17",
    "words and filters": "q=mail&category=expensive&tag=billing&weeks=4&sort=interest",
}
# From the key until the frame after the one that shows what it found.
TYPE = """
letter => new Promise((done, failed) => {
    const field = document.getElementById("q"), results = document.getElementById("results");
    new MutationObserver((_changes, observer) => {
        observer.disconnect();
        requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - pressed)));
    }).observe(results, {childList: true, subtree: true, characterData: true});
    setTimeout(() => failed(Error("nothing was found")), 10_000);
    const pressed = performance.now();
    field.value += letter;
    field.dispatchEvent(new Event("input", {bubbles: true}));
})
"""


def measure(world: World) -> list[Line]:
    database, board_id = world.copy("finding"), world.boards[1000]
    _fill(database, board_id)
    path = f"/boards/{board_id}/items"
    with serving(database) as server:
        person = Person(server, world.cookies[0])
        person.open(path)
        ask = [partial(_seconds, person, f"{path}?{asked}") for asked in ("", *SEARCHES.values())]
        plain, *searches = in_turns(ROUNDS, *ask)
        lines = [
            compared(f"{ITEMS} items, search for {name}: p50 beside the list without", found, plain, "≤ 1.5")
            for name, found in zip(SEARCHES, searches, strict=True)
        ]
        with chromium() as browser:
            if browser is None:
                return [*lines, Line("from a key to what it finds", "needs Chromium")]
            page = visitor(browser, server, world.cookies[0]).new_page()
            keys = [_key(page, path) for _ in range(KEYS)]
    what = "… from a key to what it finds on the screen, 150 ms of waiting for more keys among it"
    return [*lines, Line(what, ms(median(keys)), goal="≤ 300 ms")]


def _fill(database: Path, board_id: int) -> None:
    app = create_app(database_url=f"sqlite:///{database}", **SETTINGS)
    with app.app_context():
        board = db.session.get_one(Board, board_id)
        db.session.execute(insert(Item), [item(board, n) for n in range(1000, ITEMS)])
        db.session.commit()
        db.session.remove()
        db.engine.dispose()


def _seconds(person: Person, path: str) -> float:
    """What is asked for while somebody types."""
    answer = person.ask(person.region(path, "section#results"))
    if answer.status != 200:
        raise RuntimeError(f"{path} answered {answer.status}")
    return answer.seconds


def _key(page: Page, path: str) -> float:
    page.goto(path)
    page.locator("#results .entries").wait_for()
    return float(page.evaluate(TYPE, "s")) / 1000

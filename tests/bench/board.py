"""The board's page beside the floor: time, bytes, statements."""

from functools import partial
from pathlib import Path

from sqlalchemy import event

from tests.bench.people import BROWSERS_ACCEPT, Person
from tests.bench.servers import SETTINGS, serving, serving_floor
from tests.bench.table import Line, compared, in_turns, kb
from tests.bench.world import World
from triage import create_app
from triage.database import db

ROUNDS = {60: 300, 200: 200, 1000: 60}


def measure(world: World) -> list[Line]:
    database = world.copy("board")
    frames, lines = database.parent, []
    with serving(database) as ours, serving_floor(database, frames, world.compression) as floor:
        person, stranger = Person(ours, world.cookies[0]), Person(floor, "")
        for size, rounds in ROUNDS.items():
            path = f"/boards/{world.boards[size]}"
            page = person.open(path)
            (frames / f"{world.boards[size]}.html").write_bytes(page.body)
            if stranger.get(path).body != page.body:
                raise RuntimeError("The floor's page is another than the application's: mend tests/bench/floor.py.")
            for encoding, goal in (("identity", "≤ 1.2"), (BROWSERS_ACCEPT, "")):
                used = person.get(path, encoding).headers.get("content-encoding", "not compressed")
                ask = [partial(who.seconds, path, encoding) for who in (person, stranger)]
                what = f"board page, {size} items, {used}: p50 beside the floor's"
                lines.append(compared(what, *in_turns(rounds, *ask), goal))
        path = f"/boards/{world.boards[200]}"
        lines.append(Line("page with 200 items, raw", kb(len(person.get(path).body)), goal="≤ 250 kB"))
        for encoding in ("zstd", "br", "gzip"):
            size = kb(len(person.get(path, encoding).body))
            lines.append(Line(f"page with 200 items, {encoding}", size, goal="≤ 25 kB"))
    counts = [statements(database, world.cookies[0], f"/boards/{world.boards[size]}") for size in (10, 200, 1000)]
    return [*lines, Line("statements for 10 · 200 · 1000 items", " · ".join(map(str, counts)), goal="constant, ≤ 8")]


def statements(database: Path, cookie: str, path: str) -> int:
    """How many a page sends to the database, BEGIN aside."""
    app = create_app(database_url=f"sqlite:///{database}", **SETTINGS)
    seen: list[str] = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    client = app.test_client()
    name, _equals, value = cookie.partition("=")
    client.set_cookie(name, value, domain="localhost")
    client.get(path)
    with app.app_context():
        db.engine.dispose()
    return sum(1 for statement in seen if not statement.startswith("BEGIN"))

"""One meeting of twelve: what each press costs until all screens have it, and the room's page in each phase."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import cycle
from pathlib import Path
from statistics import median

from tests.bench.board import statements
from tests.bench.people import BROWSERS_ACCEPT, Person
from tests.bench.rooms import Act, Table, begin, inside, lead
from tests.bench.servers import Server, serving
from tests.bench.table import Line, in_turns, kb, ms, percentile
from tests.bench.world import World, query
from triage.database import db
from triage.meetings.agenda import Phase
from triage.meetings.models import Meeting

PRESSES, WARM_UP = 144, 12
TURNS = 40
PAGES = 40
SIZES = (60, 200)
UP_FOR_BALLOT = "SELECT id FROM item WHERE board_id = ? AND category = 'inbox' ORDER BY id LIMIT 12"
SORTED = "SELECT id FROM item WHERE board_id = ? AND category IN ('cheap', 'expensive')"
OPEN = "SELECT id FROM item WHERE board_id = ?"


def measure(world: World) -> list[Line]:
    return [*_presses(world), *_pages(world)]


def _presses(world: World) -> list[Line]:
    """In a meeting on a board with 200 items that is led from the intake to the sort."""
    lines = [Line("meeting of 12 on a board of 200 items", "")]
    with _sitting(world, Phase.INTAKE) as (server, table, database):
        board_id = world.boards[200]
        intake, everything = query(database, UP_FOR_BALLOT, board_id), query(database, OPEN, board_id)
        lines += _pressed("ballot", server, partial(_ballot, table, intake))
    with _sitting(world, Phase.VOTE) as (server, table, database):
        lines += _pressed("dot", server, partial(_dot, table, everything))
    with _sitting(world, Phase.SORT) as (server, table, database):
        cards, categories = cycle(query(database, SORTED, board_id)), cycle(("cheap", "expensive", "inbox"))
        lines += _pressed("move", server, partial(_move, table, cards, categories), goal="≤ 20 ms")
        lines += _pressed("focus step", server, partial(_step, table, cycle(("next", "previous"))))
        lines += _pressed("phase change", server, partial(_turn, table, cycle(("back", "turn"))), TURNS)
    return lines


@contextmanager
def _sitting(world: World, phase: Phase) -> Iterator[tuple[Server, Table, Path]]:
    database = world.copy("meeting")
    with inside(f"sqlite:///{database}"):
        meeting = begin(world.boards[200])
        lead(meeting, phase)
        meeting_id = meeting.id
    with serving(database) as server:
        table = Table(server, meeting_id, world.cookies)
        yield server, table, database
        table.close()


def _pressed(
    what: str, server: Server, press: Callable[[int], Act], times: int = PRESSES, goal: str = ""
) -> list[Line]:
    for number in range(WARM_UP):
        press(number)
    before = server.cpu_seconds()
    acts = [press(number) for number in range(WARM_UP, WARM_UP + times)]
    used = (server.cpu_seconds() - before) / times
    if errors := [act.error for act in acts if act.error]:
        raise RuntimeError(errors[0])
    heard, pages = [act.heard for act in acts], sum(len(act.pages) for act in acts) / times
    lines = [
        Line(f"{what}: POST to the last of 12 streams, p50 · p99", _p50_p99(heard), goal="≤ 6 · 30 ms"),
        Line("… its own answer, p50", ms(median(act.answered for act in acts))),
        Line("… the server's processor, all asked for in answer included", ms(used), goal=goal),
        Line("… what a stream brings, not compressed", kb(median(n for act in acts for n in act.news))),
        Line("… screens that ask for their part anew", f"{pages:.1f}"),
    ]
    if shown := [act.shown for act in acts if act.pages]:
        lines.append(Line("… until the last of them has it, p50 · p99", _p50_p99(shown)))
    return lines


def _p50_p99(seconds: list[float]) -> str:
    return f"{ms(median(seconds))} · {ms(percentile(seconds, 99))}"


# Presses. Each changes what all see: a second ballot of one person would not.


def _ballot(table: Table, items: list[int], number: int) -> Act:
    """Everybody chooses for one item, then takes it back, and so on."""
    says = "cheap" if number // 12 % 2 == 0 else "none"
    return table.act(number % 12, f"{table.path}/ballots", **{says: items[number % 12]})


def _dot(table: Table, items: list[int], number: int) -> Act:
    """Everybody places three dots on items of their own, then takes them back."""
    item = items[number % 12 * 3 + number // 12 % 3]
    return table.act(number % 12, f"{table.path}/dots", **{"take" if number // 36 % 2 else "add": item})


def _move(table: Table, cards: Iterator[int], categories: Iterator[str], number: int) -> Act:
    return table.act(number % 12, f"/items/{next(cards)}/place", category=next(categories), after="")


def _step(table: Table, steps: Iterator[str], number: int) -> Act:
    return table.chair("focus", step=next(steps))


def _turn(table: Table, ways: Iterator[str], number: int) -> Act:
    """Back to the vote, and on to the sort again."""
    table.look()
    return table.chair("phase", **{next(ways): table.turn})


# The page


def _pages(world: World) -> list[Line]:
    databases = {size: world.copy(f"meeting-{size}") for size in SIZES}
    lines = [Line("the room's page, with boards of 60 · 200 items", "")]
    ids: dict[int, int] = {}
    for size, database in databases.items():
        with inside(f"sqlite:///{database}"):
            ids[size] = begin(world.boards[size]).id
    for phase in Phase:
        asks, sizes, counts = [], [], []
        for size, database in databases.items():
            with inside(f"sqlite:///{database}"):
                lead(db.session.get_one(Meeting, ids[size]), phase)
            counts.append(statements(database, world.cookies[1], f"/meetings/{ids[size]}"))
        with serving(databases[60]) as smaller, serving(databases[200]) as larger:
            for size, server in ((60, smaller), (200, larger)):
                path, person = f"/meetings/{ids[size]}", Person(server, world.cookies[1])
                raw, packed = person.open(path), person.get(path, BROWSERS_ACCEPT)
                sizes.append(f"{kb(len(raw.body))} / {kb(len(packed.body))}")
                asks.append(partial(person.seconds, path, BROWSERS_ACCEPT))
            times = in_turns(PAGES, *asks)
        lines += [
            Line(f"{phase}: p50", " · ".join(ms(median(of_size)) for of_size in times)),
            Line("… statements", " · ".join(map(str, counts)), goal="the same"),
            Line("… raw / compressed", " · ".join(sizes)),
        ]
    return lines

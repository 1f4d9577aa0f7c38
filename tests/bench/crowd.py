"""Eight people move cards on one board as fast as they can, while a ninth watches."""

import random
import re
import select
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import monotonic

from tests.bench.people import Person, Watcher
from tests.bench.servers import serving
from tests.bench.table import Line, ms, percentile
from tests.bench.world import World, query

CLIENTS = 8
SECONDS = 10
CATCH_UP_SECONDS = 2
CATEGORIES = ("inbox", "cheap", "expensive")
PLACES = "SELECT id, category, position FROM item WHERE board_id = ?"
DOUBLED = "SELECT count(*) - count(DISTINCT category || ' ' || position) FROM item WHERE board_id = ?"
CARD = re.compile(rb'id="item-(\d+)".*? data-category="(\w+)" data-position="(-?\d+)"')

Places = dict[int, tuple[str, int]]


@dataclass
class Client:
    """One of the eight. The cards it moves are its own, so it knows where each of them must be."""

    who: Person
    cards: list[int]
    all_cards: list[int]
    chance: random.Random
    acknowledged: dict[int, str] = field(default_factory=dict)
    answers: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)

    def move_until(self, end: float) -> None:
        while monotonic() < end:
            card, category = self.chance.choice(self.cards), self.chance.choice(CATEGORIES)
            after = self.chance.choice(self.all_cards)
            answer = self.who.post(f"/items/{card}/place", category=category, after="" if after == card else after)
            self.answers[answer.status] += 1
            self.seconds.append(answer.seconds)
            if answer.status == 204:
                self.acknowledged[card] = category


def measure(world: World) -> list[Line]:
    database, board_id = world.copy("crowd"), world.boards[200]
    screen = _places(database, board_id)
    with serving(database) as server:
        clients = [_client(Person(server, world.cookies[n]), board_id, list(screen), n) for n in range(CLIENTS)]
        watcher = Watcher(server, world.cookies[-1], f"/boards/{board_id}/live?cards=1&since=0")
        end = monotonic() + SECONDS
        with ThreadPoolExecutor(CLIENTS) as threads:
            moving = [threads.submit(client.move_until, end) for client in clients]
            _watch(watcher, screen, lambda: all(one.done() for one in moving))
        for one in moving:
            one.result()
        over = monotonic()
        order = _places(database, board_id)
        _watch(watcher, screen, lambda: screen == order or monotonic() > over + CATCH_UP_SECONDS)
        caught_up = ms(monotonic() - over) if screen == order else "never"
    seconds = [second for client in clients for second in client.seconds]
    wrong = sum(count for client in clients for status, count in client.answers.items() if status != 204)
    lost = sum(order[card][0] != last for client in clients for card, last in client.acknowledged.items())
    (doubled,) = query(database, DOUBLED, board_id)
    found = f"{wrong} · {lost} · {doubled}"
    return [
        Line("8 clients moving for 10 s: errors · lost moves · doubled positions", found, goal="0 · 0 · 0"),
        Line("… moves a second", f"{len(seconds) / SECONDS:.0f}"),
        Line("… p50 of a move", ms(median(seconds))),
        Line("… p95 of a move", ms(percentile(seconds, 95)), goal="≤ 25 ms"),
        Line("… until a watcher's order is the database's", caught_up, goal="≤ 2 s"),
    ]


def _client(who: Person, board_id: int, ids: list[int], number: int) -> Client:
    who.open(f"/boards/{board_id}")
    return Client(who, ids[number::CLIENTS], ids, random.Random(number))


def _watch(watcher: Watcher, screen: Places, is_over: Callable[[], bool]) -> None:
    """Put each card that arrives where it says it belongs."""
    while not is_over():
        if select.select([watcher], [], [], 0.05)[0]:
            for message in watcher.hear():
                for id, category, position in CARD.findall(message):
                    screen[int(id)] = (category.decode(), int(position))


def _places(database: Path, board_id: int) -> Places:
    return {id: (category, position) for id, category, position in query(database, PLACES, board_id)}

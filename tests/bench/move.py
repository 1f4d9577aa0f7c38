"""One move: beside the floor's, on the server's processor, and until the last of twelve screens has it."""

import select
from itertools import cycle
from statistics import median
from time import perf_counter

from tests.bench.people import Answer, Person, Watcher
from tests.bench.servers import serving, serving_floor
from tests.bench.table import Line, compared, in_turns, ms, percentile
from tests.bench.world import World, query

ROUNDS = 300
WATCHED_MOVES = 200


def measure(world: World) -> list[Line]:
    database, board_id = world.copy("move"), world.boards[200]
    ids = query(database, "SELECT id FROM item WHERE board_id = ?", board_id)
    with serving(database) as ours:
        person = Person(ours, world.cookies[0])
        person.open(f"/boards/{board_id}")
        mover = Mover(person, ids)
        with serving_floor(world.copy("move-floor"), database.parent, world.compression) as floor:
            times = in_turns(ROUNDS, mover.seconds, Mover(Person(floor, ""), ids).seconds)
        answer = mover.move()
        size = sum(len(name) + len(value) + 4 for name, value in answer.headers.items()) + len(answer.body)
        (since,) = query(database, "SELECT version FROM board WHERE id = ?", board_id)
        watchers = [Watcher(ours, cookie, f"/boards/{board_id}/live?cards=1&since={since}") for cookie in world.cookies]
        before = ours.cpu_seconds()
        delays, sizes = zip(*(mover.until_heard(watchers) for _ in range(WATCHED_MOVES)), strict=True)
        used = (ours.cpu_seconds() - before) / WATCHED_MOVES
    return [
        compared("move, one at a time: p50 beside the floor's", *times, "≤ 4"),
        Line("a move's answer, with its headers", f"{size} B", goal="≤ 3 kB"),
        Line("a move with 12 watching: the server's processor", ms(used) if used else "needs /proc", goal="≤ 20 ms"),
        Line("POST to the last of 12 streams, p50", ms(median(delays)), goal="≤ 6 ms"),
        Line("POST to the last of 12 streams, p99", ms(percentile(delays, 99)), goal="≤ 30 ms"),
        Line("a move as a watcher's stream brings it, not compressed", f"{median(sizes):.0f} B", goal="≤ 5 kB"),
    ]


class Mover:
    """Somebody who moves the next card to the top of another column each time."""

    def __init__(self, who: Person, ids: list[int]) -> None:
        self._who, self._cards, self._category = who, cycle(ids), cycle(("cheap", "expensive", "inbox"))

    def seconds(self) -> float:
        return self.move().seconds

    def move(self) -> Answer:
        self._who.send(self._next())
        return self._moved()

    def until_heard(self, watchers: list[Watcher]) -> tuple[float, int]:
        """Seconds from sending a move until every stream has brought it, and the size of what it brought."""
        self._who.send(self._next())
        waiting, size = set(watchers), 0
        while waiting:
            for watcher in select.select(waiting, [], [], 10)[0]:
                if messages := watcher.hear():
                    waiting.remove(watcher)
                    size = sum(map(len, messages))
        seconds = perf_counter() - self._who.sent_at
        self._moved()
        return seconds, size

    def _next(self) -> bytes:
        return self._who.form(f"/items/{next(self._cards)}/place", category=next(self._category), after="")

    def _moved(self) -> Answer:
        answer = self._who.answer()
        if answer.status != 204:
            raise RuntimeError(f"A move was answered {answer.status}: {answer.body[:300]!r}")
        return answer

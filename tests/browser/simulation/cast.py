"""Everybody at once: people over HTTP, each in a thread of their own while they act, and windows of real browsers."""

from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from random import Random
from threading import Barrier
from typing import Any

from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from tests.browser.acting import in_phase
from tests.browser.simulation.person import Person
from tests.browser.simulation.stream import until
from tests.serving import Server, session_cookie
from triage.database import db, reading
from triage.items.models import Item
from triage.rooms.models import Ritual

MEETING = 1


@dataclass
class Cast:
    """`here` are those of the people who are in the room; `cast` and `placed` what the windows have voted."""

    app: Flask
    machine: Server
    seed: int
    ritual: int = MEETING
    kind: type[Person] = Person
    people: dict[str, Person] = field(default_factory=dict)
    windows: dict[str, Page] = field(default_factory=dict)
    here: list[str] = field(default_factory=list)
    cast: dict[str, dict[int, str]] = field(default_factory=dict)
    placed: dict[str, Counter[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self.pool = ThreadPoolExecutor(16)

    def person(self, name: str, cookie: str = "") -> Person:
        """A browser of somebody over HTTP, which is not in the room yet."""
        cookie = cookie or f"triage={session_cookie(self.app, name.lower())}"
        return self.kind(name, self.machine.port, cookie, Random(f"{self.seed} {name}"), self.ritual)

    def enter(self, *people: Person) -> None:
        self.all(Person.enter, people)
        for person in people:
            self.people[person.name] = person
            self.here.append(person.name)

    def leave(self, name: str) -> None:
        self.here.remove(name)
        self.people[name].leave()

    def close(self) -> None:
        for person in self.people.values():
            person.leave()
        self.pool.shutdown()

    # Many at once

    def begin(self, act: Callable[[Person], Any], people: Iterable[Person] | None = None) -> list[Future[Any]]:
        """Everybody who is here begins, in an order of chance; the windows may act meanwhile."""
        acting = list(self.everybody if people is None else people)
        self.random.shuffle(acting)
        return [self.pool.submit(act, person) for person in acting]

    def all(self, act: Callable[[Person], Any], people: Iterable[Person] | None = None) -> list[Any]:
        return done(self.begin(act, people))

    def race(self, *acts: Callable[[], Any]) -> list[Any]:
        """All at the same moment."""
        line = Barrier(len(acts))

        def start(act: Callable[[], Any]) -> Any:
            line.wait(20)
            return act()

        return done([self.pool.submit(start, act) for act in acts])

    @property
    def everybody(self) -> list[Person]:
        return [self.people[name] for name in self.here]

    # What everybody sees

    def all_see(self, phase: str) -> None:
        """Every window shows the phase; every stream told of it; everybody who looks finds it."""
        for page in self.windows.values():
            in_phase(page, phase)
        turned = self.meeting().turned
        for person in self.everybody:
            person.stream.wait(
                lambda stream: stream.has_turned(turned),
                f"the turn to {phase} for {person.name}",
            )

        def found(person: Person) -> None:
            assert person.look().named["stage"]["data-phase"] == phase

        self.all(found)

    def all_windows(self, holds: Callable[[Page], None]) -> None:
        for page in self.windows.values():
            holds(page)

    # What the database has

    def read(self, query: Callable[[], Any]) -> Any:
        with self.app.app_context(), reading():
            try:
                return query()
            finally:
                db.session.remove()

    def meeting(self) -> Any:
        def load() -> Ritual:
            meeting = db.session.get_one(Ritual, self.ritual)
            _ = meeting.home, meeting.chair
            return meeting

        return self.read(load)

    def items(self) -> dict[int, Item]:
        """The board's, by id."""
        return self.read(lambda: {item.id: item for item in db.session.scalars(select(Item).where(Item.board_id == 1))})

    def wait(self, holds: Callable[[], object], what: str) -> None:
        """For rows."""
        until(lambda: self.read(holds), what)


def done(futures: Iterable[Future[Any]]) -> list[Any]:
    return [future.result(120) for future in futures]


def live(page: Page) -> None:
    expect(page.locator("html")).to_have_attribute("data-live", "live", timeout=60_000)

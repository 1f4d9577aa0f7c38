"""Real windows: Chromium, driven by Playwright, on a real server."""

import os
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.browser import looking_back
from tests.browser.acting import PHONE
from tests.chromium import chromium as a_chromium
from tests.meetings.conftest import walk
from tests.serving import serving, session_cookie
from triage import clock, create_app
from triage.boards.models import Board
from triage.commitments.drafts import CommitmentDraft
from triage.commitments.models import Commitment
from triage.commitments.sprints import Sprint
from triage.database import db
from triage.items.models import Item
from triage.meetings.agenda import Phase
from triage.meetings.models import Meeting
from triage.rooms.access import link_token
from triage.rooms.models import Ritual
from triage.teams.models import Team

Window = Callable[..., Page]

# What Chromium says of each answer that is a refusal, and of each that does not come.
REFUSED = ["the server responded with a status of 4", "SSE reconnect failed with status 4"]
NO_ANSWER = ["net::ERR_", "Failed to fetch", "network error"]

# Other things run on the machine too; what does not come at all is still found.
expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Where tests must all run (CI=true) a machine without one is a failure."""
    with a_chromium() as browser:
        if browser is None:
            missing = "No Chromium was found. Install it (apt install chromium) or set CHROMIUM to its path."
            pytest.fail(missing) if os.environ.get("CI") == "true" else pytest.skip(missing)
        yield browser


@pytest.fixture
def server(database_url: str) -> Iterator[str]:
    with serving(database_url, heartbeat_seconds=1, threads=96, streams_per_person=32) as address:
        yield address


@pytest.fixture
def app(database_url: str) -> Iterator[Flask]:
    """The same database seen from the test, to look whether what a screen says is so."""
    app = create_app(database_url=database_url, secret_key="a secret that is used in tests only", https=False)
    yield app
    app.extensions["bus"].close()
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def window(chromium: Browser, server: str, app: Flask) -> Iterator[Window]:
    """`window("lea", "/boards/1")`: a window of her own, signed in; `window("", …)`: of somebody who is not.

    No page may log an error or break the policy, unless the test cuts its line and says so: then it may say that no
    answer came (`may_lose_line`), or anything (`may_complain`). `first` is a script that runs before those of the page.
    """
    complaints: list[str] = []
    contexts = []

    def open_window(
        name: str,
        path: str,
        *,
        may_complain: bool = False,
        may_lose_line: bool = False,
        first: str = "",
        **options: object,
    ) -> Page:
        context = chromium.new_context(base_url=server, **options)  # type: ignore[arg-type]
        context.set_default_timeout(15_000)
        contexts.append(context)
        if name:
            context.add_cookies([{"name": "triage", "value": session_cookie(app, name), "url": server}])

        def watch(page: Page) -> None:
            page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
            page.on("console", lambda message: hear(page, message))

        def hear(page: Page, message: ConsoleMessage) -> None:
            said = [*REFUSED, *NO_ANSWER] if may_lose_line else REFUSED
            if message.type == "error" and not any(words in message.text for words in said):
                complaints.append(f"{page.url}: {message.text} ({message.location['url']})")

        if not may_complain:
            context.on("page", watch)
        page = context.new_page()
        if first:
            page.add_init_script(first)
        page.goto(path)
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def room(app: Flask) -> Callable[[Phase], str]:
    """`room(Phase.SORT)`: Lea's triage of Harbor has come so far, with four unsorted items; the path of its room."""

    def begin(phase: Phase) -> str:
        with app.app_context():
            board = db.session.get_one(Board, 1)
            if phase is Phase.REVIEW:
                promise(board)
            meeting = Meeting.live_on(board) or Meeting.start(board, by=board.team.decider)
            db.session.commit()
            walk(meeting, phase)
            return f"/meetings/{meeting.id}"

    return begin


@pytest.fixture
def retrospective(app: Flask) -> Callable[[str], str]:
    """`retrospective("vote")`: Lea's retrospective of Harbor has come so far; the path of its room.

    At the review two changes of the one before are asked about; from the vote on there are four notes of Lea and Max.
    """

    def begin(phase: str) -> str:
        with app.app_context():
            return f"/retrospectives/{looking_back.come_to(db.session.get_one(Team, 1), phase).id}"

    return begin


@pytest.fixture
def guests_vote(app: Flask) -> None:
    with app.app_context():
        db.session.get_one(Team, 1).guests_vote = True
        db.session.commit()


def promise(board: Board) -> None:
    """Max promised D-3 and D-4 three weeks ago."""
    team, now = board.team, clock.now()
    team.first_sprint_on = now.date() - timedelta(days=now.weekday(), weeks=8)
    max_ = next(user for user in team.committers if user.name == "Max")
    with clock.at(now - timedelta(weeks=3)):
        number = Sprint.current(team).number
        for item in (3, 4):
            draft = CommitmentDraft(owner=max_.id, sprint=number, done_when="It is done")
            Commitment.make(db.session.get_one(Item, item), draft, by=max_)


@pytest.fixture
def join(app: Flask, window: Window) -> Callable[..., Page]:
    """`join("/meetings/1", "Gus")`: a guest's phone, by the link."""

    def scan(room: str, name: str, **options: object) -> Page:
        with app.app_context():
            link = link_token(db.session.get_one(Ritual, int(room.rpartition("/")[2])))
        page = window("", f"/join/{link}", **PHONE | options)
        page.get_by_label("Your name").fill(name)
        page.get_by_role("button", name="Join").tap()
        page.wait_for_url(f"**{room}")
        return page

    return scan

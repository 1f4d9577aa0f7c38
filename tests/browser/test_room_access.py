"""The room for everyone: no barrier that axe knows, and no sideways scroll, in each phase and from each seat."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.acting import is_live
from triage.boards.category import Category
from triage.commitments.drafts import CommitmentDraft
from triage.commitments.models import Commitment
from triage.commitments.sprints import Sprint
from triage.database import db
from triage.items.drafts import ItemDraft
from triage.items.interest import Interest
from triage.items.models import Item
from triage.meetings import votes
from triage.meetings.agenda import Phase
from triage.meetings.models import Meeting
from triage.rooms.attendance import Attendance

pytestmark = [pytest.mark.parametrize("database_url", ["sqlite"], indirect=True), pytest.mark.timeout(300)]
# Each phase, and what it looks like after its reveal.
STATES = ["review", "intake", "intake revealed", "vote", "vote revealed", "sort", "commit", "close", "closed"]
LONG = "Thesessiontablehasnoindexthoughitisaskedateverysinglerequestbyeveryservice/and/each/of/its/workers"


@pytest.fixture
def come_to(app, room):
    """`come_to("vote revealed")`: with ballots, dots, interest, a long title, and everything else that can be seen."""

    def walk_on(state: str) -> str:
        phase, _space, revealed = state.partition(" ")
        if state == "closed":
            return closed(app)
        path = "/meetings/1" if revealed else room(Phase(phase))
        with app.app_context():
            meeting = db.session.get_one(Meeting, 1)
            furnish(meeting, phase, is_revealed=bool(revealed))
            db.session.commit()
        return path

    return walk_on


def furnish(meeting: Meeting, phase: str, *, is_revealed: bool) -> None:
    lea, team = meeting.chair, meeting.board.team
    max_ = Attendance.come(meeting, next(user for user in team.committers if user.name == "Max"))
    items = [db.session.get_one(Item, number) for number in (1, 2, 3, 4)]
    match phase, is_revealed:
        case "review", False:
            items[0].edit(ItemDraft(title=LONG, why="Hurry", fix="Time", size=3, tags=["storage"]), by=lea)
            team.guests_vote = True
            commitment = db.session.get_one(Commitment, 1)
            meeting.postpone_verdict(commitment, by=lea)
        case "intake", False:
            for item, category in zip(items, Category, strict=True):
                if category is not Category.INBOX:
                    votes.cast_ballot(max_, item, category)
        case "vote", False:
            Interest.log(items[1], 45, by=lea)
            for item in items[:2]:
                votes.add_dot(max_, item)
        case "intake", True:
            votes.reveal_ballots(meeting, seen=meeting.turn, by=lea)
        case "vote", True:
            votes.reveal_dots(meeting, seen=meeting.turn, by=lea)
        case "sort", _:
            items[0].rate(Category.CATASTROPHIC, by=lea)
        case "commit", _:
            number = Sprint.target(team).number
            draft = CommitmentDraft(owner=max_.user_id, sprint=number, done_when="It is done", size=99, over=True)
            Commitment.make(items[1], draft, by=lea)


def closed(app) -> str:
    with app.app_context():
        meeting = db.session.get_one(Meeting, 1)
        meeting.close(seen=meeting.turn, by=meeting.chair)
        db.session.commit()
    return "/meetings/1"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_phase_has_a_barrier_that_axe_knows_from_any_seat(window, come_to, join, scheme):
    found, seats = {}, {}
    rules = {"runOnly": ["color-contrast"]} if scheme == "dark" else None  # all else is the same in the dark
    for state in STATES:
        leave(seats)
        path = come_to(state)
        if not seats:
            look = {"color_scheme": scheme, "reduced_motion": "reduce"}
            seats = {"lea": window("lea", path, **look), "wall": window("lea", f"{path}/screen", **look)}
            if scheme == "light":
                seats |= {name: window(name, path, **look) for name in ("max", "obi")}
                seats["guest"] = join(path, "Gus", **look)
        for seat, page in seats.items():
            page.goto(f"{path}/screen" if seat == "wall" else path)
            if state != "closed":
                is_live(page)
            results = Axe().run(page, options=rules)
            if results.violations_count:
                found[state, seat] = results.generate_report()
    assert found == {}


@pytest.mark.parametrize(("width", "text"), [(320, 100), (640, 200)])
def test_no_phase_scrolls_sideways(window, come_to, join, width, text):
    found, seats = [], {}
    for state in STATES:
        leave(seats)
        path = come_to(state)
        if not seats:
            size = {"viewport": {"width": width, "height": 844}}
            seats = {name: window(name, path, **size) for name in ("lea", "obi")}
            seats["guest"] = join(path, "Gus", **size)
        for seat, page in seats.items():
            page.goto(path)
            page.evaluate(f"document.documentElement.style.fontSize = '{text}%'")
            if wide := too_wide(page):
                found.append((state, seat, wide))
    assert found == []


def leave(seats: dict[str, Page]) -> None:
    """A page that is open in the room goes on with it by itself, at the close to another address."""
    for page in seats.values():
        page.goto("about:blank")


def too_wide(page: Page) -> list[str]:
    """What stands out to the right, when the page scrolls sideways."""
    return page.evaluate(
        """() => {
            const root = document.documentElement;
            if (root.scrollWidth <= root.clientWidth) return [];
            const right = one => Math.round(one.getBoundingClientRect().right);
            return [...document.querySelectorAll("body *")]
                .filter(one => right(one) > root.clientWidth)
                .sort((a, b) => right(b) - right(a)).slice(0, 4)
                .map(one => `${one.tagName}.${one.className}#${one.id} ${right(one)} ${one.textContent.slice(0, 50)}`);
        }"""
    )


def test_dialogs_of_the_room_have_no_barrier(window, come_to):
    for state in ("review", "intake", "vote", "sort"):
        path = come_to(state)
    lea = window("lea", path, reduced_motion="reduce")  # half faded in, nothing has its contrast yet
    is_live(lea)
    found = {}
    for label in ("Commit…", "Refuse…", "Waive…", "Log interest…"):
        lea.locator("#focus").get_by_role("button", name=label).click()
        dialog = lea.get_by_role("dialog")
        dialog.wait_for()
        results = Axe().run(lea)
        if results.violations_count:
            found[label] = results.generate_report()
        dialog.get_by_text("Not now").click()
        dialog.wait_for(state="detached")
    lea.locator("#focus").press("?")
    lea.get_by_role("dialog", name="Keys of the room").wait_for()
    results = Axe().run(lea)
    assert found == {}
    assert results.violations_count == 0, results.generate_report()

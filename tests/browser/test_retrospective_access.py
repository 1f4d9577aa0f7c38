"""A retrospective for everyone: no barrier that axe knows, and no sideways scroll, in each phase and from each seat."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.acting import is_live
from tests.browser.looking_back import decide, person, write
from tests.browser.test_room_access import leave, too_wide
from triage.database import db
from triage.retrospectives import notes, review
from triage.retrospectives.agenda import Prompt
from triage.retrospectives.answers import Done
from triage.retrospectives.models import Retrospective
from triage.rooms.attendance import Attendance

pytestmark = [pytest.mark.parametrize("database_url", ["sqlite"], indirect=True), pytest.mark.timeout(300)]
# Each phase, what it looks like after its reveal, and the page of all of them.
STATES = [
    "review",
    "review revealed",
    "gather",
    "gather revealed",
    "vote",
    "vote revealed",
    "decide",
    "close",
    "closed",
    "index",
]
LONG = "Thesessiontablehasnoindexthoughitisaskedateverysinglerequestbyeveryservice/and/each/of/its/workers"


@pytest.fixture
def come_to(app, retrospective):
    """`come_to("vote revealed")`: with answers, notes, a group, dots, changes, and words that are too long."""

    def walk_on(state: str) -> str:
        phase, _space, revealed = state.partition(" ")
        if state in {"closed", "index"}:
            return finished(app, state)
        path = "/retrospectives/2" if revealed else retrospective(phase)
        with app.app_context():
            furnish(db.session.get_one(Retrospective, 2), phase, is_revealed=bool(revealed))
            db.session.commit()
        return path

    return walk_on


def furnish(retrospective: Retrospective, phase: str, *, is_revealed: bool) -> None:
    lea = retrospective.chair
    max_ = Attendance.come(retrospective, person(retrospective.team, "Max"))
    if is_revealed:
        retrospective.reveal(seen=retrospective.turn, by=lea)
        return
    match phase:
        case "review":
            retrospective.team.guests_vote = True
            change = review.ChangeReview.all_of(retrospective)[0].change_id
            for one, answer in ((max_, Done.YES), (Attendance.come(retrospective, lea), Done.NO)):
                review.cast_answer(one, change, answer, is_done=True)
        case "gather":
            write(retrospective)
            for one in (max_, Attendance.come(retrospective, lea)):
                notes.write(one, Prompt.SLOWED, f"Lea says that {LONG}", is_signed=True)
        case "vote":
            first, second, *_others = notes.Note.all_of(retrospective)
            notes.add_dot(max_, first)
            notes.same_as(retrospective, second, first)
        case "decide":
            decide(retrospective, LONG, debts="D-1")


def finished(app, state: str) -> str:
    with app.app_context():
        retrospective = db.session.get_one(Retrospective, 2)
        if not retrospective.is_closed:
            retrospective.close(seen=retrospective.turn, by=retrospective.chair)
            db.session.commit()
    return "/retrospectives/2" if state == "closed" else "/teams/1/retrospectives"


def seats_of(state: str, seats: dict) -> dict:
    """Those from whose seat a state looks like nothing that was seen already."""
    looking = {
        "obi": {"review", "gather", "vote revealed", "decide", "index"},
        "guest": {"review", "gather", "vote", "close"},
        "wall": {"review revealed", "gather revealed", "vote revealed", "decide"},
        "max": {"review revealed", "gather", "vote", "decide", "index"},
    }
    return {name: page for name, page in seats.items() if state in looking.get(name, STATES)}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_phase_has_a_barrier_that_axe_knows_from_any_seat(window, come_to, join, scheme):
    found, seats = {}, {}
    rules = {"runOnly": ["color-contrast"]} if scheme == "dark" else None  # all else is the same in the dark
    for state in STATES:
        leave(seats)
        path = come_to(state)
        if not seats:
            look = {"color_scheme": scheme, "reduced_motion": "reduce"}
            seats = {"lea": window("lea", path, **look)}
            if scheme == "dark":
                seats["max"] = window("max", path, **look, viewport={"width": 390, "height": 844})
            else:
                seats |= {"wall": window("lea", f"{path}/screen", **look), "obi": window("obi", path, **look)}
                seats["guest"] = join(path, "Gus", **look)
        for seat, page in seats_of(state, seats).items():
            page.goto(f"{path}/screen" if seat == "wall" else path)
            if state not in {"closed", "index"}:
                is_live(page)
            page.evaluate(
                "document.querySelectorAll('main details').forEach(one => { one.open = !one.matches('.move'); })"
            )
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
            seats = {"lea": window("lea", path, **size), "guest": join(path, "Gus", **size)}
        for seat, page in seats_of(state, seats).items():
            page.goto(path)
            page.evaluate(f"document.documentElement.style.fontSize = '{text}%'")
            for part in ("", ".judge", ".table", ".move"):  # as it comes, and with what opens on it
                page.evaluate(
                    "part => document.querySelectorAll(`main details${part}`).forEach(one => { one.open = !!part; })",
                    part,
                )
                if wide := too_wide(page):
                    found.append((state, seat, part, wide))
    assert found == []


def test_the_form_of_a_change_and_an_open_menu_have_no_barrier(window, come_to):
    for state in ("review", "review revealed", "gather", "gather revealed"):
        come_to(state)
    lea = window("lea", come_to("vote"), reduced_motion="reduce")
    is_live(lea)
    lea.locator(".group").last.get_by_text("Same as…").click()
    results = Axe().run(lea)
    assert results.violations_count == 0, results.generate_report()
    leave({"lea": lea})
    for state in ("vote revealed", "decide"):
        path = come_to(state)
    lea.goto(path)
    is_live(lea)
    lea.get_by_role("button", name="Decide on a change…").click()
    lea.get_by_role("dialog").get_by_role("button", name="Decide it").wait_for()
    results = Axe().run(lea)
    assert results.violations_count == 0, results.generate_report()

"""A whole retrospective out of a closed triage: two windows of real browsers and six people over HTTP.

What they answer, write, group and vote is left to chance, by a seed that a failure prints; at each reveal the totals
are counted anew from what each person did and from the rows.
"""

import re
from collections import Counter
from itertools import chain

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from tests.browser.acting import go_on
from tests.browser.looking_back import BEFORE, hold_one_before
from tests.browser.simulation.cast import Cast, done, live
from tests.browser.simulation.looker import Looker, all_pairs, groups, texts
from tests.browser.test_retrospective import decide, take
from tests.browser.test_retrospective import write as write_in
from tests.meetings.conftest import closed
from triage.boards.models import Board
from triage.database import db
from triage.events.models import Event
from triage.meetings.models import Meeting
from triage.retrospectives.changes import ProcessChange
from triage.retrospectives.models import Retrospective
from triage.retrospectives.notes import Note, NoteDot
from triage.retrospectives.review import ChangeReview, ReviewBallot
from triage.rooms.attendance import Attendance
from triage.teams.models import Team

SIX = ("Ana", "Ben", "Cem", "Dan", "Eva", "Fay")
OF_WINDOWS = {"Lea": "Pairing went well", "Max": "Builds are slow"}


@pytest.fixture
def closed_triage(server, app) -> int:
    """Lea, Max and the six were there. The team has held one retrospective, which decided on two changes."""
    with app.app_context():
        team = db.session.get_one(Team, 1)
        hold_one_before(team)
        meeting = Meeting.start(db.session.get_one(Board, 1), by=team.decider)
        for user in team.committers:
            if user.name in {"Lea", "Max", *SIX}:
                Attendance.come(meeting, user)
        db.session.commit()
        return closed(meeting).id


@pytest.mark.timeout(180)
def test_looking_back(window, closed_triage, machine, app, seed):
    cast = Cast(app, machine, seed, ritual=closed_triage + 1, kind=Looker)
    try:
        start(cast, window, closed_triage)
        for part in (review, gather, vote, decide_on_two, close, recount):
            part(cast)
    finally:
        cast.close()


def start(cast: Cast, window, closed_triage: int) -> None:
    lea = cast.windows["Lea"] = window("lea", f"/meetings/{closed_triage}/minutes")
    lea.get_by_role("button", name="Start a retrospective with the same people").click()
    lea.wait_for_url(f"**/retrospectives/{cast.ritual}")
    expect(lea.locator("#head .faces i")).to_have_count(8)
    expect(lea.locator("#head")).to_contain_text("1 here")
    all_in_view = {"width": 1280, "height": 3000}  # he drags one note onto another
    cast.windows["Max"] = window("max", f"/retrospectives/{cast.ritual}", viewport=all_in_view)
    cast.enter(*(cast.person(name) for name in SIX))
    for page in cast.windows.values():
        live(page)
        expect(page.locator("#head")).to_contain_text("8 here")


def reveal(cast: Cast, following: str) -> None:
    """Lea presses on two devices at once: one reveal."""
    devices = [cast.person("Lea") for _device in range(2)]
    pages = [device.open(device.room) for device in devices]
    answers = cast.race(
        *(lambda pair=pair: pair[0].press(pair[1], "Reveal").status for pair in zip(devices, pages, strict=True))
    )
    assert sorted(answers) == [204, 409]
    for device in devices:
        device.hang_up()
    expect(cast.windows["Lea"].locator("#head button.primary")).to_have_text(following)


def rows(cast: Cast, query) -> list:
    return cast.read(lambda: db.session.execute(query).all())


# Review


def review(cast: Cast) -> None:
    changes = [id for (id,) in rows(cast, select(ChangeReview.change_id))]
    assert len(changes) == 2

    def say(person: Looker) -> None:
        for change in changes:
            for keys in ((1, 2, 3), (4, 5, 6)):
                if person.random.random() < 0.9:
                    person.answer(person.look(), change, person.random.choice(keys))
        # One thinks again, or takes it back when it is the same.
        person.answer(person.look(), changes[0], person.random.choice((1, 2, 3)))
        person.look()

    saying = cast.begin(say)
    said = {}
    for name, page in cast.windows.items():
        for change in changes:
            for keys in ((1, 2, 3), (4, 5, 6)):
                button = page.locator(f'#asked-{change} [data-press="{cast.random.choice(keys)}"]')
                about, _, word = button.get_attribute("name").partition("_")
                button.click()
                expect(button).to_have_attribute("aria-pressed", "true")
                said[name, change, about] = word
    done(saying)
    for person in cast.everybody:
        said |= {(person.name, *what): word for what, word in person.answers.items()}
    for page in cast.windows.values():
        expect(page.locator("#head")).to_contain_text(f"{len({name for name, *_ in said})} of 8 have answered")
        expect(page.locator("#stage [aria-pressed=true]")).to_have_count(4)
    reveal(cast, "Next: Gather")
    for one in cast.read(lambda: db.session.scalars(select(ChangeReview)).all()):
        for about in ("done", "helped"):
            counted = Counter(
                word for (_name, change, what), word in said.items() if (change, what) == (one.change_id, about)
            )
            words = ("yes", "partly", "no") if about == "done" else ("yes", "no", "early")
            expected = [counted[word] for word in words]
            assert [getattr(one, f"{about}_{word}") for word in words] == expected
            for page in cast.windows.values():
                shown = page.locator(f'#asked-{one.change_id} [name^="{about}_"] small')
                expect(shown).to_have_text([f"{count} said so" for count in expected])
            if getattr(one, about) is None:  # as many said one as another: the team says which, and Max presses it
                max_ = cast.windows["Max"].locator(f'#asked-{one.change_id} [name="{about}_yes"]')
                max_.click()
                expect(max_).to_have_attribute("aria-pressed", "true")
    expect(cast.windows["Lea"].locator("#missing")).to_be_empty()
    go_on(cast.windows["Lea"], "Next: Gather")
    cast.all_see("gather")


# Gather


def gather(cast: Cast) -> None:
    """Everybody at once, while Max has half a note in his field."""
    max_ = cast.windows["Max"]
    max_.locator("#write-kept").press_sequentially("Half a tho")

    def put_down(person: Looker) -> None:
        for number in range(person.random.randint(1, 3)):
            person.write(f"{person.name}'s note {number}", is_signed=person.name == "Fay")
        person.reword(person.texts[0], f"{person.name} says it better")
        if len(person.texts) > 2:
            person.take_back(person.texts[-1])

    writing = cast.begin(put_down)
    for name, page in cast.windows.items():
        write_in(page, "slowed", OF_WINDOWS[name])
    done(writing)
    written = [*OF_WINDOWS.values(), *chain.from_iterable(person.texts for person in cast.everybody)]
    for name, page in cast.windows.items():
        expect(page.locator("#head")).to_contain_text(f"{len(written)} notes so far")
        expect(page.locator("#stage .words-of")).to_have_text([OF_WINDOWS[name]])
    expect(max_.locator("#write-kept")).to_have_value("Half a tho")
    for person in cast.everybody:
        assert not any(texts(one.data) for one in person.stream.messages), "a note was told before the reveal"
    reveal(cast, "Next: Vote")
    assert Counter(text for (text,) in rows(cast, select(Note.text))) == Counter(written)
    for page in cast.windows.values():
        expect(page.locator("#stage .words-of")).to_have_count(len(written))
        assert Counter(page.locator("#stage .words-of").all_inner_texts()) == Counter(written)
        expect(page.locator("#stage .slip small").first).to_have_text("Fay")
        assert set(page.locator("#stage .slip small").all_inner_texts()) == {"Fay"}
    expect(max_.locator("#write-kept")).to_have_value("Half a tho")
    go_on(cast.windows["Lea"], "Next: Vote")
    cast.all_see("vote")


# Vote


def vote(cast: Cast) -> None:
    """They group and place dots at the same time. Dots go with the notes that they were placed on."""
    notes = {id for (id,) in rows(cast, select(Note.id))}
    placed = {name: Counter() for name in cast.windows}

    def group_and_place(person: Looker) -> None:
        for _try in range(6):
            person.give(person.look(), person.random.choice([1, 1, 1, -1]))
            if person.random.random() < 0.2:
                person.say_the_same(person.look())

    acting = cast.begin(group_and_place)
    lea, max_ = cast.windows.values()
    place_one(lea, OF_WINDOWS["Max"], placed["Lea"])
    done(acting)
    by_text = {text: id for id, text in rows(cast, select(Note.id, Note.text))}
    mine = (by_text[OF_WINDOWS["Lea"]], by_text[OF_WINDOWS["Max"]])
    pairs = list(all_pairs(cast.everybody))
    if not any(set(mine) <= group for group in groups(pairs, notes)):
        settled(cast, max_, groups(pairs, notes))
        take(max_, OF_WINDOWS["Lea"], onto=OF_WINDOWS["Max"])
        pairs.append(mine)
    together = groups(pairs, notes)
    for page in cast.windows.values():
        settled(cast, page, together)
    place_one(max_, OF_WINDOWS["Lea"], placed["Max"])

    expected = Counter()
    for dots in [*placed.values(), *(person.dots for person in cast.everybody)]:
        for note, count in dots.items():
            expected[next(group for group in together if note in group)] += count
    expected = +expected
    of_rows = Counter()
    for note, count in rows(cast, select(NoteDot.note_id, NoteDot.count)):
        of_rows[next(group for group in together if note in group)] += count
    assert of_rows == expected
    for page in cast.windows.values():
        expect(page.locator("#head")).to_contain_text(f"{expected.total()} of 40 dots are placed")
        expect(page.locator("#stage .give i[data-on]")).to_have_count(1)
    reveal(cast, "Next: Decide")
    for page in cast.windows.values():
        expect(page.locator("#stage .total").first).to_be_visible()
        shown = page.locator("#stage .group").evaluate_all(
            "all => all.map(one => [Number(one.dataset.group), Number(one.querySelector('.total b').textContent)])"
        )
        assert [count for _lead, count in shown] == sorted((count for _lead, count in shown), reverse=True)
        assert {group_of(together, lead): count for lead, count in shown if count} == expected
    cast.totals = expected
    go_on(lea, "Next: Decide")
    cast.all_see("decide")


def group_of(together: set[frozenset[int]], note: int) -> frozenset[int]:
    return next(group for group in together if note in group)


def place_one(page: Page, text: str, placed: Counter) -> None:
    """By its own button. Its group may get another name meanwhile, so the answer says which note it was placed on."""
    group = page.locator("#stage .group", has=page.locator(".words-of", has_text=text))
    with page.expect_response("**/dots") as found:
        group.locator('button[name="add"]').click()
    assert found.value.ok
    sent = re.search(r"(?:^|&)add=(\d+)", found.value.request.post_data)
    placed[int(sent[1])] += 1


def settled(cast: Cast, page: Page, together: set[frozenset[int]]) -> None:
    """The rows have these groups, and the page shows them."""

    def of_rows() -> dict[int, set[int]]:
        found: dict[int, set[int]] = {}
        for id, same_as in db.session.execute(select(Note.id, Note.same_as_id)):
            found.setdefault(same_as or id, set()).add(id)
        return found

    cast.wait(lambda: set(map(frozenset, of_rows().values())) == together, "what was put together")
    expect(page.locator("#stage .group")).to_have_count(len(together))
    for lead, notes in cast.read(of_rows).items():
        expect(page.locator(f"#group-{lead} .slip")).to_have_count(len(notes))


# Decide and close


def decide_on_two(cast: Cast) -> None:
    """Max decides on one in his window, and three at once on another: one of them is in time."""
    decide(cast.windows["Max"], "Review on the same day")
    expect(cast.windows["Lea"].locator(".made .change")).to_have_count(1)

    def propose(person: Looker):
        form = person.fill(person.look(), "Decide on a change…")
        return lambda: person.send(form, what=f"{person.name}'s way", seen_by="It is quiet")

    answers = cast.race(*map(propose, [cast.people[name] for name in ("Ana", "Ben", "Cem")]))
    assert sorted(answer.status for answer in answers) == [204, 422, 422]
    assert sum("a third is one too many" in answer.text for answer in answers) == 2
    for page in cast.windows.values():
        expect(page.locator(".made .change")).to_have_count(2)
    go_on(cast.windows["Lea"], "Next: Close")
    cast.all_see("close")


def close(cast: Cast) -> None:
    def rate(person: Looker) -> None:
        assert person.press(person.look(), str(person.random.randint(1, 5)), "mine").is_done

    cast.all(rate)
    lea = cast.windows["Lea"]
    lea.locator("#mine").get_by_role("button", name="5", exact=True).click()
    expect(lea.locator("#mine [aria-pressed=true]")).to_have_text("5")
    go_on(lea, "Close the retrospective")
    for page in cast.windows.values():
        expect(page).to_have_url(re.compile(rf"/retrospectives/{cast.ritual}/minutes$"))
    turned = cast.meeting().turned
    for person in cast.everybody:
        person.stream.wait(lambda stream: stream.has_turned(turned), f"the close for {person.name}")


def recount(cast: Cast) -> None:
    """The minutes say what the rows say; and nothing says who wrote, answered or voted what."""
    ana = cast.people["Ana"]
    markdown = ana.ask("GET", f"{ana.room}/minutes.md").text

    def compare() -> None:
        changes = [change.what for change in ProcessChange.decided_in(db.session.get_one(Retrospective, cast.ritual))]
        assert len(changes) == 2
        for what in (*changes, *BEFORE):
            assert f"**{what}**" in markdown
        assert "8 people" in markdown
        leads = {note.id: note for note in db.session.scalars(select(Note).where(Note.same_as_id.is_(None)))}
        for group, count in cast.totals.items():
            lead = next(leads[note] for note in group if note in leads)
            assert lead.dots == count
            line = next(line for line in markdown.splitlines() if f"**{lead.text}" in line)
            assert re.search(rf"\b{count} dots?\b", line), line
        for table in (NoteDot, ReviewBallot):
            assert db.session.scalar(select(func.count()).select_from(table)) == 0
        assert set(db.session.scalars(select(Note.attendance_id))) == {None}
        assert set(db.session.scalars(select(Attendance.dots_spent))) == {0}
        events = db.session.scalars(select(Event).where(Event.by_id.is_not(None))).all()
        said = {text for (text,) in db.session.execute(select(Note.text))}
        assert not [event for event in events if said & set(map(str, (event.what or {}).values()))]

    cast.read(compare)
    assert [one for person in cast.everybody for one in person.stream.complaints] == []
    for person in cast.everybody:
        for message in person.stream.messages:
            assert not re.search(r'class="give"|id="(mine|room|dots-left)"', message.data), message
    assert [answer for answer in cast.machine.answers() if answer[0] >= 500] == []

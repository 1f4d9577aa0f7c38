"""A whole meeting of eighteen people on one server that is killed in the middle of it.

Twelve are people over HTTP, three sit at windows of real browsers, two guests came by the link (one on a phone, one
over HTTP), and a screen hangs on the wall. What they choose is left to chance, by a seed that a failure prints.
"""

import re
import time
from collections import Counter
from itertools import chain

import pytest
from playwright.sync_api import expect

from tests.browser.acting import PHONE, add_dot, choose, dots, drag, go_on, in_phase
from tests.browser.simulation.cast import MEETING, Cast, done, live
from tests.browser.simulation.person import Answer, Away, Person
from tests.browser.simulation.recount import Recount
from tests.browser.simulation.sheet import Sheet
from tests.browser.simulation.world import (
    EXITLESS,
    TWELVE,
    WAIVED,
    until,
)
from triage.boards.category import Category
from triage.database import db
from triage.items.models import Item
from triage.meetings import guards
from triage.meetings.agenda_item import AgendaItem, Standing
from triage.meetings.ballot import Split
from triage.rooms.dots import placed as dots_placed

ROOM = f"/meetings/{MEETING}"
CATEGORIES = ("cheap", "expensive", "catastrophic")
ALL_SAY = {1: "cheap", 2: "expensive", 3: "catastrophic"}


@pytest.mark.timeout(300)
def test_thirty_minutes(window, machine, app, seed):
    cast = Cast(app, machine, seed)
    try:
        start(cast, window)
        for part in (review, intake, vote, sort, commit, close, recount):
            began = time.monotonic()
            part(cast)
            print(f"{part.__name__}: {time.monotonic() - began:.1f} s")
    finally:
        cast.close()


# Beginning


def start(cast: Cast, window) -> None:
    cast.items_before = cast.items()
    lea = cast.windows["Lea"] = window("lea", "/boards/1/meetings", may_lose_line=True)
    lea.get_by_role("button", name="Start triage").click()
    lea.wait_for_url(f"**{ROOM}")
    for name in ("Max", "Nora"):
        cast.windows[name] = window(name.lower(), ROOM, may_lose_line=True)
    # A window of its own: Chromium draws once a second in a tab that is behind another.
    wall = cast.windows["wall"] = window("lea", f"{ROOM}/screen", may_lose_line=True)
    cast.enter(*(cast.person(name) for name in TWELVE if name != "Ida"))
    link = re.search(r"/join/\S+", wall.locator("#invite-name").inner_text())[0]
    phone = cast.windows["Gus"] = window("", link, may_lose_line=True, **PHONE)
    phone.get_by_label("Your name").fill("Gus")
    phone.get_by_role("button", name="Join").tap()
    phone.wait_for_url(f"**{ROOM}")
    gia = cast.person("Gia", cookie="none=")
    form = gia.open(link).forms[0]
    gia.post(link, form.fields | {"name": "Gia"})
    cast.enter(gia)
    for page in cast.windows.values():
        live(page)
        page.evaluate("window.stayed = true")
    # Lea, Max, Nora, eleven of the twelve, Gus and Gia.
    cast.all_windows(lambda page: expect(page.locator("#head")).to_contain_text("16 here"))
    cast.placed = {name: Counter() for name in ("Lea", "Max", "Nora", "Gus")}
    cast.cast = {name: {} for name in cast.placed}


# Review


def review(cast: Cast) -> None:
    lea, max_ = cast.windows["Lea"], cast.windows["Max"]
    in_phase(lea, "review")
    lea.locator("#due-1").get_by_role("button", name="Kept").click()
    max_.locator("#due-2").get_by_role("button", name="Missed…").click()
    dialog = max_.get_by_role("dialog", name="What became of")
    dialog.get_by_label("In one line, why").fill("The vendor was late")
    lea.locator("#due-3").get_by_role("button", name="Postpone to the close").click()
    for page in cast.windows.values():
        expect(page.locator("#due-1 .said")).to_contain_text("Kept")
        expect(page.locator("#due-3")).to_contain_text("postponed to the close")
    expect(dialog.get_by_label("In one line, why")).to_have_value("The vendor was late")
    dialog.get_by_role("button", name="Missed").click()
    cast.all_windows(lambda page: expect(page.locator("#due-2 .said")).to_contain_text("The vendor was late"))
    go_on(lea)
    cast.all_see("intake")


# Intake


def intake(cast: Cast) -> None:
    add_in_silence(cast)
    ida_joins_late(cast)
    ballot(cast)
    cast.leave("Hal")
    reveal_ballots(cast)


def add_in_silence(cast: Cast) -> None:
    """Several at once, while Nora is typing hers."""
    nora = cast.windows["Nora"]
    field = nora.get_by_label("Report a debt")
    field.type("Retries have")

    def add(person: Person) -> None:
        sheet = person.look()
        form = next(one for one in sheet.forms if one.action == "/boards/1/items")
        assert person.post(form.action, form.fields | {"title": f"{person.name} waits for builds"}).is_done

    cast.all(add, [cast.people[name] for name in ("Ana", "Ben", "Cem", "Dan")])
    field.press_sequentially(" no limit")
    expect(field).to_have_value("Retries have no limit")
    field.press("Enter")
    expect(field).to_have_value("")
    for page in cast.windows.values():
        expect(page.locator("#stage .row")).to_have_count(10)  # four old, four and one new, one ended waiver


def ida_joins_late(cast: Cast) -> None:
    ida = cast.person("Ida")
    cast.enter(ida)
    said = "While you were away: 5 reported, 1 kept, 1 missed, 1 paid down."
    ida.stream.wait(lambda stream: any(said in one.data for one in stream.messages), f"“{said}”")
    cast.all_windows(lambda page: expect(page.locator("#head")).to_contain_text("17 here"))


def ballot(cast: Cast) -> None:
    asked = [id for id, item in cast.items().items() if item.category is Category.INBOX] + [WAIVED]
    open_to_chance = [id for id in asked if id not in ALL_SAY]

    def cast_all(person: Person) -> None:
        sheet = person.look()
        for item in asked:
            if item in ALL_SAY:
                assert person.cast(sheet, item, ALL_SAY[item]).is_done
            elif person.random.random() < 0.85:
                assert person.cast(sheet, item, person.random.choice(CATEGORIES)).is_done
        # Some think again, and some take one back.
        sheet = person.look()
        for item in person.random.sample(open_to_chance, 2):
            was, category = person.ballots.get(item), person.random.choice(CATEGORIES)
            assert person.cast(sheet, item, category).is_done
            assert (item not in person.ballots) == (was == category)
        person.look()

    others = cast.begin(cast_all)
    for name in ("Lea", "Max", "Nora", "Gus"):
        for item in [*ALL_SAY, *cast.random.sample(open_to_chance, 2)]:
            category = ALL_SAY.get(item) or cast.random.choice(CATEGORIES)
            choose(cast.windows[name], item, category)
            cast.cast[name][item] = category
    taken_back = next(id for id in cast.cast["Max"] if id not in ALL_SAY)
    choose(cast.windows["Max"], taken_back, cast.cast["Max"].pop(taken_back))
    done(others)
    cast.all_windows(lambda page: expect(page.locator("#head")).to_contain_text("17 of 17 have chosen"))
    for name, mine in cast.cast.items():
        pressed = cast.windows[name].locator('.ballot [aria-pressed="true"]')
        expect(pressed).to_have_count(len(mine))
        shown = pressed.evaluate_all(
            "all => all.map(one => [one.closest('[id^=candidate]').id.slice(10), one.dataset.category])"
        )
        assert {int(item): category for item, category in shown} == mine
    expect(cast.windows["wall"].locator(".ballot, .give, [aria-pressed]")).to_have_count(0)


def reveal_ballots(cast: Cast) -> None:
    """Lea presses on two devices at once: one reveal, and then exactly one phase further."""
    expected: dict[int, Counter[str]] = {}
    for mine in chain((person.ballots for person in cast.people.values()), cast.cast.values()):
        for item, category in mine.items():
            expected.setdefault(item, Counter())[category] += 1
    press_on_two_devices(cast, "Reveal")
    cast.all_windows(lambda page: expect(page.locator("#candidate-1")).to_contain_text("All say cheap."))
    agenda = cast.read(lambda: AgendaItem.all_of(cast.meeting()))
    assert {one.item_id: one.split for one in agenda if one.split.count} == {
        item: Split(**counts) for item, counts in expected.items()
    }
    press_on_two_devices(cast, "Next: Vote")
    cast.all_see("vote")


def press_on_two_devices(cast: Cast, label: str) -> None:
    devices = [cast.person("Lea") for _device in range(2)]
    sheets = [device.look_at(cast.cast["Lea"]) for device in devices]
    answers = cast.race(
        *(lambda pair=pair: pair[0].press(pair[1], label).status for pair in zip(devices, sheets, strict=True))
    )
    assert sorted(answers) == [204, 409]
    for device in devices:
        device.hang_up()


# Vote


def vote(cast: Cast) -> None:
    votables = [id for id, item in cast.items().items() if item.is_open]
    voting = cast.begin(lambda person: place_up_to_the_budget(person, votables))
    place_in_windows(cast, votables)
    cast.wait(lambda: dots_placed(cast.meeting()) > 12, "a dozen dots")
    kill_and_restart(cast, votables)
    done(voting)
    everyone_is_where_they_were(cast)
    above_the_budget_on_two_devices(cast, votables)
    fewer_dots_are_refused(cast)
    reveal_dots(cast)


def place_up_to_the_budget(person: Person, votables: list[int]) -> None:
    """Eight tries of a dot, of which five at most can work, and now and then one taken back. The server may go."""
    sheet = person.look_again()
    for _try in range(8):
        item, step = person.random.choice(votables), person.random.choice([1, 1, 1, -1])
        allowed = person.dots[item] > 0 if step < 0 else person.dots.total() < 5 and person.dots[item] < 3
        try:
            answer = person.dot(sheet, item, step)
        except Away:
            sheet = person.look_again()
            continue
        assert answer.is_done == allowed, f"{person.name}: {step} on {item} at {person.dots}: {answer}"
        assert answer.is_done or answer.status == 422
    person.look_again()


def place_in_windows(cast: Cast, votables: list[int]) -> None:
    for name in ("Lea", "Nora", "Gus"):
        item = cast.random.choice(votables)
        add_dot(cast.windows[name], item)
        cast.placed[name][item] += 1


def kill_and_restart(cast: Cast, votables: list[int]) -> None:
    nora = cast.windows["Nora"]
    cast.machine.kill()
    cast.all_windows(lambda page: expect(page.locator("live-sign").first).not_to_have_text("Live"))
    free = next(item for item in votables if not cast.placed["Nora"][item])
    nora.locator(f'#votable-{free} button[name="add"]').click()
    expect(nora.get_by_text("Not saved")).to_be_visible()
    expect(dots(nora, free)).to_have_count(0)
    cast.machine.start()
    cast.all_windows(live)
    add_dot(nora, free)
    cast.placed["Nora"][free] += 1
    expect(nora.get_by_text("Not saved")).to_have_count(0)


def everyone_is_where_they_were(cast: Cast) -> None:
    for person in cast.everybody:
        person.stream.wait(lambda stream: stream.lines > 1, f"{person.name}, who comes back")
    total = sum(person.dots.total() for person in cast.people.values())
    total += sum(mine.total() for mine in cast.placed.values())
    assert cast.read(lambda: dots_placed(cast.meeting())) == total
    for name, mine in cast.placed.items():
        page = cast.windows[name]
        assert page.evaluate("window.stayed") is True
        in_phase(page, "vote")
        expect(page.locator("#stage .give i[data-on]")).to_have_count(mine.total())
    expect(cast.windows["Lea"].locator("#head")).to_contain_text(f"{total} of 85 dots are placed")


def above_the_budget_on_two_devices(cast: Cast, votables: list[int]) -> None:
    """Kim has a phone too, and presses on both at once."""
    kim = cast.people["Kim"]
    phone = cast.person("Kim")
    sheet = kim.look()
    pressing = cast.random.sample(votables, 6)

    def press(device: Person, items: list[int]) -> list[int]:
        done_on = []
        for item in items:
            button = next(one for one in sheet.buttons_in(f"votable-{item}") if "add" in one.value)
            if device.push(sheet, button).is_done:
                done_on.append(item)
        return done_on

    phone.dots = kim.dots
    phone.look()
    placed = cast.race(lambda: press(kim, pressing[:3]), lambda: press(phone, pressing[3:]))
    kim.dots.update(chain(*placed))
    assert kim.dots.total() == 5 or len(list(chain(*placed))) == 6
    kim.look()
    phone.look()
    phone.hang_up()


def fewer_dots_are_refused(cast: Cast) -> None:
    lea = cast.windows["Lea"]
    lea.get_by_role("button", name="Change the dots…").click()
    dialog = lea.get_by_role("dialog", name="Dots in this triage")
    dialog.get_by_label("Dots for each person").fill("1")
    dialog.get_by_label("Most on one item").fill("1")
    dialog.get_by_role("button", name="Change them").click()
    expect(dialog.get_by_text("placed more than 1 dot")).to_be_visible()
    dialog.get_by_text("Leave them").click()
    expect(dialog).to_have_count(0)


def reveal_dots(cast: Cast) -> None:
    expected: Counter[int] = Counter()
    for mine in chain((person.dots for person in cast.people.values()), cast.placed.values()):
        expected.update(mine)
    go_on(cast.windows["Lea"])
    for page in cast.windows.values():
        expect(page.locator("#stage .total").first).to_be_visible()
        shown = page.locator("#stage .row").evaluate_all(
            "rows => rows.map(row => [row.id.slice(8), row.querySelector('.total b').textContent])"
        )
        assert {int(item): int(total) for item, total in shown if total != "0"} == +expected
    agenda = cast.read(lambda: AgendaItem.all_of(cast.meeting()))
    assert {one.item_id: one.dots for one in agenda if one.dots} == +expected
    two_chairs_race(cast)


def two_chairs_race(cast: Cast) -> None:
    """Ana and Ben both take the chair and press Next, of the same turn: exactly one phase further."""
    ana, ben = cast.people["Ana"], cast.people["Ben"]
    turn = cast.meeting().turn

    def drive(person: Person) -> int:
        sheet = person.look()
        if sheet.has("Take the chair"):
            assert person.press(sheet, "Take the chair").is_done
        return person.post(f"{ROOM}/phase", {"turn": turn}).status

    answers = cast.race(lambda: drive(ana), lambda: drive(ben))
    assert sorted(answers) in ([204, 409], [204, 422]), answers
    meeting = cast.meeting()
    assert (meeting.turn, meeting.phase) == (turn + 1, "sort")
    cast.all_see("sort")
    # Then five want the chair at once, and Lea has it back.
    takers = [cast.people[name] for name in ("Cem", "Dan", "Eva", "Fay", "Gil")]

    def take(person: Person) -> None:
        assert person.post(f"{ROOM}/chair", {}).is_done

    cast.race(*(lambda taker=taker: take(taker) for taker in takers))
    assert cast.meeting().chair_name in {taker.name for taker in takers}
    lea = cast.windows["Lea"]
    lea.get_by_role("button", name="Take the chair").click()
    for name in ("Max", "Nora", "Gus"):
        expect(cast.windows[name].locator("#head")).to_contain_text("Lea has the chair")
    expect(lea.locator("#head button.primary")).to_contain_text("Next")


# Sort


def sort(cast: Cast) -> None:
    by_key_by_dialog_and_with_an_exit(cast)
    by_drag_and_an_undo(cast)
    by_menu_while_others_sort(cast)
    give_the_rest_their_exits(cast)
    through_the_agenda(cast)


def waiting(cast: Cast) -> list[AgendaItem]:
    agenda = cast.read(lambda: AgendaItem.all_of(cast.meeting()))
    return [one for one in agenda if one.standing is Standing.WAITING and one.item.is_open]


def focus(cast: Cast) -> int:
    return cast.meeting().focus_id


def all_show_focus(cast: Cast, item: int) -> None:
    code = cast.items()[item].code
    cast.all_windows(lambda page: expect(page.locator("#focus-name .code")).to_have_text(code))


def show_an_inbox_item(cast: Cast) -> int:
    """Lea goes on until one is in focus that is in the inbox and needs words to be expensive."""
    lea = cast.windows["Lea"]
    items = cast.items()
    chosen = next(one.item_id for one in waiting(cast) if items[one.item_id].category is Category.INBOX)
    lea.locator(".agenda").get_by_role("button", name=items[chosen].code).click()
    all_show_focus(cast, chosen)
    return chosen


def by_key_by_dialog_and_with_an_exit(cast: Cast) -> None:
    lea, max_ = cast.windows["Lea"], cast.windows["Max"]
    all_show_focus(cast, focus(cast))
    cheap = show_an_inbox_item(cast)
    max_.locator("body").press("1")
    cast.all_windows(lambda page: expect(page.locator("#focus .badge")).to_have_text("Cheap"))
    lea.locator("body").press("j")
    cast.wait(lambda: cast.meeting().focus_id != cheap, "the next in focus")

    expensive = show_an_inbox_item(cast)
    max_.locator("body").press("2")
    dialog = max_.get_by_role("dialog")
    dialog.get_by_label("Why", exact=True).fill("We did not know better")
    dialog.get_by_label("What fixing requires").fill("A week of somebody")
    dialog.get_by_role("button", name="Move to expensive").click()
    cast.all_windows(lambda page: expect(page.locator("#focus .badge")).to_have_text("Expensive"))
    cast.all_windows(lambda page: expect(page.locator("#focus")).to_contain_text("We did not know better"))
    assert cast.items()[expensive].category is Category.EXPENSIVE

    catastrophic = show_an_inbox_item(cast)
    max_.locator("body").press("3")
    cast.all_windows(lambda page: expect(page.locator("#focus .badge")).to_have_text("Catastrophic"))
    lea.locator("#focus").get_by_role("button", name="Waive…").click()
    dialog = lea.get_by_role("dialog", name="Waive")
    dialog.get_by_label("Until, that day included").fill(until(days=40).isoformat())
    dialog.get_by_label("Why may it stand until then?").fill("The office moves first")
    dialog.get_by_role("button", name="Waive it").click()
    expect(dialog).to_have_count(0)
    expect(lea.locator("#focus").get_by_role("button", name="Waive…")).to_have_count(0)
    assert cast.items()[catastrophic].category is Category.CATASTROPHIC


def by_drag_and_an_undo(cast: Cast) -> None:
    """Nora drags a card, and Cem takes it back."""
    nora, cem = cast.windows["Nora"], cast.people["Cem"]
    card = next(item for item in cast.items().values() if item.category is Category.INBOX and item.is_open)
    drag(nora, card.number, onto=nora.locator("#cheap [data-cards]"))
    for name in ("Lea", "Max", "Nora"):
        expect(cast.windows[name].locator(f"#cheap #item-{card.id}")).to_be_attached()
    sheet = cem.look()
    assert f"Nora moved {card} from Inbox to Cheap" in sheet.words
    assert cem.press(sheet, "Undo").is_done
    for name in ("Lea", "Max", "Nora"):
        expect(cast.windows[name].locator(f"#inbox #item-{card.id}")).to_be_attached()


def by_menu_while_others_sort(cast: Cast) -> None:
    """Everybody at once, on the same few cards."""
    lea = cast.windows["Lea"]
    inbox = [item.id for item in cast.items().values() if item.category is Category.INBOX and item.is_open]
    by_menu, others = inbox[0], inbox[1:]

    def move_some(person: Person) -> None:
        if person.name == "Gia":
            return
        sheet = person.look()
        for item in person.random.sample(others, min(2, len(others))):
            category = person.random.choice(["cheap", "catastrophic"])
            button = next(
                one
                for one in sheet.buttons_in(f"item-{item}")
                if one.attributes.get("value") == category and "/place?" in one.action
            )
            # Who was slower is told who was faster.
            assert person.push(sheet, button).status in {204, 303, 409}

    moving = cast.begin(move_some)
    menu = lea.locator(f"#item-{by_menu}")
    menu.hover()
    menu.get_by_text("Move to…").click()
    menu.get_by_role("button", name="Cheap").click()
    done(moving)
    cast.wait(lambda: db.session.get_one(Item, by_menu).category is Category.CHEAP, "Lea's move")
    left = [id for id in others if cast.items()[id].category is Category.INBOX]
    ana = cast.people["Ana"]
    for item in left:
        assert ana.post(f"/items/{item}/place", {"category": "cheap"}).is_done
    items = cast.items()
    for name in ("Lea", "Max", "Nora"):
        for item in inbox:
            place = f"#{items[item].category} #item-{item}"
            expect(cast.windows[name].locator(place)).to_be_attached()


def exitless(cast: Cast) -> list[int]:
    return [item.id for item in cast.read(lambda: guards.exitless(cast.meeting()))]


def give_the_rest_their_exits(cast: Cast) -> None:
    """One is refused, one is postponed to commit, and the others are committed by many at once."""
    dan, lea = cast.people["Dan"], cast.windows["Lea"]
    form = dan.dialog(f"/items/{EXITLESS}/refusal")
    assert dan.send(form, reason="Tests were written").is_done
    put_off = WAIVED if WAIVED in exitless(cast) else exitless(cast)[0]
    lea.locator(".agenda").get_by_role("button", name=cast.items()[put_off].code + " ").click()
    all_show_focus(cast, put_off)
    lea.locator("#focus").get_by_role("button", name="Postpone to commit").click()

    def promise(person: Person, item: int) -> Answer:
        return person.send(person.dialog(f"/items/{item}/commitments"), done_when="It is gone", size="")

    others = [item for item in exitless(cast) if item != put_off]
    owners = cast.random.sample(cast.everybody[:10], len(others))
    acts = [lambda pair=pair: promise(*pair) for pair in zip(owners, others, strict=True)]
    if acts:
        assert all(answer.is_done for answer in cast.race(*acts))
    cast.put_off = put_off


def through_the_agenda(cast: Cast) -> None:
    lea = cast.windows["Lea"]
    while (here := focus(cast)) is not None:
        all_show_focus(cast, here)
        lea.locator("body").press("j")
        cast.wait(lambda here=here: cast.meeting().focus_id != here, "the next in focus")
        if focus(cast) == cast.put_off and len(waiting(cast)) == 1:
            break
    go_on(lea)
    cast.all_see("commit")


# Commit


def commit(cast: Cast) -> None:
    proposed = propose_and_accept(cast)
    eva = cast.people["Eva"]
    sheet = eva.look()
    form = eva.fill(sheet, "Commit…", f"pick-{cast.put_off}")
    assert eva.send(form, done_when="It has an exit", size="").is_done
    for page in cast.windows.values():
        expect(page.locator(f"#pick-{cast.put_off}")).to_contain_text("Eva")
    promise_too_much(cast, proposed)
    go_on(cast.windows["Lea"])
    cast.all_see("close")


def free_picks(cast: Cast) -> list[int]:
    rows = cast.windows["Max"].locator("#stage [id^=pick-]", has=cast.windows["Max"].locator('[data-press="c"]'))
    ids = rows.evaluate_all("rows => rows.map(row => Number(row.id.slice(5)))")
    return [id for id in ids if id != cast.put_off]


def propose_and_accept(cast: Cast) -> int:
    """Max asks Nora, who says yes in her own window."""
    max_, nora = cast.windows["Max"], cast.windows["Nora"]
    item = free_picks(cast)[0]
    max_.locator(f"#pick-{item}").focus()
    max_.locator(f"#pick-{item}").press("c")
    dialog = max_.get_by_role("dialog", name="Commit to")
    dialog.get_by_label("Done when").fill("Anyone can see it")
    dialog.get_by_label("Owner").select_option("Nora")
    dialog.get_by_label("Size").fill("2")
    dialog.get_by_role("button", name="Commit to it").click()
    expect(dialog).to_have_count(0)
    cast.all_windows(lambda page: expect(page.locator(f"#pick-{item}")).to_contain_text("asked"))
    nora.locator("#mine").get_by_role("button", name="Yes, I take it").click()
    for page in cast.windows.values():
        expect(page.locator(f"#pick-{item}")).to_contain_text("Nora")
        expect(page.locator(f"#pick-{item}")).not_to_contain_text("asked")
    expect(nora.get_by_text("You are asked to take")).to_have_count(0)
    return item


def promise_too_much(cast: Cast, taken: int) -> None:
    ana = cast.people["Ana"]
    item = next(item for item in free_picks(cast) if item != taken)
    form = ana.fill(ana.look(), "Commit", f"pick-{item}")
    refused = ana.send(form, done_when="All of it", size="7")
    assert refused.status == 422
    assert "Commit anyway" in refused.text
    again = Sheet(refused.text).forms[0]
    assert again.fields["done_when"] == "All of it"
    assert ana.send(again).is_done
    for page in cast.windows.values():
        expect(page.locator(".promises")).to_contain_text("over the debt budget")


# Close


def close(cast: Cast) -> None:
    lea, phone = cast.windows["Lea"], cast.windows["Gus"]
    lea.locator("#due-3").get_by_role("button", name="Partly…").click()
    dialog = lea.get_by_role("dialog", name="What became of")
    dialog.get_by_label("In one line, why").fill("One clock is gone")
    dialog.get_by_role("button", name="Partly").click()
    cast.all_windows(lambda page: expect(page.locator("#due-3 .said")).to_contain_text("One clock is gone"))

    def answer(person: Person) -> int:
        worth = person.random.randint(1, 5)
        assert person.post(f"{ROOM}/pulse", {"worth": worth}).is_done
        return worth

    worth = cast.all(answer)
    phone.locator("#mine").get_by_role("button", name="4", exact=True).tap()
    expect(phone.locator("#mine").get_by_role("button", name="4", exact=True)).to_have_attribute("aria-pressed", "true")
    cast.worth = [*worth, 4]
    in_phase(lea, "close")
    go_on(lea)
    for name in ("Lea", "Max", "Nora"):
        # Lea's window is sent there twice, by the answer to her press and by what all hear.
        expect(cast.windows[name]).to_have_url(re.compile(f"{ROOM}/minutes$"))
    expect(cast.windows["wall"].get_by_text("Closed at")).to_be_visible()
    expect(phone.get_by_role("heading", name="The triage is over")).to_be_visible()
    turned = cast.meeting().turned
    for person in cast.everybody:
        person.stream.wait(
            lambda stream: stream.has_turned(turned),
            f"the close for {person.name}",
        )


# What is left


def recount(cast: Cast) -> None:
    """The minutes, the events and the rows say the same; and nothing says who voted for what."""
    ana = cast.people["Ana"]
    page = ana.open(f"{ROOM}/minutes")
    markdown = ana.ask("GET", f"{ROOM}/minutes.md").text
    cast.read(lambda: Recount(cast, page, markdown).all())
    complaints = [one for person in cast.people.values() for one in person.stream.complaints]
    assert complaints == []
    for person in cast.people.values():
        for message in person.stream.messages:
            assert not re.search(r'class="(ballot|give)"|id="(mine|room|dots-left)"', message.data), message
    broken = [answer for answer in cast.machine.answers() if answer[0] >= 500]
    assert broken == []

"""A retrospective in real windows: what others see and when, by mouse, by keyboard alone, and by thumb."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.acting import PHONE, go_on, in_phase, is_live
from tests.browser.looking_back import BEFORE, PAIRING, REVIEWS, SERVERS, WAITING
from tests.browser.test_room_keys import press

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # the simulation runs on both


@pytest.fixture
def two(window, retrospective):
    """`lea, max_ = two("vote")`: Lea, who has the chair, and Max are in the room."""

    def open_windows(phase):
        path = retrospective(phase)
        pages = window("lea", path), window("max", path)
        for page in pages:
            is_live(page)
            in_phase(page, phase)
        return pages

    return open_windows


def write(page: Page, prompt: str, text: str) -> None:
    field = page.locator(f"#write-{prompt}")
    field.fill(text)
    field.press("Enter")
    expect(page.locator(f"#pile-{prompt} .slip", has_text=text)).to_be_visible()
    expect(field).to_have_value("")


def slip(page: Page, text: str) -> Locator:
    return page.locator("#stage .slip", has=page.locator(".words-of", has_text=text))


def group(page: Page, text: str) -> Locator:
    """The one that a note is in."""
    return page.locator("#stage .group", has=page.locator(".words-of", has_text=text))


def say_the_same(page: Page, text: str, other: str) -> None:
    slip(page, text).get_by_text("Same as…").click()
    slip(page, text).get_by_role("button", name=other).click()


def are_together(*pages: Page, these: list[str]) -> None:
    for page in pages:
        notes = group(page, these[0]).locator(".words-of")
        expect(notes).to_have_count(len(these))
        assert sorted(notes.all_inner_texts()) == sorted(these)


def take(page: Page, text: str, onto: str, *, release: bool = True) -> None:
    """A note by the mouse, onto another's group."""
    slip(page, text).locator(".words-of").hover()
    page.mouse.down()
    end = slip(page, onto).bounding_box()
    assert end
    ghost = group(page, onto).locator(".sortable-ghost")
    for tremble in range(100):  # the browser tells where the mouse is only while it moves
        page.mouse.move(end["x"] + 60, end["y"] + end["height"] / 2 + tremble % 3, steps=10 if not tremble else 1)
        if tremble > 3 and ghost.count():
            break
    expect(ghost).to_be_visible()
    if release:
        page.mouse.up()


def mine(page: Page, text: str) -> Locator:
    """The dots that this person has on it."""
    return group(page, text).locator(".give i[data-on]")


def dot(page: Page, text: str) -> None:
    had = mine(page, text).count()
    group(page, text).locator('button[name="add"]').click()
    expect(mine(page, text)).to_have_count(had + 1)


def decide(page: Page, what: str) -> None:
    page.get_by_role("button", name="Decide on a change…").click()
    dialog = page.get_by_role("dialog", name="What do we do differently?")
    dialog.get_by_label("We will", exact=True).fill(what)
    dialog.get_by_label("How we will see it worked").fill("It is seen")
    dialog.get_by_role("button", name="Decide it").click()
    expect(dialog).to_have_count(0)


# In two windows


def test_answers_are_private_until_the_reveal_and_a_tie_is_settled_aloud(two):
    lea, max_ = two("review")
    one, other = (lea.locator(".reviewed", has_text=what).get_attribute("id") for what in BEFORE)

    def answer(page: Page, row: str, question: str, words: str) -> None:
        button = page.locator(f"#{row}").get_by_role("group", name=question).get_by_role("button", name=words)
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")

    for page in (lea, max_):
        answer(page, one, "Did we do it?", "Yes")
        answer(page, one, "Did it help?", "Yes")
        answer(page, other, "Did it help?", "Too early")
    answer(lea, other, "Did we do it?", "Partly")
    answer(max_, other, "Did we do it?", "No")
    expect(lea.locator("#head")).to_contain_text("2 of 2 have answered")
    expect(lea.locator("#stage [aria-pressed=true]")).to_have_text(["Yes", "Yes", "Partly", "Too early"])
    expect(max_.locator("#stage [aria-pressed=true]")).to_have_text(["Yes", "Yes", "No", "Too early"])
    go_on(lea, "Reveal")
    for page in (lea, max_):
        expect(page.locator(f"#{other} .alarm")).to_have_text("No answer yet")
        expect(page.locator(f"#{one} [aria-pressed=true] small")).to_have_text(["2 said so", "2 said so"])
    expect(lea.locator("#missing")).to_contain_text("has no answer yet")
    answer(max_, other, "Did we do it?", "Partly")
    expect(lea.locator("#missing")).to_be_empty()
    go_on(lea, "Next: Gather")
    for page in (lea, max_):
        in_phase(page, "gather")


def test_others_see_how_many_notes_there_are_and_read_them_after_the_reveal(two):
    lea, max_ = two("gather")
    write(lea, "kept", "Pairing went well")
    write(lea, "slowed", "Max says that reviews wait")
    expect(lea.locator("#pile-slowed .hint")).to_have_text("This names Max. Say it about the process?")
    expect(max_.locator("#head")).to_contain_text("2 notes so far")
    signed = max_.locator(".composer form", has=max_.locator("#write-puzzled"))
    signed.get_by_label("with my name").check()
    write(max_, "puzzled", "Two staging servers")
    expect(signed.get_by_label("with my name")).not_to_be_checked()  # the next is anonymous again
    expect(lea.locator("#head")).to_contain_text("3 notes so far")
    assert lea.locator("#stage .words-of").all_inner_texts() == ["Pairing went well", "Max says that reviews wait"]
    assert max_.locator("#stage .words-of").all_inner_texts() == ["Two staging servers"]
    go_on(lea, "Reveal")
    for page in (lea, max_):
        expect(page.locator("#stage .words-of")).to_have_text(
            ["Pairing went well", "Max says that reviews wait", "Two staging servers"]
        )
        expect(page.locator("#stage .slip small")).to_have_text(["Max"])
        expect(page.locator("#stage .hint")).to_have_count(0)
    go_on(lea, "Next: Vote")
    for page in (lea, max_):
        expect(group(page, "Two staging servers")).to_contain_text("Max")


def test_what_is_half_typed_survives_what_others_do_and_the_reveal(two):
    lea, max_ = two("gather")
    write(max_, "kept", "Pairing")
    field = max_.locator("#write-slowed")
    field.press_sequentially("Reviews wait")
    for _step in range(4):
        field.press("ArrowLeft")
    now = "one => [one.value, one.selectionStart, one === document.activeElement]"
    before = field.evaluate(now)
    assert before == ["Reviews wait", 8, True]
    write(lea, "slowed", "Builds are slow")
    lea.get_by_role("button", name="Ready").click()
    expect(max_.locator("#head")).to_contain_text("2 notes so far")
    expect(max_.locator("#head")).to_contain_text("1 ready")
    assert field.evaluate(now) == before
    go_on(lea, "Reveal")
    expect(slip(max_, "Builds are slow")).to_be_visible()
    assert field.evaluate(now) == before
    field.press("Enter")
    for page in (lea, max_):
        expect(page.locator("#pile-slowed .slip")).to_have_count(2)


def test_ones_own_note_is_changed_and_taken_back_whatever_others_do_meanwhile(two):
    lea, max_ = two("gather")
    write(max_, "kept", "Pairing")
    write(max_, "kept", "Lunch")
    own = slip(max_, "Pairing")
    for others, is_revealed in ("Builds", False), ("Tests", True):
        own.get_by_text("Change").click()
        words = own.get_by_label("Your note")
        words.fill(f"Pairing, {others}")
        write(lea, "slowed", others)
        if not is_revealed:
            expect(max_.locator("#head")).to_contain_text("3 notes so far")
            max_.locator("#mine").get_by_role("button", name="Ready").dispatch_event("click")
            expect(max_.locator("#mine [aria-pressed=true]")).to_have_text("Ready")
        else:
            expect(max_.locator("#head")).to_contain_text("4 notes so far")
        expect(words).to_have_value(f"Pairing, {others}")
        own.get_by_role("button", name="Save").click()
        expect(slip(max_, f"Pairing, {others}")).to_be_visible()
        expect(own.get_by_label("Your note")).to_be_hidden()
        if not is_revealed:
            go_on(lea, "Reveal")
        expect(slip(lea, f"Pairing, {others}")).to_be_visible()
    expect(slip(max_, "Tests")).to_have_count(2)
    slip(max_, "Lunch").get_by_text("Change").click()
    slip(max_, "Lunch").get_by_role("button", name="Take it back").click()
    for page in (lea, max_):
        expect(slip(page, "Lunch")).to_have_count(0)
        expect(page.locator("#stage .slip")).to_have_count(3)


def test_groups_are_made_for_all_and_dots_are_private_until_the_reveal(two, app):
    lea, max_ = two("vote")
    dot(max_, WAITING)
    say_the_same(max_, WAITING, REVIEWS)
    are_together(lea, max_, these=[REVIEWS, WAITING])
    expect(lea.locator("#stage .group")).to_have_count(3)
    expect(mine(max_, WAITING)).to_have_count(1)
    dot(lea, REVIEWS)
    dot(lea, REVIEWS)
    dot(lea, SERVERS)
    expect(mine(max_, REVIEWS)).to_have_count(1)
    expect(mine(max_, SERVERS)).to_have_count(0)
    expect(max_.locator("#head")).to_contain_text("4 of 10 dots are placed")
    slip(lea, WAITING).get_by_text("Same as…").click()
    slip(lea, WAITING).get_by_role("button", name="Stands alone").click()
    are_together(lea, max_, these=[REVIEWS])
    take(max_, WAITING, onto=REVIEWS)  # a group that was made anew takes what is dragged, and gives it
    are_together(lea, max_, these=[REVIEWS, WAITING])
    go_on(lea, "Reveal")
    for page in (lea, max_):
        expect(page.locator("#stage .total b")).to_have_text(["3", "1", "0"])
        expect(page.locator("#stage .group").first).to_contain_text(REVIEWS)
        expect(page.locator("#stage").get_by_text("Same as…")).to_have_count(0)


def test_a_note_in_the_hand_stays_there_while_others_group(two):
    lea, max_ = two("vote")
    take(lea, SERVERS, onto=PAIRING, release=False)
    say_the_same(max_, WAITING, REVIEWS)
    are_together(max_, these=[REVIEWS, WAITING])
    expect(lea.locator("#stage .sortable-ghost")).to_have_count(1)
    expect(lea.locator("#stage .group")).to_have_count(4)  # it waits
    lea.mouse.up()
    are_together(lea, max_, these=[PAIRING, SERVERS])
    are_together(lea, max_, these=[REVIEWS, WAITING])
    expect(lea.locator("#stage .slip")).to_have_count(4)
    # The chair reveals while one is in the hand: the room waits, and the drop is told that it came too late.
    take(max_, PAIRING, onto=REVIEWS, release=False)
    go_on(lea, "Reveal")
    expect(lea.locator("#stage .total").first).to_be_visible()
    expect(max_.locator("#stage .sortable-ghost")).to_have_count(1)
    max_.mouse.up()
    expect(max_.locator("#stage .total b")).to_have_text(["0", "0"])
    expect(max_.locator("#stage .slip")).to_have_count(4)


def test_changes_are_decided_for_all_and_the_close_brings_all_to_the_minutes(two, window):
    lea, max_ = two("decide")
    expect(lea.locator("#missing")).to_contain_text("No process change is decided yet.")
    decide(max_, "Review within a working day")
    for page in (lea, max_):
        expect(page.locator(".made .change")).to_have_text(["Review within a working day"])
        expect(page.locator("#head")).to_contain_text("1 of at most 2 decided")
    lea.get_by_role("button", name="Change… Review").click()
    dialog = lea.get_by_role("dialog", name="Say it better")
    dialog.get_by_label("An experiment until").fill("2020-01-01")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_text("An experiment runs until a day that is still to come.")).to_be_visible()
    dialog.get_by_label("An experiment until").fill("")
    dialog.get_by_label("We will", exact=True).fill("Review on the same day")
    dialog.get_by_label("Debts it is about").fill("d-1")
    dialog.get_by_label("Who sees to it").select_option("Max")
    dialog.get_by_role("button", name="Save").click()
    expect(max_.locator(".made .change")).to_have_text(["Review on the same day"])
    expect(max_.locator(".made")).to_contain_text("D-1 Session table has no index")
    for what in ("One flaky test a day", "A third"):
        decide(max_, what)
        if what == "A third":
            break
        expect(lea.get_by_text("Two are enough. A third is one too many.")).to_be_visible()
        max_.locator(".made li", has_text=what).get_by_role("button", name="Take it back").click()
        expect(lea.locator(".made .change")).to_have_count(1)
    expect(max_.get_by_role("button", name="Decide on a change…")).to_have_count(0)
    go_on(lea, "Next: Close")
    for page in (lea, max_):
        in_phase(page, "close")
        expect(page.locator("#stage")).to_contain_text("Review on the same day")
    max_.locator("#mine").get_by_role("button", name="4", exact=True).click()
    expect(max_.locator("#mine [aria-pressed=true]")).to_have_text("4")
    go_on(lea, "Close the retrospective")
    for page in (lea, max_):
        expect(page).to_have_url(re.compile("/retrospectives/1/minutes$"))  # the chair is sent there twice
        expect(page.locator(".minutes")).to_contain_text("A third")
    lea.goto("/teams/1")
    expect(lea.locator("main")).to_contain_text("Review on the same day")
    lea.goto("/teams/1/retrospectives")
    expect(lea.locator(".sentence")).to_have_text("2 changes decided, none reviewed yet: the next retrospective asks.")


# What does not arrive


def test_a_note_that_does_not_arrive_says_so_and_is_still_in_its_field(window, retrospective):
    lea = window("lea", retrospective("gather"), may_lose_line=True)
    is_live(lea)
    lea.route("**/notes", lambda route: route.abort())
    field = lea.locator("#write-slowed")
    field.fill("Reviews wait")
    field.press("Enter")
    expect(lea.get_by_text("Not saved: the server did not answer.")).to_be_visible()
    expect(field).to_have_value("Reviews wait")
    expect(lea.locator("#stage .slip")).to_have_count(0)
    lea.unroute("**/notes")
    field.press("Enter")
    expect(slip(lea, "Reviews wait")).to_be_visible()
    expect(field).to_have_value("")
    expect(lea.get_by_text("Not saved")).to_have_count(0)
    field.fill("x" * 501)
    field.press("Enter")
    expect(lea.locator("#flash")).to_contain_text("500")
    expect(field).to_have_value("x" * 501)


# By keyboard alone


def test_a_whole_retrospective_by_keyboard_alone(window, retrospective):
    lea = window("lea", retrospective("review"))
    keys = lea.keyboard
    is_live(lea)

    # Review: an answer to both questions in each row.
    for row, (done, helped) in enumerate((("1", "4"), ("3", "6"))):
        keys.press("j")
        for key in (done, helped):
            keys.press(key)
            expect(lea.locator(f'.reviewed >> nth={row} >> [data-press="{key}"]')).to_have_attribute(
                "aria-pressed", "true"
            )
            expect(lea.locator(".reviewed").nth(row)).to_be_focused()
    press(lea, "Reveal")
    expect(lea.locator(".reviewed small").first).to_be_visible()
    press(lea, "Next: Gather")
    in_phase(lea, "gather")

    # Gather: N goes to the first question, Tab to the others.
    keys.press("n")
    expect(lea.locator("#write-kept")).to_be_focused()
    for text in (PAIRING, "The demo was calm"):
        keys.type(text)
        keys.press("Enter")
        expect(slip(lea, text)).to_be_visible()
        expect(lea.locator("#write-kept")).to_be_focused()
    for prompt, text in (("slowed", REVIEWS), ("puzzled", SERVERS)):
        while lea.evaluate("document.activeElement.id") != f"write-{prompt}":
            keys.press("Tab")
        keys.type(text)
        keys.press("Enter")
        expect(slip(lea, text)).to_be_visible()
    press(lea, "Reveal")
    expect(lea.locator("#head button.primary")).to_have_text("Next: Vote")
    press(lea, "Next: Vote")
    in_phase(lea, "vote")

    # Vote: which say the same, then dots.
    keys.press("j")
    row = lea.locator("#stage .group").first
    expect(row).to_be_focused()
    keys.press("g")
    menu = row.locator(".menu")
    expect(menu.locator("button").first).to_be_focused()
    keys.press("Escape")
    expect(menu).to_be_hidden()
    expect(row.locator("summary")).to_be_focused()
    keys.press("g")
    expect(menu.locator("button").first).to_be_focused()
    chosen = menu.locator("button").first.inner_text()
    keys.press("Enter")
    expect(lea.locator("#stage .group")).to_have_count(3)
    expect(group(lea, chosen).locator(".slip")).to_have_count(2)
    assert lea.evaluate("!!document.activeElement.closest('#stage')"), "the focus is lost"
    keys.press("j")
    here = lea.locator("#stage .group:focus-within")
    expect(here).to_have_count(1)
    for count in (1, 2):
        keys.press("v")
        expect(here.locator(".give i[data-on]")).to_have_count(count)
    keys.press("Shift+V")
    expect(here.locator(".give i[data-on]")).to_have_count(1)
    keys.press("k")
    expect(lea.locator("#stage .group:focus-within .give i[data-on]")).to_have_count(0)
    press(lea, "Reveal")
    expect(lea.locator("#stage .total b").first).to_have_text("1")
    press(lea, "Next: Decide")
    in_phase(lea, "decide")

    # Decide
    keys.press("c")
    dialog = lea.get_by_role("dialog", name="What do we do differently?")
    expect(dialog.get_by_label("We will", exact=True)).to_be_focused()
    keys.press("Escape")
    expect(dialog).to_have_count(0)
    keys.press("c")
    expect(dialog.get_by_label("We will", exact=True)).to_be_focused()
    keys.type("Review within a working day")
    keys.press("Tab")
    keys.type("None is older than a day")
    keys.press("Enter")
    expect(lea.locator(".made .change")).to_have_text(["Review within a working day"])
    keys.press("?")
    expect(lea.get_by_role("dialog", name="Keys of the room")).to_contain_text("this note says the same as")
    keys.press("Escape")
    press(lea, "Next: Close")
    in_phase(lea, "close")
    press(lea, "5")
    expect(lea.locator("#mine [aria-pressed=true]")).to_have_text("5")
    press(lea, "Close the retrospective")
    expect(lea).to_have_url(re.compile("/minutes$"))
    expect(lea.locator(".minutes")).to_contain_text("None is older than a day")


# Phones and the wall


def test_a_guests_phone_writes_and_votes_and_never_groups(window, retrospective, join, guests_vote):
    path = retrospective("gather")
    lea, phone = window("lea", path), join(path, "Gus")
    is_live(phone)
    expect(lea.locator("#head")).to_contain_text("2 here")
    phone.locator("#write-puzzled").fill("Why two servers?")
    phone.locator("form", has=phone.locator("#write-puzzled")).get_by_role("button", name="Add").tap()
    expect(slip(phone, "Why two servers?")).to_be_visible()
    expect(lea.locator("#head")).to_contain_text("1 note so far")
    go_on(lea, "Reveal")
    expect(slip(lea, "Why two servers?")).to_be_visible()
    go_on(lea, "Next: Vote")
    in_phase(phone, "vote")
    expect(phone.locator("#stage").get_by_text("Same as…")).to_have_count(0)
    group(phone, "Why two servers?").locator('button[name="add"]').tap()
    expect(mine(phone, "Why two servers?")).to_have_count(1)
    expect(mine(lea, "Why two servers?")).to_have_count(0)
    sizes = phone.locator("button:visible, summary:visible").evaluate_all(
        "all => all.map(one => [one.textContent.trim(), one.offsetWidth, one.offsetHeight])"
    )
    assert [size for size in sizes if min(size[1:]) < 24] == []
    go_on(lea, "Reveal")
    expect(phone.locator("#stage .total b")).to_have_text(["1"])
    go_on(lea, "Next: Decide")
    in_phase(phone, "decide")
    expect(phone.locator("#ritual button:not([popovertarget]):visible")).to_have_text(["Ready"])


def test_where_guests_do_not_vote_a_phone_watches(window, retrospective, join):
    path = retrospective("gather")
    lea, phone = window("lea", path), join(path, "Gus")
    is_live(phone)
    expect(phone.get_by_text("You are watching")).to_be_visible()
    expect(phone.locator(".composer")).to_have_count(0)
    write(lea, "kept", "Pairing")
    expect(phone.locator("#head")).to_contain_text("1 note so far")
    expect(phone.locator("#stage .slip")).to_have_count(0)
    go_on(lea, "Reveal")
    expect(slip(phone, "Pairing")).to_be_visible()


def test_a_thumb_puts_two_notes_together(window, retrospective):
    path = retrospective("vote")
    lea, phone = window("lea", path), window("max", path, **PHONE)
    is_live(phone)
    slip(phone, WAITING).get_by_text("Same as…").tap()
    slip(phone, WAITING).get_by_role("button", name=REVIEWS).tap()
    are_together(lea, phone, these=[REVIEWS, WAITING])


def test_the_wall_shows_nobodys_own_notes_and_dots(window, retrospective):
    path = retrospective("gather")
    lea, wall = window("lea", path), window("lea", f"{path}/screen")
    is_live(wall)
    shape = "[...document.querySelectorAll('#stage, #mine, #did, h1')].map(part => part.outerHTML).join()"
    before = wall.evaluate(shape)
    write(lea, "kept", "Pairing")
    write(lea, "slowed", "Reviews wait")
    expect(wall.locator("#head")).to_contain_text("2 notes so far")
    assert wall.evaluate(shape) == before
    wall.reload()
    is_live(wall)
    expect(wall.locator(".slip, .composer")).to_have_count(0)
    go_on(lea, "Reveal")
    expect(slip(wall, "Reviews wait")).to_be_visible()
    expect(wall.locator("#stage details")).to_have_count(0)
    go_on(lea, "Next: Vote")
    in_phase(wall, "vote")
    before = wall.evaluate(shape)
    dot(lea, "Pairing")
    expect(wall.locator("#head")).to_contain_text("1 of 5 dots are placed")
    assert wall.evaluate(shape) == before
    say_the_same(lea, "Pairing", "Reviews wait")
    are_together(wall, these=["Pairing", "Reviews wait"])
    expect(
        wall.locator("[aria-pressed], .give, #dots-left, #ritual button:not([popovertarget]):visible")
    ).to_have_count(0)
    go_on(lea, "Reveal")
    expect(wall.locator("#stage .total b")).to_have_text(["1"])

"""What others do leaves my pointer, my words and my hand where they are; and what does not arrive says so."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.acting import PHONE, add_dot, card, choose, column, dots, drag, go_on, in_phase, is_live, move
from triage.boards.models import Board
from triage.database import db
from triage.items.drafts import ItemDraft
from triage.items.models import Item
from triage.meetings.agenda import Phase

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def boxes(page: Page, *selectors: str) -> list[dict[str, float]]:
    """Where things stand in the window, to the pixel."""
    return [
        {side: round(length) for side, length in part.bounding_box().items()}
        for part in (page.locator(selector) for selector in selectors)
    ]


@pytest.mark.parametrize("size", [{}, PHONE], ids=["laptop", "phone"])
def test_nothing_moves_under_the_pointer_while_others_choose(window, room, size):
    path = room(Phase.INTAKE)
    lea, max_ = window("lea", path, **size), window("max", path)
    is_live(lea)
    expect(lea.locator("#head")).to_contain_text("2 here")
    under = ("#head button.primary", "#candidate-1 .ballot", "#candidate-4", "#mine .ready")
    before = boxes(lea, *under)
    choose(max_, 1, "cheap")
    expect(lea.locator("#head")).to_contain_text("1 of 2 have chosen")
    max_.get_by_role("button", name="Ready").click()
    expect(lea.locator("#head")).to_contain_text("1 ready")
    assert boxes(lea, *under) == before
    max_.get_by_label("Report a debt").fill("Clock skew breaks tokens")
    max_.keyboard.press("Enter")
    expect(lea.locator("#stage .row")).to_have_count(5)
    assert boxes(lea, *under[:3]) == before[:3]


@pytest.mark.parametrize("size", [{}, PHONE], ids=["laptop", "phone"])
def test_nothing_moves_under_the_pointer_while_others_place_dots(window, room, size):
    path = room(Phase.VOTE)
    lea, max_ = window("lea", path, **size), window("max", path)
    is_live(lea)
    expect(lea.locator("#head")).to_contain_text("2 here")
    under = ("#head button.primary", '#votable-1 button[name="add"]', "#votable-4", "#mine .ready")
    before = boxes(lea, *under)
    for item in (1, 1, 4):
        add_dot(max_, item)
    max_.get_by_role("button", name="Ready").click()
    expect(lea.locator("#head")).to_contain_text("3 of 10 dots are placed")
    expect(lea.locator("#head")).to_contain_text("1 ready")
    add_dot(lea, 2)
    assert boxes(lea, *under) == before


def test_nothing_moves_under_the_pointer_while_others_sort(window, room):
    path = room(Phase.SORT)
    lea, max_ = window("lea", path), window("max", path)
    is_live(lea)
    expect(lea.locator("#head")).to_contain_text("2 here")
    under = ("#head button.primary", '#focus [data-press="1"]', '#focus [data-press="j"]', "#cheap")
    before = boxes(lea, *under)
    move(max_, 3, "Cheap")
    max_.get_by_role("button", name="Ready").click()
    expect(column(lea, "Cheap").locator(".code")).to_have_text(["D-3"])
    expect(lea.locator("#head")).to_contain_text("1 ready")
    assert boxes(lea, *under) == before


def test_nothing_moves_under_a_menu_that_is_open_while_others_sort(window, room):
    path = room(Phase.SORT)
    lea, max_ = window("lea", path), window("max", path)
    is_live(lea)
    menu = card(lea, 2)
    menu.hover()
    menu.get_by_text("Move to…").click()
    under = "#item-2 .menu [value='cheap']"
    before = boxes(lea, under, "#item-2")
    move(max_, 4, "Cheap")
    move(max_, 1, "Cheap")
    move(max_, 3, "Cheap")
    expect(lea.locator("#focus .badge")).to_have_text("Cheap")
    expect(lea.get_by_text("Max moved D-3")).to_be_visible()
    assert boxes(lea, under, "#item-2") == before
    lea.locator(under).click()
    for page in (lea, max_):
        expect(column(page, "Cheap").locator(".code")).to_have_text(["D-2", "D-3", "D-1", "D-4"])


def typed(field: Locator) -> list[object]:
    return field.evaluate("one => [one.value, one.selectionStart, one.selectionEnd, one === document.activeElement]")


def test_the_report_field_keeps_words_focus_and_caret(window, room):
    path = room(Phase.INTAKE)
    lea, max_ = window("lea", path), window("max", path)
    is_live(lea)
    field = lea.get_by_label("Report a debt")
    field.press_sequentially("Half a thought")
    for _step in range(4):
        field.press("ArrowLeft")
    before = typed(field)
    assert before == ["Half a thought", 10, 10, True]
    choose(max_, 1, "cheap")
    max_.get_by_label("Report a debt").fill("Another")
    max_.keyboard.press("Enter")
    max_.get_by_role("button", name="Ready").click()
    expect(lea.locator("#stage .row")).to_have_count(5)
    expect(lea.locator("#head")).to_contain_text("1 ready")
    assert typed(field) == before


def test_a_dialog_keeps_words_focus_and_caret_through_all_that_others_do(window, room):
    path = room(Phase.SORT)
    lea, max_ = window("lea", path), window("max", path)
    is_live(max_)
    max_.locator("#focus").get_by_role("button", name="Expensive").click()
    why = max_.get_by_role("dialog").get_by_label("Why", exact=True)
    why.press_sequentially("We were in a hurry")
    why.press("Home")
    before = typed(why)
    move(lea, 3, "Cheap")
    expect(column(max_, "Cheap").locator(".code")).to_have_text(["D-3"])
    lea.locator("#focus").get_by_role("button", name="Next").click()
    expect(max_.locator("#focus-name")).to_contain_text("D-2")
    assert typed(why) == before
    go_on(lea, "Next: Commit")
    in_phase(max_, "commit")
    assert typed(why) == before
    max_.get_by_label("What fixing requires").fill("An index")
    max_.get_by_role("button", name="Move to expensive").click()
    expect(max_.get_by_role("dialog")).to_have_count(0)
    expect(lea.get_by_text("Max moved D-1")).to_be_visible()


def test_a_filter_keeps_its_words_and_hides_what_it_hid(window, room, app):
    with app.app_context():
        for number in range(12):
            Item.report(db.session.get_one(Board, 1), ItemDraft(title=f"Debt {number}"), by=None)
        db.session.commit()
    path = room(Phase.VOTE)
    lea, max_ = window("lea", path), window("max", path)
    is_live(lea)
    lea.get_by_label("Show only items").press_sequentially("hard")
    rows = lea.locator("#stage .row:visible")
    expect(rows).to_have_count(1)
    max_.locator("#votable-2").get_by_role("button", name="Log interest on").click()
    max_.get_by_label("How long?").fill("10")
    max_.get_by_role("button", name="Log it").click()
    expect(lea.locator("#votable-2 .interest")).to_contain_text("10 min")
    expect(rows).to_have_count(1)
    expect(lea.get_by_label("Show only items")).to_have_value("hard")
    expect(lea.get_by_label("Show only items")).to_be_focused()


def test_a_card_in_the_hand_stays_there_while_others_sort(window, room):
    path = room(Phase.SORT)
    lea, max_ = window("lea", path), window("max", path)
    is_live(lea)
    drag(lea, 4, onto=lea.locator("#cheap [data-cards]"), release=False)
    move(max_, 2, "Catastrophic")
    max_.locator("#focus").get_by_role("button", name="Cheap").click()
    expect(column(lea, "Catastrophic").locator(".code")).to_have_text(["D-2"])
    expect(lea.locator("#focus .badge")).to_have_text("Cheap")
    expect(card(lea, 4)).to_have_count(1)
    lea.mouse.up()
    for page in (lea, max_):
        expect(column(page, "Cheap").locator(".code").filter(has_text="D-4")).to_have_count(1)
        expect(page.locator("#board article")).to_have_count(4)


def test_the_focus_stays_on_the_row_that_one_reads(window, room):
    path = room(Phase.INTAKE)
    lea, max_ = window("lea", path), window("max", path)
    is_live(lea)
    lea.locator("#candidate-2").focus()
    max_.get_by_label("Report a debt").fill("Another")
    max_.keyboard.press("Enter")
    expect(lea.locator("#stage .row")).to_have_count(5)
    expect(lea.locator("#candidate-2")).to_be_focused()


# What does not arrive


def test_a_ballot_that_does_not_arrive_says_so_and_the_next_press_does(window, room):
    lea = window("lea", room(Phase.INTAKE), may_lose_line=True)
    is_live(lea)
    lea.route("**/ballots", lambda route: route.abort())
    lea.locator('#candidate-1 [data-category="cheap"]').click()
    expect(lea.get_by_text("Not saved: the server did not answer.")).to_be_visible()
    expect(lea.locator("#candidate-1 [aria-pressed=true]")).to_have_count(0)
    lea.unroute("**/ballots")
    choose(lea, 1, "cheap")
    expect(lea.get_by_text("Not saved")).to_have_count(0)


def test_dots_that_do_not_arrive_are_not_shown_as_placed(window, room):
    lea = window("lea", room(Phase.VOTE), may_lose_line=True)
    is_live(lea)
    add_dot(lea, 1)
    lea.route("**/dots", lambda route: route.abort())
    lea.locator('#votable-1 button[name="add"]').click()
    expect(lea.get_by_text("Not saved: the server did not answer.")).to_be_visible()
    expect(dots(lea, 1)).to_have_count(1)
    lea.unroute("**/dots")
    add_dot(lea, 1)


def test_a_report_that_does_not_arrive_stays_in_its_field(window, room):
    lea = window("lea", room(Phase.INTAKE), may_lose_line=True)
    is_live(lea)
    lea.route("**/items", lambda route: route.abort())
    field = lea.get_by_label("Report a debt")
    field.fill("Clock skew breaks tokens")
    field.press("Enter")
    expect(lea.get_by_text("Not saved: the server did not answer.")).to_be_visible()
    expect(field).to_have_value("Clock skew breaks tokens")
    lea.unroute("**/items")
    field.press("Enter")
    expect(lea.locator("#stage .row")).to_have_count(5)
    expect(field).to_have_value("")


def test_next_that_does_not_arrive_leaves_the_phase_and_can_be_pressed_again(window, room):
    lea = window("lea", room(Phase.COMMIT), may_lose_line=True)
    is_live(lea)
    lea.get_by_role("button", name="Commit to nothing…").click()
    lea.get_by_label("Why").fill("Everybody is away")
    lea.get_by_role("button", name="Record it").click()
    expect(lea.get_by_text("Nothing is committed: Everybody is away")).to_be_visible()
    lea.route("**/phase", lambda route: route.abort())
    go_on(lea, "Next: Close")
    expect(lea.get_by_text("Not saved: the server did not answer.")).to_be_visible()
    in_phase(lea, "commit")
    lea.unroute("**/phase")
    go_on(lea, "Next: Close")
    in_phase(lea, "close")


def cut(page: Page, path: str) -> None:
    """Its line is cut: it hears of nothing any more, and asks for nothing that is not pressed."""
    page.route("**/live?*", lambda route: route.abort())
    page.route(f"**{path}", lambda route: route.abort() if route.request.method == "GET" else route.continue_())
    page.evaluate("document.querySelector('[hx-sse\\\\:connect]').remove()")


def test_the_loser_of_a_race_sees_the_room_as_it_is(window, room):
    """His window has not heard yet that the phase has turned."""
    path = room(Phase.VOTE)
    lea, behind = window("lea", path), window("lea", path, may_lose_line=True)
    go_on(behind, "Reveal")
    expect(behind.locator("#stage .total").first).to_be_visible()
    cut(behind, path)
    go_on(lea, "Next: Sort")
    in_phase(lea, "sort")
    in_phase(behind, "vote")
    go_on(behind, "Next: Sort")
    in_phase(behind, "sort")
    expect(behind.get_by_text("Somebody was faster: the meeting is in Sort now.")).to_be_visible()
    in_phase(lea, "sort")
    expect(behind.locator("#board article")).to_have_count(4)


def test_a_vote_that_comes_after_the_reveal_shows_the_room_as_it_is(window, room):
    path = room(Phase.VOTE)
    lea, max_ = window("lea", path), window("max", path, may_lose_line=True)
    is_live(max_)
    cut(max_, path)
    go_on(lea, "Reveal")
    expect(lea.locator("#stage .total").first).to_be_visible()
    max_.locator('#votable-1 button[name="add"]').click()
    expect(max_.get_by_text("The dots are revealed already.")).to_be_visible()
    expect(max_.locator("#stage .total b").first).to_have_text("0")

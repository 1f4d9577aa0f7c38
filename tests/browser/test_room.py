"""Each phase of a meeting, in two windows of one room."""

import pytest
from playwright.sync_api import expect

from tests.browser.acting import add_dot, card, choose, column, dots, drag, go_on, in_phase, is_live, move
from triage.meetings.agenda import Phase

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # the simulation runs on both


@pytest.fixture
def two(window, room):
    """`lea, max_ = two(Phase.VOTE)`: Lea, who has the chair, and Max are in the room."""

    def open_windows(phase):
        path = room(phase)
        pages = window("lea", path), window("max", path)
        for page in pages:
            is_live(page)
            in_phase(page, phase)
        return pages

    return open_windows


def test_a_member_starts_a_triage_and_has_the_chair(window):
    max_ = window("max", "/boards/1/meetings")
    max_.get_by_role("button", name="Start triage").click()
    in_phase(max_, "intake")
    expect(max_.get_by_text("Review was skipped: no commitment was due.")).to_be_visible()
    expect(max_.locator("#head button.primary")).to_have_text("Reveal")
    lea = window("lea", "/boards/1/meetings")
    lea.get_by_role("link", name="Join the triage").click()
    expect(lea.locator("#head")).to_contain_text("Max has the chair")
    expect(max_.locator("#head")).to_contain_text("2 here")


def test_what_was_promised_gets_its_verdicts(two):
    lea, max_ = two(Phase.REVIEW)
    expect(lea.get_by_text("D-3 and D-4 have no verdict yet.")).to_be_visible()
    lea.locator("#due-1").get_by_role("button", name="Kept").click()
    expect(max_.locator("#due-1 .said")).to_contain_text("Kept")
    max_.locator("#due-2").get_by_role("button", name="Missed…").click()
    dialog = max_.get_by_role("dialog")
    dialog.get_by_role("button", name="Missed").click()
    expect(dialog.get_by_text("Say in one line why it was missed")).to_be_visible()
    dialog.get_by_label("In one line, why").fill("We were ill")
    dialog.get_by_role("button", name="Missed").click()
    expect(dialog).to_have_count(0)
    expect(lea.locator("#due-2 .said")).to_contain_text("We were ill")
    go_on(lea, "Next: Intake")
    for page in (lea, max_):
        in_phase(page, "intake")


def test_a_verdict_can_wait_for_the_close(two):
    lea, max_ = two(Phase.REVIEW)
    for number in (1, 2):
        lea.locator(f"#due-{number}").get_by_role("button", name="Postpone to the close").click()
        expect(max_.locator(f"#due-{number}")).to_contain_text("postponed to the close")
    expect(lea.locator("#missing")).to_be_empty()
    go_on(lea, "Next: Intake")
    in_phase(max_, "intake")


def test_ballots_are_private_until_the_reveal_and_what_all_say_is_sorted(two):
    lea, max_ = two(Phase.INTAKE)
    max_.get_by_label("Report a debt").fill("Clock skew breaks tokens")
    max_.keyboard.press("Enter")
    expect(lea.locator("#stage .row")).to_have_count(5)
    for page in (lea, max_):
        choose(page, 1, "cheap")
    choose(lea, 2, "cheap")
    choose(max_, 2, "catastrophic")
    expect(lea.locator("#head")).to_contain_text("2 of 2 have chosen")
    expect(lea.locator("#candidate-2 [aria-pressed=true]")).to_have_text("Cheap")
    expect(max_.locator("#candidate-2 [aria-pressed=true]")).to_have_text("Catastrophic")
    go_on(lea, "Reveal")
    for page in (lea, max_):
        expect(page.locator("#candidate-1")).to_contain_text("All say cheap.")
        expect(page.locator("#candidate-2")).to_contain_text("Split: 1 cheap, 1 catastrophic.")
        expect(page.locator("#candidate-3")).to_contain_text("No ballot was cast.")
    expect(lea.locator("#head button.primary")).to_have_text("Next: Vote")


def test_a_ballot_pressed_again_is_taken_back(two):
    lea, _max = two(Phase.INTAKE)
    choose(lea, 1, "cheap")
    choose(lea, 1, "expensive")
    expect(lea.locator("#candidate-1 [aria-pressed=true]")).to_have_text("Expensive")
    choose(lea, 1, "expensive")
    expect(lea.locator("#candidate-1 [aria-pressed=true]")).to_have_count(0)
    expect(lea.locator("#head")).to_contain_text("0 of 2 have chosen")


def test_dots_are_private_until_the_reveal_and_then_totals_in_their_order(two):
    lea, max_ = two(Phase.VOTE)
    add_dot(lea, 3)
    add_dot(lea, 3)
    add_dot(max_, 3)
    add_dot(max_, 2)
    expect(lea.locator("#dots-left")).to_contain_text("3 of 5 dots left")
    expect(lea.locator("#head")).to_contain_text("4 of 10 dots are placed")
    expect(dots(max_, 3)).to_have_count(1)
    go_on(lea, "Reveal")
    for page in (lea, max_):
        expect(page.locator("#stage .row .total b")).to_have_text(["3", "1", "0", "0"])
        expect(page.locator("#stage .row .code")).to_have_text(["D-3", "D-2", "D-1", "D-4"])


def test_a_fourth_dot_on_one_item_is_not_placed(two):
    lea, _max = two(Phase.VOTE)
    for _dot in range(3):
        add_dot(lea, 1)
    lea.locator('#votable-1 button[name="add"]').click(force=True)
    expect(lea.locator("#dots-left")).to_contain_text("2 of 5 dots left")
    expect(dots(lea, 1)).to_have_count(3)


def test_interest_is_logged_from_its_row(two):
    lea, max_ = two(Phase.VOTE)
    max_.locator("#votable-2").get_by_role("button", name="Log interest on").click()
    max_.get_by_label("How long?").fill("45m")
    max_.get_by_role("button", name="Log it").click()
    for page in (lea, max_):
        expect(page.locator("#votable-2 .interest")).to_contain_text("45 min")


def test_the_item_in_focus_is_on_every_screen_and_is_sorted_there(two):
    lea, max_ = two(Phase.SORT)
    for page in (lea, max_):
        expect(page.locator("#focus-name")).to_contain_text("D-1")
    max_.locator("#focus").get_by_role("button", name="Cheap").click()
    for page in (lea, max_):
        expect(page.locator("#focus .badge")).to_have_text("Cheap")
        expect(column(page, "Cheap").locator(".code")).to_have_text(["D-1"])
        expect(page.get_by_text("Max moved D-1")).to_be_visible()
    lea.locator("#focus").get_by_role("button", name="Next").click()
    for page in (lea, max_):
        expect(page.locator("#focus-name")).to_contain_text("D-2")
        expect(page.locator("#head")).to_contain_text("1 of 4 sorted")


def test_an_action_is_undone_by_somebody_else(two):
    lea, max_ = two(Phase.SORT)
    move(lea, 2, "Cheap")
    expect(column(max_, "Cheap").locator(".code")).to_have_text(["D-2"])
    max_.get_by_role("button", name="Undo").click()
    for page in (lea, max_):
        expect(column(page, "Inbox").locator(".code")).to_have_text(["D-4", "D-3", "D-2", "D-1"])
        expect(page.get_by_role("button", name="Undo")).to_have_count(0)


def test_a_card_is_dragged_below_the_item_in_focus(two):
    lea, max_ = two(Phase.SORT)
    drag(lea, 3, onto=lea.locator("#cheap [data-cards]"))
    for page in (lea, max_):
        expect(column(page, "Cheap").locator(".code")).to_have_text(["D-3"])


def test_expensive_asks_why_in_the_room_too(two):
    lea, max_ = two(Phase.SORT)
    max_.locator("#focus").get_by_role("button", name="Expensive").click()
    dialog = max_.get_by_role("dialog")
    dialog.get_by_label("Why", exact=True).fill("Hurry")
    dialog.get_by_label("What fixing requires").fill("An index")
    dialog.get_by_role("button", name="Move to expensive").click()
    for page in (lea, max_):
        expect(page.locator("#focus .badge")).to_have_text("Expensive")
        expect(page.locator("#focus .words")).to_contain_text("An index")


def test_catastrophic_debt_keeps_the_meeting_until_it_has_an_exit(two):
    lea, max_ = two(Phase.SORT)
    max_.locator("#focus").get_by_role("button", name="Catastrophic").click()
    expect(lea.locator("#missing")).to_contain_text("D-1 has no exit yet")
    go_on(lea, "Next: Commit")
    expect(lea.locator("#flash")).to_contain_text("D-1 has no exit yet")
    max_.locator("#focus").get_by_role("button", name="Refuse…").click()
    max_.get_by_label("What was undone?").fill("The table has an index now")
    max_.get_by_role("button", name="It is refused and undone").click()
    expect(lea.locator("#missing")).to_be_empty()
    expect(card(lea, 1)).to_have_count(0)
    go_on(lea, "Next: Commit")
    for page in (lea, max_):
        in_phase(page, "commit")


def test_a_proposal_is_accepted_in_its_owners_own_window(two):
    lea, max_ = two(Phase.COMMIT)
    lea.locator("#pick-2").get_by_role("button", name="Commit").click()
    dialog = lea.get_by_role("dialog")
    dialog.get_by_label("Done when").fill("No price in the code")
    dialog.get_by_label("Owner").select_option("Max")
    dialog.get_by_label("Size").fill("1")
    dialog.get_by_role("button", name="Commit to it").click()
    expect(lea.locator("#pick-2")).to_contain_text("asked")
    max_.get_by_role("button", name="Yes, I take it").click()
    for page in (lea, max_):
        expect(page.locator("#pick-2")).to_contain_text("Max")
        expect(page.locator("#pick-2")).not_to_contain_text("asked")


def test_a_proposal_that_is_declined_goes(two):
    lea, max_ = two(Phase.COMMIT)
    lea.locator("#pick-2").get_by_role("button", name="Commit").click()
    dialog = lea.get_by_role("dialog")
    dialog.get_by_label("Done when").fill("No price in the code")
    dialog.get_by_label("Owner").select_option("Max")
    dialog.get_by_role("button", name="Commit to it").click()
    max_.locator("#mine").get_by_role("button", name="No", exact=True).click()
    expect(max_.get_by_text("You are asked to take")).to_have_count(0)
    for page in (lea, max_):
        expect(page.locator("#pick-2")).not_to_contain_text("Max")


def test_more_than_the_budget_wants_a_second_press(two):
    lea, max_ = two(Phase.COMMIT)
    lea.locator("#pick-1").get_by_role("button", name="Commit").click()
    dialog = lea.get_by_role("dialog")
    dialog.get_by_label("Done when").fill("It is done")
    dialog.get_by_label("Size").fill("100")
    dialog.get_by_role("button", name="Commit to it").click()
    dialog.get_by_role("button", name="Commit anyway").click()
    expect(dialog).to_have_count(0)
    for page in (lea, max_):
        expect(page.locator(".promises")).to_contain_text("over the debt budget")


def test_committing_to_nothing_wants_a_reason(two):
    lea, max_ = two(Phase.COMMIT)
    expect(lea.locator("#missing")).to_contain_text("Nothing is committed yet.")
    max_.get_by_role("button", name="Commit to nothing…").click()
    max_.get_by_label("Why").fill("Everybody is away")
    max_.get_by_role("button", name="Record it").click()
    expect(lea.get_by_text("Nothing is committed: Everybody is away")).to_be_visible()
    go_on(lea, "Next: Close")
    in_phase(max_, "close")


def test_at_the_close_all_see_the_minutes_and_stay_with_them(two):
    lea, max_ = two(Phase.CLOSE)
    for page in (lea, max_):
        expect(page.locator("#stage")).to_contain_text("Nothing was committed: Nobody has time")
    max_.locator("#mine").get_by_role("button", name="4", exact=True).click()
    expect(max_.locator("#mine [aria-pressed=true]")).to_have_text("4")
    go_on(lea, "Close the meeting")
    for page in (lea, max_):
        page.wait_for_url("**/meetings/1/minutes")
        expect(page.locator("h1")).to_contain_text("Triage")


def test_a_double_click_goes_one_step(two):
    lea, _max = two(Phase.INTAKE)
    sent = []
    lea.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    lea.locator("#head button.primary").dblclick()
    expect(lea.locator("#head button.primary")).to_have_text("Next: Vote")
    in_phase(lea, "intake")
    assert [url.rpartition("/")[2] for url in sent] == ["reveal"]


def test_anyone_takes_the_chair_with_one_press(two):
    lea, max_ = two(Phase.INTAKE)
    max_.get_by_role("button", name="Take the chair").click()
    expect(max_.locator("#head button.primary")).to_have_text("Reveal")
    expect(lea.locator("#head")).to_contain_text("Max has the chair")
    expect(lea.locator("#head button.primary")).to_have_count(0)

"""The main job, from signing in to the history, in two windows."""

from playwright.sync_api import expect

from tests.browser.acting import card, column, drag, is_live
from tests.conftest import PASSWORD

LOG = """# Debt

## Storage

### Orders are kept as one JSON blob

**Problem:** Every report reads and parses all of them.

**Fix:** A table for orders and one for their lines.

### Backups were never restored

**Problem:** Nobody knows whether they work.

### Three ways to send mail

**Fix:** Keep the queue, delete the other two.
"""


def test_from_signing_in_to_the_history(chromium, server, tmp_path, window):
    log = tmp_path / "TECH_DEBT.md"
    log.write_text(LOG)

    # Lea signs in, opens a board and brings in the log.
    lea = chromium.new_context(base_url=server).new_page()
    lea.goto("/")
    lea.get_by_label("Mail address").fill("lea@example.com")
    lea.get_by_label("Password").fill(PASSWORD)
    lea.get_by_role("button", name="Sign in").click()
    lea.get_by_role("link", name="Harbor").click()
    lea.get_by_label("Open a board").fill("Warehouse")
    lea.get_by_role("button", name="Open", exact=True).click()
    lea.get_by_role("link", name="Import").click()
    lea.get_by_label("File").set_input_files(log)
    lea.get_by_role("button", name="Preview").click()
    expect(lea.get_by_text("3 items understood: 3 new")).to_be_visible()
    lea.get_by_role("button", name="Accept 3 items").click()
    expect(column(lea, "Inbox").locator(".code")).to_have_text(["D-1", "D-2", "D-3"])

    # Max watches. Lea sorts: one by dragging, one that must be explained first.
    path = lea.url.removeprefix(server)
    max_ = window("max", path.partition("#")[0])
    is_live(lea)
    is_live(max_)
    drag(lea, 2, onto=column(lea, "Cheap"))
    expect(column(max_, "Cheap").locator(".code")).to_have_text(["D-2"])
    drag(lea, 3, onto=column(lea, "Expensive"))
    dialog = lea.get_by_role("dialog")
    expect(dialog.get_by_label("What fixing requires")).to_have_value("Keep the queue, delete the other two.")
    dialog.get_by_label("Why", exact=True).fill("Each team took the library it knew.")
    dialog.get_by_role("button", name="Move to expensive").click()
    expect(column(max_, "Expensive").locator(".code")).to_have_text(["D-3"])
    expect(dialog).to_have_count(0)

    # Max finds the other catastrophic, and it finds its exit: he commits to it for Lea, in the next sprint.
    drag(max_, 2, onto=column(max_, "Catastrophic"))
    max_.get_by_role("dialog").get_by_role("button", name="Commit").click()
    max_.get_by_label("Done when").fill("A backup was restored on a clean machine")
    max_.get_by_label("Owner").select_option("Lea")
    max_.get_by_label("Sprint").select_option(index=1)
    max_.get_by_label("Size").fill("2")
    max_.get_by_role("button", name="Commit to it").click()
    expect(card(lea, 2)).to_contain_text("Lea, proposed for sprint 2")
    expect(column(lea, "Catastrophic").get_by_role("article")).not_to_contain_text("needs an exit")

    # It stands in the history, and what became of it does too.
    lea.get_by_role("link", name="History").click()
    expect(lea.get_by_text("Done when: A backup was restored on a clean machine")).to_be_visible()
    lea.get_by_text("What became of it?").click()
    lea.get_by_role("button", name="Kept").click()
    expect(lea.locator(".commitment[data-verdict=kept]")).to_contain_text("kept")
    expect(column(max_, "Catastrophic").get_by_role("article")).to_have_count(0)
    lea.context.close()

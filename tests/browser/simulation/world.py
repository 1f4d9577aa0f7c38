"""Harbor as it is on the day of the meeting: sixteen people, what was promised three weeks ago, debts of all kinds."""

from datetime import date, timedelta

from tests.conftest import PASSWORD
from triage import clock
from triage.accounts.models import User
from triage.boards.category import Category
from triage.boards.models import Board
from triage.commitments.drafts import CommitmentDraft
from triage.commitments.models import Commitment
from triage.commitments.sprints import Sprint
from triage.database import db
from triage.items.drafts import ItemDraft
from triage.items.models import Item
from triage.items.waiver import Waiver
from triage.teams.models import Team
from triage.teams.roles import MEMBER

TWELVE = ("Ana", "Ben", "Cem", "Dan", "Eva", "Fay", "Gil", "Hal", "Ida", "Jan", "Kim", "Lou")

# Their ids are their numbers: the world's own four come first, and then Zoe's secret on her board.
KEPT, MISSED, POSTPONED, WAIVED, EXITLESS, EXPENSIVE, CHEAP = 6, 7, 8, 9, 10, 11, 12


def furnish() -> None:
    harbor, board = db.session.get_one(Team, 1), db.session.get_one(Board, 1)
    people = {user.name: user for user in db.session.query(User)}
    for name in (*TWELVE, "Nora"):
        people[name] = User.sign_up(email=f"{name.lower()}@example.com", name=name, password=PASSWORD)
        harbor.join(people[name], MEMBER)
    lea = people["Lea"]
    now = clock.now()
    monday = now.date() - timedelta(days=now.weekday())
    harbor.first_sprint_on, harbor.capacity, harbor.guests_vote = monday - timedelta(weeks=8), 20, True
    with clock.at(now - timedelta(weeks=3)):
        number = Sprint.current(harbor).number
        for title, owner in (("The nightly build is red", "Max"), ("Nobody is woken", "Ana"), ("Two clocks", "Ben")):
            item = Item.report(board, ItemDraft(title=title, why="Hurry", fix="Time"), by=people[owner])
            item.rate(Category.EXPENSIVE, by=lea)
            draft = CommitmentDraft(owner=people[owner].id, sprint=number, done_when="It is done", size=1)
            Commitment.make(item, draft, by=people[owner])
        waived = Item.report(board, ItemDraft(title="One database for all tenants"), by=lea)
        waived.rate(Category.CATASTROPHIC, by=lea)
        Waiver.grant(waived, until(days=3), "Until the big customer is in", by=lea)
        Item.report(board, ItemDraft(title="No tests anywhere"), by=lea).rate(Category.CATASTROPHIC, by=lea)
        explained = ItemDraft(title="Prices in three places", why="Two teams", fix="One table")
        Item.report(board, explained, by=lea).rate(Category.EXPENSIVE, by=lea)
        Item.report(board, ItemDraft(title="The logo is blurred"), by=lea).rate(Category.CHEAP, by=lea)
    db.session.commit()


def until(days: int) -> date:
    return clock.now().date() + timedelta(days=days)

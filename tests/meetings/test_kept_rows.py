"""The rows of the vote are kept by all that they show: whatever changes must be in that."""

from triage.boards.category import Category
from triage.commitments.drafts import CommitmentDraft
from triage.commitments.models import Commitment
from triage.commitments.sprints import Sprint
from triage.database import db
from triage.items.interest import Interest
from triage.items.models import Item
from triage.items.spread import Spread
from triage.meetings import votes
from triage.meetings.agenda import Phase
from triage.meetings.room import TriageRoom
from triage.rooms.access import Seat
from triage.rooms.dots import change_budget


def test_a_row_shows_every_change_though_it_is_kept(app, meeting, people, come):
    lea = come(meeting, "lea")
    item = db.session.get_one(Item, 1)
    votes.reveal_ballots(meeting, seen=meeting.turn, by=people["lea"])
    meeting.advance(seen=meeting.turn, by=people["lea"])

    def edit(**words):
        item.edit(item.draft.model_copy(update=words), by=people["lea"])

    def promise():
        sprint = Sprint.current(item.board.team).number
        draft = CommitmentDraft(owner=people["lea"].id, sprint=sprint, done_when="Done", over=True)
        Commitment.make(item, draft, by=people["lea"])

    changes = {
        "title": lambda: edit(title="Another"),
        "size": lambda: edit(size=3),
        "spread": lambda: edit(spread=Spread.BY_ITSELF),
        "tags": lambda: edit(tags=["billing"]),
        "category": lambda: item.rate(Category.CHEAP, by=people["lea"]),
        "interest": lambda: Interest.log(item, 30, by=people["lea"]),
        "owner": promise,
        "dot": lambda: votes.add_dot(lea, item),
        "budget": lambda: change_budget(meeting, 6, 2, by=people["lea"]),
        "unit": lambda: setattr(item.board.team, "unit", "points"),
        "reveal": lambda: votes.reveal_dots(meeting, seen=meeting.turn, by=people["lea"]),
    }
    assert meeting.phase is Phase.VOTE
    seen = {_row(app, meeting, seat, lea, item) for seat in (Seat.MEMBER, Seat.READER)}
    assert len(seen) == 2
    for name, change in changes.items():
        change()
        db.session.commit()
        html = _row(app, meeting, Seat.MEMBER, lea, item)
        assert html not in seen, name
        seen.add(html)


def _row(app, meeting, seat, attendance, item):
    with app.test_request_context():
        room = TriageRoom(meeting, seat, attendance)
        votable = next(one for one in room.votables if one.item.id == item.id)
        html = room.row(votable)
        assert html == room.row(votable)
        return html

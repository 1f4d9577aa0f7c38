"""SavedSearch: a search that somebody comes back to. It is one person's own; nobody else sees it."""

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, mapped_column

from triage.accounts.models import User
from triage.boards.models import Board
from triage.database import Base, TeamOwned, db
from triage.finding.drafts import QUERY, SavedSearchDraft, SearchDraft
from triage.refusal import Refused

MOST = 20


class SavedSearch(TeamOwned, Base):
    __tablename__ = "saved_search"
    __table_args__ = (Index("uq_saved_search_user_id_board_id_name", "user_id", "board_id", "name", unique=True),)

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    board_id: Mapped[int] = mapped_column(ForeignKey("board.id"))
    name: Mapped[str] = mapped_column(String(60))
    query: Mapped[str] = mapped_column(String(QUERY))

    @property
    def event_team_id(self) -> int:
        return self.team_id

    @classmethod
    def of(cls, board: Board, user: User) -> list["SavedSearch"]:
        mine = (cls.board_id == board.id, cls.user_id == user.id)
        return list(db.session.scalars(select(cls).where(*mine).order_by(cls.name)))

    @classmethod
    def save(cls, board: Board, draft: SavedSearchDraft, *, by: User) -> "SavedSearch":
        """Under a name, in place of the one that had it. Raises Refused when there are twenty."""
        earlier = cls.of(board, by)
        saved = next((search for search in earlier if search.name == draft.name), None)
        if saved is None:
            if len(earlier) >= MOST:
                raise Refused(f"You have {MOST} saved searches here. Delete one that you no longer need.", field="name")
            saved = cls(team_id=board.team_id, user_id=by.id, board_id=board.id, name=draft.name)
            db.session.add(saved)
        saved.query = SearchDraft.of_query(draft.query).query
        return saved

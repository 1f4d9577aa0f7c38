"""reach(): the only door to a team's rows."""

from typing import Any, TypeVar

from flask import abort, g
from sqlalchemy import select

from triage.accounts.signing_in import current_user
from triage.database import TeamOwned, db, is_writing
from triage.teams.models import Membership, Team
from triage.teams.roles import OBSERVER, Role

T = TypeVar("T", bound=TeamOwned)
_mine = Membership.__table__.alias("mine")  # its own name, for reach(Membership, …)
LARGEST_ID = 2**31 - 1


def reach(model: type[T], id: int, role: Role = OBSERVER) -> T:
    """The row, for a member of its team with at least this role; its lock too, when the request writes.

    A stranger gets the 404 of an id that does not exist, a smaller role 403.
    """
    row: T = _admit(model, id, model.team_id, role)
    return row


def reach_team(id: int, role: Role = OBSERVER) -> Team:
    """The same for a team itself."""
    team: Team = _admit(Team, id, Team.id, role)
    return team


def may(role: Role) -> bool:
    """Templates ask `may(MEMBER)` to leave out what would be refused anyway."""
    return bool(g.get("role", 0) >= role)


def _admit(model: Any, id: int, team_id: Any, role: Role) -> Any:
    if id > LARGEST_ID:
        abort(404)
    found = db.session.execute(
        select(model, _mine.c.role)
        .join(_mine, _mine.c.team_id == team_id)
        .where(model.id == id, _mine.c.user_id == current_user.id, _mine.c.left_at.is_(None))
    ).one_or_none()
    if found is None:
        abort(404)
    row, g.role = found
    if g.role < role:
        abort(403)
    if is_writing():
        row.hold()
    return row

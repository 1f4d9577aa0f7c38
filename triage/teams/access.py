"""reach(): the only door to a team's rows."""

from functools import cache
from typing import Any, TypeVar

from flask import abort, g
from sqlalchemy import Select, bindparam, select

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
    row: T = _admit(model, id, role)
    return row


def reach_team(id: int, role: Role = OBSERVER) -> Team:
    """The same for a team itself."""
    team: Team = _admit(Team, id, role)
    return team


def may(role: Role) -> bool:
    """Templates ask `may(MEMBER)` to leave out what would be refused anyway."""
    return bool(g.get("role", 0) >= role)


def _admit(model: Any, id: int, role: Role) -> Any:
    if id > LARGEST_ID:
        abort(404)
    found = db.session.execute(_admission(model), {"row": id, "user": current_user.id}).one_or_none()
    if found is None:
        abort(404)
    row, g.role = found
    if g.role < role:
        abort(403)
    if is_writing():
        row.hold()
        _admit_again(row, role)
    return row


def _admit_again(row: Any, role: Role) -> None:
    """Who was removed while waiting for the lock comes too late. On SQLite nobody wrote since this request began."""
    if db.engine.dialect.name != "sqlite":
        now = db.session.scalar(_present_role(), {"team": row.event_team_id, "user": current_user.id})
        if now is None:
            abort(404)
        if now < role:
            abort(403)


@cache
def _present_role() -> Select[Any]:
    return select(_mine.c.role).where(
        _mine.c.team_id == bindparam("team"), _mine.c.user_id == bindparam("user"), _mine.c.left_at.is_(None)
    )


@cache
def _admission(model: Any) -> Select[Any]:
    """Asked with every request, so put together once: that costs more than running it."""
    return (
        select(model, _mine.c.role)
        .join(_mine, _mine.c.team_id == (Team.id if model is Team else model.team_id))
        .where(model.id == bindparam("row"), _mine.c.user_id == bindparam("user"), _mine.c.left_at.is_(None))
    )

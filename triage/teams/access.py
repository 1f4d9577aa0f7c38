"""reach(): the only door to a team's rows."""

from typing import TypeVar, cast

from flask import abort, g
from sqlalchemy import select

from triage.accounts.signing_in import current_user
from triage.database import TeamOwned, db, is_writing
from triage.teams.models import Membership, Team
from triage.teams.roles import OBSERVER, Role

T = TypeVar("T", bound=TeamOwned)


def reach(model: type[T], id: int, role: Role = OBSERVER) -> T:
    """The row, for a member of its team with at least this role; its lock too, when the request writes.

    A stranger gets the 404 of an id that does not exist, a smaller role 403.
    """
    found = db.session.execute(
        select(model, Membership.role)
        .join(Membership, Membership.team_id == model.team_id)
        .where(model.id == id, Membership.user_id == current_user.id, Membership.left_at.is_(None))  # type: ignore[attr-defined]
    ).one_or_none()
    if found is None:
        abort(404)
    row, mine = found
    _remember(mine)
    if mine < role:
        abort(403)
    if is_writing():
        row.hold()
    return cast(T, row)


def reach_team(id: int, role: Role = OBSERVER) -> Team:
    """The same for a team itself."""
    found = db.session.execute(
        select(Team, Membership.role)
        .join(Membership, Membership.team_id == Team.id)
        .where(Team.id == id, Membership.user_id == current_user.id, Membership.left_at.is_(None))
    ).one_or_none()
    if found is None:
        abort(404)
    team, mine = found
    _remember(mine)
    if mine < role:
        abort(403)
    if is_writing():
        team.hold()
    return team


def _remember(role: Role) -> None:
    """Templates ask `may(MEMBER)` to leave out what would be refused anyway."""
    g.role = role


def may(role: Role) -> bool:
    return bool(g.get("role", 0) >= role)

"""The sprints of a team: those that were, the present one and those to come, which a lead can change."""

from dataclasses import dataclass
from typing import Any

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import case, func, select

from triage.accounts.signing_in import current_user, signed_in
from triage.clock import today
from triage.commitments.models import Commitment, Verdict
from triage.commitments.sprints import AHEAD, Sprint, SprintDraft
from triage.commitments.views import bp
from triage.database import db
from triage.refusal import Refused
from triage.teams.access import may, reach_team
from triage.teams.models import Team
from triage.teams.roles import LEAD
from triage.web.pages import ask, ask_again, changed, page

NEXT = 3


@dataclass(frozen=True)
class Promised:
    """What was committed in a sprint, and how much of it was kept or has no verdict yet."""

    made: int
    kept: int
    open: int

    def __str__(self) -> str:
        judged = self.made - self.open
        said = f"{self.kept} of {judged} kept" if judged else ""
        waits = f"{self.open} without a verdict" if self.open else ""
        return ", ".join(filter(None, [said, waits]))


@bp.get("/teams/<int:team_id>/sprints")
@signed_in
def sprints(team_id: int) -> ResponseReturnValue:
    team = reach_team(team_id)
    present = Sprint.current(team)
    plans = Sprint.plans(team, range(1, present.number + NEXT + 1))
    past, current, coming = plans[: -NEXT - 1], plans[-NEXT - 1], plans[-NEXT:]
    return page(
        "commitments/sprints.html",
        team=team,
        past=past[::-1],
        current=current,
        coming=coming,
        is_break=today(team.time_zone) not in present,
        promised=_promised(team),
    )


@bp.get("/teams/<int:team_id>/sprints/<int:number>")
@signed_in
def sprint(team_id: int, number: int) -> ResponseReturnValue:
    about = _about(reach_team(team_id), number)
    plan = about["plan"]
    own = {
        "first_day": plan.span.first_day,
        "last_day": plan.span.last_day,
        "capacity": plan.own_capacity and str(plan.own_capacity).removesuffix(".0"),
        "budget_percent": plan.own_percent,
    }
    return ask("commitments/sprint.html", form=own, **about)


@bp.post("/teams/<int:team_id>/sprints/<int:number>")
@signed_in
def change_sprint(team_id: int, number: int) -> ResponseReturnValue:
    team = reach_team(team_id, LEAD)
    about = _about(team, number)
    try:
        Sprint.change(team, number, SprintDraft.read(request.form), by=current_user)
    except Refused as refusal:
        return ask_again("commitments/sprint.html", refusal, **about)
    db.session.commit()
    return changed(url_for("commitments.sprints", team_id=team.id))


def _about(team: Team, number: int) -> dict[str, Any]:
    present = Sprint.current(team).number
    if not 1 <= number <= present + AHEAD:
        abort(404)
    plan = Sprint.plan(team, number)
    return {
        "team": team,
        "plan": plan,
        "is_open": number >= present and may(LEAD),
        "has_begun": plan.span.first_day <= today(team.time_zone),
        "Draft": SprintDraft,
    }


def _promised(team: Team) -> dict[int, Promised]:
    """By the number of the sprint; those in which nothing was committed are left out."""
    kept, is_open = (case((Commitment.verdict == verdict, 1), else_=0) for verdict in (Verdict.KEPT, Verdict.OPEN))
    found = (
        select(Sprint.number, func.count(), func.sum(kept), func.sum(is_open))
        .join(Commitment.sprint)
        .where(Commitment.team_id == team.id)
        .group_by(Sprint.number)
    )
    return {number: Promised(*counts) for number, *counts in db.session.execute(found)}

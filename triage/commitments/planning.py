"""The sprints of a team: those that were, the present one and those to come, which a lead can change."""

from collections import Counter, defaultdict
from typing import Annotated, Any

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field
from sqlalchemy import func, select

from triage.accounts.signing_in import current_user, signed_in
from triage.clock import today
from triage.commitments.models import Commitment, Verdict, kept_of
from triage.commitments.sprints import AHEAD, Sprint, SprintDraft
from triage.commitments.views import bp
from triage.database import db
from triage.refusal import Refused
from triage.teams.access import may, reach_team
from triage.teams.models import Team
from triage.teams.roles import LEAD
from triage.web.drafts import Draft
from triage.web.pages import ask, ask_again, changed, page

NEXT, PAST = 3, 26


class PastDraft(Draft):
    """The last of the past sprints that are shown; None is the one before the present."""

    until: Annotated[int, Field(ge=1, lt=2**31)] | None = None


@bp.get("/teams/<int:team_id>/sprints")
@signed_in
def sprints(team_id: int) -> ResponseReturnValue:
    team, (asked, _odd) = reach_team(team_id), PastDraft.asked(request.args)
    present = Sprint.current(team)
    before = present.number - 1
    last = min(asked.until or before, before)
    first = max(last - PAST + 1, 1)
    plans = Sprint.plans(team, [*range(first, last + 1), *range(present.number, present.number + NEXT + 1)])
    past, current, coming = plans[: -NEXT - 1], plans[-NEXT - 1], plans[-NEXT:]
    return page(
        "commitments/sprints.html",
        team=team,
        past=past[::-1],
        current=current,
        coming=coming,
        is_break=today(team.time_zone) not in present,
        kept=_kept(team, first, last),
        until=asked.until,
        earlier=first - 1,
        later=min(last + PAST, before) if last < before else None,
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


def _kept(team: Team, first: int, last: int) -> dict[int, str]:
    """By the number of the sprint, in words; those in which nothing was committed are left out."""
    found = (
        select(Sprint.number, Commitment.verdict, func.count())
        .join(Commitment.sprint)
        .where(Commitment.team_id == team.id, Sprint.number.between(first, last))
        .group_by(Sprint.number, Commitment.verdict)
    )
    counts: dict[int, Counter[Verdict]] = defaultdict(Counter)
    for number, verdict, times in db.session.execute(found):
        counts[number][verdict] = times
    return {number: _said(of_sprint) for number, of_sprint in counts.items()}


def _said(counts: Counter[Verdict]) -> str:
    kept, judged = kept_of(counts)
    said = f"{kept} of {judged} kept" if judged else ""
    waits = f"{counts[Verdict.OPEN]} without a verdict" if counts[Verdict.OPEN] else ""
    return ", ".join(filter(None, [said, waits]))

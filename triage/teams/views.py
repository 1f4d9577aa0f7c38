"""A person's teams; one team, its members, its settings; joining by link and leaving."""

from flask import Blueprint, abort, current_app, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from triage.accounts.models import User
from triage.accounts.signing_in import current_user, signed_in
from triage.database import db, reading
from triage.refusal import Refused
from triage.teams.access import may, reach, reach_team
from triage.teams.drafts import DeciderDraft, RoleDraft, TeamDraft, TeamSettingsDraft
from triage.teams.models import Invitation, Membership, Team
from triage.teams.roles import LEAD
from triage.web.pages import again, page, see_other

bp = Blueprint("teams", __name__)


@bp.get("/")
@signed_in
def index() -> ResponseReturnValue:
    return page("teams/index.html", memberships=_mine(), form={}, Draft=TeamDraft)


@bp.post("/teams")
@signed_in
def found() -> ResponseReturnValue:
    try:
        team = Team.found(TeamDraft.read(request.form).name, by=current_user)
    except Refused as refusal:
        return again("teams/index.html", refusal, memberships=_mine(), Draft=TeamDraft)
    db.session.commit()
    return see_other(url_for("teams.show", team_id=team.id))


@bp.get("/teams/<int:team_id>")
@signed_in
def show(team_id: int) -> ResponseReturnValue:
    return _show(reach_team(team_id))


@bp.get("/teams/<int:team_id>/settings")
@signed_in
def settings(team_id: int) -> ResponseReturnValue:
    team = reach_team(team_id, LEAD)
    return page("teams/settings.html", team=team, form=_settings_of(team), Draft=TeamSettingsDraft)


@bp.post("/teams/<int:team_id>/settings")
@signed_in
def change(team_id: int) -> ResponseReturnValue:
    team = reach_team(team_id, LEAD)
    try:
        team.change(by=current_user, **TeamSettingsDraft.read(request.form).model_dump())
    except Refused as refusal:
        return again("teams/settings.html", refusal, team=team, Draft=TeamSettingsDraft)
    db.session.commit()
    return see_other(url_for("teams.show", team_id=team.id))


@bp.post("/teams/<int:team_id>/decider")
@signed_in
def name_decider(team_id: int) -> ResponseReturnValue:
    team = reach_team(team_id, LEAD)
    user = db.session.get(User, DeciderDraft.read(request.form).user)
    if user is None:
        raise Refused("The decision-maker is a lead or a member of the team. Choose one of them.")
    team.name_decider(user, by=current_user)
    db.session.commit()
    return see_other(url_for("teams.show", team_id=team.id))


@bp.post("/teams/<int:team_id>/invitations")
@signed_in
def invite(team_id: int) -> ResponseReturnValue:
    """The one answer that shows the link: only its hash is kept."""
    team = reach_team(team_id, LEAD)
    days = current_app.config["SETTINGS"].invitation_days
    _invitation, token = Invitation.make(team, RoleDraft.read(request.form).role, by=current_user, days=days)
    db.session.commit()
    with reading():
        return _show(team, link=url_for("teams.invitation", token=token, _external=True))


@bp.post("/invitations/<int:invitation_id>/revocation")
@signed_in
def revoke(invitation_id: int) -> ResponseReturnValue:
    invitation = reach(Invitation, invitation_id, LEAD)
    invitation.revoke(by=current_user)
    db.session.commit()
    return see_other(url_for("teams.show", team_id=invitation.team_id))


@bp.get("/join/team/<token>")
def invitation(token: str) -> ResponseReturnValue:
    invitation = Invitation.by_token(token)
    return page("teams/invitation.html", 200 if invitation else 404, invitation=invitation, token=token)


@bp.post("/join/team/<token>")
@signed_in
def join(token: str) -> ResponseReturnValue:
    invitation = Invitation.by_token(token) or abort(404)
    invitation.take(current_user)
    db.session.commit()
    return see_other(url_for("teams.show", team_id=invitation.team_id))


@bp.post("/memberships/<int:membership_id>/role")
@signed_in
def change_role(membership_id: int) -> ResponseReturnValue:
    membership = reach(Membership, membership_id, LEAD)
    membership.change_role(RoleDraft.read(request.form).role, by=current_user)
    db.session.commit()
    return see_other(url_for("teams.show", team_id=membership.team_id))


@bp.post("/memberships/<int:membership_id>/end")
@signed_in
def end(membership_id: int) -> ResponseReturnValue:
    """Leaving is one's own to do at any role; removing somebody is a lead's."""
    membership = reach(Membership, membership_id)
    onward = url_for("teams.show", team_id=membership.team_id)
    if membership.user_id == current_user.id:
        membership.leave()
        onward = url_for("teams.index")
    elif may(LEAD):
        membership.remove(by=current_user)
    else:
        abort(403)
    db.session.commit()
    return see_other(onward)


def _show(team: Team, link: str = "") -> ResponseReturnValue:
    return page(
        "teams/show.html",
        team=team,
        members=team.members,
        me=current_user,
        invitations=Invitation.open_ones(team) if may(LEAD) else [],
        link=link,
    )


def _mine() -> list[Membership]:
    return list(
        db.session.scalars(
            select(Membership)
            .join(Team, Team.id == Membership.team_id)
            .where(Membership.user_id == current_user.id, Membership.left_at.is_(None))
            .order_by(Team.name)
        )
    )


def _settings_of(team: Team) -> dict[str, object]:
    return {name: getattr(team, name) for name in TeamSettingsDraft.model_fields}

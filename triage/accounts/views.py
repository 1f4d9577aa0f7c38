"""Signing up, in and out; the devices one is signed in on; whether single keys act."""

from flask import Blueprint, Response, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from triage.accounts.drafts import KeysDraft, SignInDraft, SignUpDraft
from triage.accounts.models import User, UserSession
from triage.accounts.passwords import is_right
from triage.accounts.signing_in import current_user, lifetime, sign_in, sign_out, signed_in
from triage.database import db, reading
from triage.refusal import Refused
from triage.web.pages import again, page, see_other
from triage.web.security import limiter, local_path

bp = Blueprint("accounts", __name__)


def onward() -> str:
    """Where the person was going when asked to sign in."""
    return local_path(request.values.get("next", ""), otherwise=url_for("teams.index"))


@bp.get("/sign-up")
def sign_up_form() -> ResponseReturnValue:
    return page("accounts/sign_up.html", form={}, onward=onward(), Draft=SignUpDraft)


@bp.post("/sign-up")
@limiter.limit("20 per hour")
def sign_up() -> ResponseReturnValue:
    try:
        draft = SignUpDraft.read(request.form)
        user = User.sign_up(**draft.model_dump())
    except Refused as refusal:
        return again("accounts/sign_up.html", refusal, onward=onward(), Draft=SignUpDraft)
    sign_in(user)
    return see_other(onward())


@bp.get("/sign-in")
def sign_in_form() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(onward())
    return page("accounts/sign_in.html", form={}, onward=onward(), Draft=SignInDraft)


@bp.post("/sign-in")
@limiter.limit("10 per minute; 100 per hour", deduct_when=lambda response: response.status_code == 422)
def sign_in_post() -> ResponseReturnValue:
    try:
        user_id = _who(SignInDraft.read(request.form))
    except Refused as refusal:
        return again("accounts/sign_in.html", refusal, onward=onward(), Draft=SignInDraft)
    sign_in(db.session.get_one(User, user_id))
    return see_other(onward())


@bp.post("/sign-out")
def sign_out_post() -> ResponseReturnValue:
    sign_out()
    return see_other(url_for("accounts.sign_in_form"))


@bp.get("/account")
@signed_in
def account() -> Response:
    sessions = UserSession.of(current_user, lifetime=lifetime())
    return page("accounts/account.html", sessions=sessions, here=g.user_session)


@bp.post("/account/sessions/<int:session_id>/end")
@signed_in
def end_session(session_id: int) -> Response:
    sessions = UserSession.of(current_user, lifetime=lifetime())
    found = next((one for one in sessions if one.id == session_id), None) or abort(404)
    found.end()
    db.session.commit()
    return see_other(url_for("accounts.account"))


@bp.post("/account/keys")
@signed_in
def keys() -> Response:
    current_user.uses_keys = KeysDraft.read(request.form).uses_keys
    db.session.commit()
    return see_other(url_for("accounts.account"))


def _who(draft: SignInDraft) -> int:
    """The id of the person; the slow comparison holds no write lock."""
    with reading():
        user = User.by_email(draft.email)
        password_hash = user.password_hash if user else None
        user_id = user.id if user else 0
    if not is_right(password_hash, draft.password):
        raise Refused("Mail address and password do not go together. Check both and try again.", field="password")
    return user_id

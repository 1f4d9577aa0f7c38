"""Who is asking: flask-login over our own sign-in rows. The cookie holds a token, never a user's id."""

from datetime import timedelta
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, cast

from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from flask_login import LoginManager, login_user, logout_user
from flask_login import current_user as _current_user

from triage.accounts.models import User, UserSession
from triage.clock import now
from triage.database import SAFE_METHODS, db
from triage.web import htmx

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

P = ParamSpec("P")
SEEN_EVERY = timedelta(hours=1)

current_user = cast(User, _current_user)
login_manager = LoginManager()
# Its own protection trusts X-Forwarded-For; our sessions can be revoked one by one instead.
login_manager.session_protection = None


def init_app(app: Flask) -> None:
    login_manager.init_app(app)
    login_manager.user_loader(_load)


def sign_in(user: User) -> None:
    """Begin a fresh session: nothing of the old cookie survives, so a planted one is worth nothing."""
    session.clear()
    user_session, token = UserSession.begin(user, device=request.user_agent.string)
    session["sign_in"] = token
    session.permanent = True
    g.user_session = user_session
    login_user(user)
    session["_user_id"] = token


def sign_out() -> None:
    if "user_session" in g:
        g.user_session.end()
    logout_user()
    session.clear()


def signed_in(view: "Callable[P, ResponseReturnValue]") -> "Callable[P, ResponseReturnValue]":
    """Only for people who signed in; others are asked to, and brought back afterwards."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> "ResponseReturnValue":
        if current_user.is_authenticated:
            return view(*args, **kwargs)
        if htmx.is_htmx() or "text/event-stream" in request.headers.get("Accept", ""):
            abort(401)
        onward = request.full_path.rstrip("?") if request.method in SAFE_METHODS else None
        return redirect(url_for("accounts.sign_in_form", next=onward), 303)

    return guarded


def _load(token: str) -> User | None:
    lifetime = timedelta(days=current_app.config["SETTINGS"].session_days)
    user_session = UserSession.by_token(token, lifetime=lifetime)
    if user_session is None:
        return None
    g.user_session = user_session
    if request.method not in SAFE_METHODS and now() - user_session.seen_at > SEEN_EVERY:
        user_session.seen_at = now()
    return user_session.user


def is_live(user_session_id: int) -> bool:
    """Has this sign-in not been ended? Asked by streams, which outlive the request that opened them."""
    found: Any = db.session.get(UserSession, user_session_id)
    return found is not None and found.ended_at is None

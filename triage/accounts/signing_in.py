"""Who is asking: flask-login over our own sign-in rows. The cookie holds a token, never a user's id."""

from contextlib import suppress
from datetime import timedelta
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, cast

from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from flask_login import LoginManager, login_user, logout_user
from flask_login import current_user as _current_user
from sqlalchemy import update
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from triage.accounts.models import User, UserSession
from triage.clock import now
from triage.database import SAFE_METHODS, db
from triage.web import htmx
from triage.web.drafts import clean

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
    """Begin a fresh session: nothing of the old cookie survives, so a planted one is worth nothing.

    It commits, as sign_out() does: the cookie must not run ahead of the row it names.
    """
    _end_session()
    user_session, token = UserSession.begin(user, device=clean(request.user_agent.string))
    db.session.commit()
    session.clear()
    session.permanent = True
    g.user_session = user_session
    login_user(user)
    session["_user_id"] = token


def sign_out() -> None:
    """End the row as well as the cookie: a copy of that is worth nothing afterwards."""
    _end_session()
    db.session.commit()
    logout_user()
    session.clear()


def _end_session() -> None:
    if current_user.is_authenticated:
        g.user_session.end()


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


def lifetime() -> timedelta:
    """How long a sign-in lives without a visit."""
    return timedelta(days=current_app.config["SETTINGS"].session_days)


def _load(token: str) -> User | None:
    user_session = UserSession.by_token(token, lifetime=lifetime())
    if user_session is None:
        return None
    g.user_session = user_session
    if request.method in SAFE_METHODS and now() - user_session.seen_at > SEEN_EVERY:
        _see(user_session)
    return user_session.user


def _see(user_session: UserSession) -> None:
    """Note the visit, at most once an hour: whoever only reads stays signed in as well.

    In a transaction of its own, since a GET's only reads; when there is no room to write, the next visit does it.
    """
    with suppress(OperationalError, PoolTimeout), db.engine.begin() as connection:
        connection.execute(update(UserSession).where(UserSession.id == user_session.id).values(seen_at=now()))
        session.modified = True  # the cookie lasts as long from now on, as its row does


def is_live(user_session_id: int) -> bool:
    """Has this sign-in not been ended? Asked by streams, which outlive the request that opened them."""
    found: Any = db.session.get(UserSession, user_session_id)
    return found is not None and found.ended_at is None

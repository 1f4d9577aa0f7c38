"""Refused → 422 into #flash; 403, 404, 409, 413, 500 and 503 as pages that say what to do."""

import json
from contextlib import suppress
from typing import Any

from flask import Flask, Response, current_app, make_response, render_template, request
from flask_login import AnonymousUserMixin, current_user
from flask_wtf.csrf import CSRFError, generate_csrf
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, SecurityError

from triage.database import db
from triage.refusal import Busy, Refused, Stale
from triage.web import htmx
from triage.web.drafts import clean
from triage.web.security import CrossSite

SENTENCES = {
    400: ("That request was not understood", "Go back, reload the page and try again."),
    401: ("You are signed out", "Sign in again, in another tab if you have something unsaved here, and try again."),
    403: (
        "This is not yours to do",
        "Your role in the team does not allow it. A lead of the team can change your role.",
    ),
    404: ("There is nothing here", "The address may be mistyped, or it belongs to a team you are not in."),
    405: ("That is not how this address works", "Go back, reload the page and try again."),
    413: ("That is too much at once", "Send a smaller file or a shorter text: at most {limit} kB."),
    429: ("Too many tries", "Wait a minute, then try again."),
    500: ("Something broke on our side", "It is recorded. Nothing was half saved: reload the page and try again."),
    503: ("The server is busy", "Nothing of yours was lost. Try again in a moment."),
}

RETRY_AFTER = "2"


def init_app(app: Flask) -> None:
    app.register_error_handler(Refused, refused)
    app.register_error_handler(CSRFError, forgery)
    app.register_error_handler(CrossSite, cross_site)
    app.register_error_handler(SecurityError, unknown_host)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(OperationalError, database_away)
    app.register_error_handler(PoolTimeout, database_away)
    app.register_error_handler(Exception, broken)


def refused(refusal: Refused) -> Response:
    db.session.rollback()
    status = 503 if isinstance(refusal, Busy) else 409 if isinstance(refusal, Stale) else 422
    response = _answer(status, "Not done", refusal.sentence, typed=_typed())
    if status == 503:
        response.headers["Retry-After"] = RETRY_AFTER
    return response


def forgery(_error: CSRFError) -> Response:
    """The token is of an earlier sign-in, or the cookie is gone. Who is signed in gets a fresh one with the answer."""
    db.session.rollback()
    if not current_user.is_authenticated:
        sentence = "Sign in again in another tab, then come back and send this once more."
        return _answer(400, "You are signed out", sentence, typed=_typed())
    sentence = "Send it once more." if htmx.is_htmx() else "Go back, reload the page and send it once more."
    response = _answer(400, "You signed in again since this page was opened", sentence, typed=_typed())
    response.headers["HX-Trigger"] = json.dumps({"token": {"token": generate_csrf()}})
    return response


def cross_site(_error: CrossSite) -> Response:
    sentence = "Triage takes changes from its own pages only. Behind a proxy, it must hear which address people typed."
    return _answer(403, "This was sent from another site", sentence)


def unknown_host(_error: SecurityError) -> Response:
    """No page: its links would carry a name that is not ours."""
    return Response("This server is not known by that name (TRIAGE_TRUSTED_HOSTS).\n", 400, mimetype="text/plain")


def http_error(error: HTTPException) -> Response:
    db.session.rollback()
    status = error.code or 500
    if status < 400 or error.response is not None:
        return error.get_response()  # type: ignore[return-value]
    title, sentence = SENTENCES.get(status, SENTENCES[400 if status < 500 else 500])
    response = _answer(status, title, sentence.format(limit=current_app.config["MAX_CONTENT_LENGTH"] // 1000))
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response


def database_away(_error: Exception) -> Response:
    db.session.rollback()
    response = _answer(503, *SENTENCES[503])
    response.headers["Retry-After"] = RETRY_AFTER
    return response


def broken(error: Exception) -> Response:
    db.session.rollback()
    current_app.logger.exception("unhandled", exc_info=error)
    return _answer(500, *SENTENCES[500])


def _answer(status: int, title: str, sentence: str, **context: Any) -> Response:
    """One sentence, as the kind of thing that asked can show it: a line, a flash on the page, a page of its own."""
    if htmx.is_htmx():
        words = sentence if status in {409, 422} else f"{title}. {sentence}"
        flash = _without_viewer("_flash.html", sentence=words, kind="refusal")
        return htmx.into(make_response(flash, status), "#flash")
    if request.accept_mimetypes and not request.accept_mimetypes.accept_html:
        return Response(sentence + "\n", status, mimetype="text/plain")
    context |= {"title": title, "sentence": sentence}
    if status < 500:
        with suppress(OperationalError, PoolTimeout):
            return make_response(render_template("error.html", **context), status)
    return make_response(_without_viewer("error.html", **context), status)


def _without_viewer(template: str, **context: Any) -> str:
    """Rendered without asking the database who is looking: it may be what is broken."""
    return current_app.jinja_env.get_template(template).render(current_user=AnonymousUserMixin(), **context)


def _typed() -> dict[str, str]:
    """What a person wrote and would otherwise have to write again; never a password or our own token."""
    return {
        name.replace("_", " "): clean(text)
        for name, text in request.form.items()
        if text.strip() and name not in {"password", "csrf_token", "next", "version"}
    }

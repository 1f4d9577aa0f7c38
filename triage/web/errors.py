"""Refused → 422 into #flash; 403, 404, 409, 413, 500 and 503 as pages that say what to do."""

from flask import Flask, Response, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from triage.database import db
from triage.refusal import Busy, Refused, Stale
from triage.web import htmx

SENTENCES = {
    400: ("That request was not understood", "Go back, reload the page and try again."),
    403: (
        "This is not yours to do",
        "Your role in the team does not allow it. A lead of the team can change your role.",
    ),
    404: ("There is nothing here", "The address may be mistyped, or it belongs to a team you are not in."),
    405: ("That is not how this address works", "Go back, reload the page and try again."),
    413: ("That is too much at once", "Send a smaller file or a shorter text: at most 2 MB."),
    429: ("Too many tries", "Wait a minute, then try again."),
    500: ("Something broke on our side", "It is recorded. Nothing was half saved: reload the page and try again."),
    503: ("The server is busy", "Nothing of yours was lost. Try again in a moment."),
}


def init_app(app: Flask) -> None:
    app.register_error_handler(Refused, refused)
    app.register_error_handler(CSRFError, forgery)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(OperationalError, database_away)
    app.register_error_handler(PoolTimeout, database_away)
    app.register_error_handler(Exception, broken)


def refused(refusal: Refused) -> Response:
    db.session.rollback()
    status = 503 if isinstance(refusal, Busy) else 409 if isinstance(refusal, Stale) else 422
    return _answer(status, "Not done", refusal.sentence)


def forgery(_error: CSRFError) -> Response:
    """The token is of an earlier sign-in, or the cookie is gone: nothing is lost that a reload does not bring back."""
    db.session.rollback()
    return _answer(400, "This page has grown old", "You signed in again since it was opened. Reload it and try again.")


def http_error(error: HTTPException) -> Response:
    db.session.rollback()
    status = error.code or 500
    if status < 400:
        return error.get_response()  # type: ignore[return-value]
    title, sentence = SENTENCES.get(status, SENTENCES[400 if status < 500 else 500])
    response = _answer(status, title, sentence)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response


def database_away(_error: Exception) -> Response:
    db.session.rollback()
    response = _answer(503, *SENTENCES[503])
    response.headers["Retry-After"] = "2"
    return response


def broken(error: Exception) -> Response:
    from flask import current_app

    db.session.rollback()
    current_app.logger.exception("unhandled", exc_info=error)
    return _answer(500, *SENTENCES[500])


def _answer(status: int, title: str, sentence: str) -> Response:
    """One sentence, as the kind of thing that asked can show it: a line, a flash on the page, a page of its own."""
    if htmx.is_htmx():
        flash = render_template("_flash.html", sentence=sentence, kind="refusal")
        return htmx.into(make_response(flash, status), "#flash")
    if request.accept_mimetypes.best_match(["text/html", "text/plain"]) == "text/plain":
        return Response(sentence + "\n", status, mimetype="text/plain")
    return make_response(render_template("error.html", title=title, sentence=sentence, status=status), status)

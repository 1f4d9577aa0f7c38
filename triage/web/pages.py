"""page(): the whole page, or the one region of it that htmx asked for. One URL, one view, one template."""

from typing import Any

from flask import Response, current_app, make_response, redirect, render_template, request

from triage.database import db
from triage.refusal import Refused, Stale
from triage.web import htmx
from triage.web.drafts import clean


def page(template: str, status: int = 200, *, region: str = "", **context: Any) -> Response:
    """Render a template; for htmx, only the block named like the element it asked for (or like `region`).

    A region is a Jinja block whose name is its element's id with underscores for dashes.
    """
    name = region or htmx.target()
    block = name.replace("-", "_")
    if htmx.is_htmx() and block in current_app.jinja_env.get_template(template).blocks:
        return make_response(render_block(template, block, **context), status)
    return make_response(render_template(template, **context), status)


def render_block(template: str, block: str, **context: Any) -> str:
    """One block of a template, with the same names in reach as the whole page has."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    found = app.jinja_env.get_template(template)
    app.update_template_context(context)
    return "".join(found.blocks[block](found.new_context(context)))


def see_other(url: str) -> Response:
    """Where a write sends the browser: 303, or for htmx a header, since fetch would follow a 303 by itself."""
    if htmx.is_htmx():
        response = make_response("", 204)
        response.headers["HX-Redirect"] = url
        return response
    return redirect(url, 303)  # type: ignore[return-value]


def again(template: str, refusal: Refused, *, region: str = "", **context: Any) -> Response:
    """The form that was refused: the sentence beside its field, and all that was typed and can be seen still there."""
    db.session.rollback()
    form = {name: clean(value) for name, value in request.form.items()}
    status = 409 if isinstance(refusal, Stale) else 422
    return page(template, status, region=region, refusal=refusal, form=form, **context)


def ask(template: str, status: int = 200, **context: Any) -> Response:
    """A form in the page's dialog, or on a page of its own: the template's block `ask`."""
    response = page(template, status, region=_dialog(), **context)
    return htmx.into(response, "#ask") if htmx.is_htmx() else response


def ask_again(template: str, refusal: Refused, **context: Any) -> Response:
    """The same, refused."""
    response = again(template, refusal, region=_dialog(), **context)
    return htmx.into(response, "#ask") if htmx.is_htmx() else response


def _dialog() -> str:
    return "ask" if htmx.is_htmx() else ""


def changed(url: str) -> Response:
    """What a write answers whose result everyone sees live: nothing to swap for htmx, 303 to the page for a form.

    The stream is the one writer of the board on a screen, the actor's too, so nothing older can overwrite it.
    """
    if htmx.is_htmx():
        return make_response("", 204, {"HX-Trigger": "changed"})
    return see_other(url)

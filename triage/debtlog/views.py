"""Bringing in a debt log (preview first), and the board as a file."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from triage.accounts.signing_in import current_user, signed_in
from triage.boards.models import Board
from triage.database import db, reading
from triage.debtlog.exchange import Fate, export, plan
from triage.debtlog.reader import read
from triage.refusal import Refused
from triage.teams.access import reach
from triage.teams.roles import MEMBER
from triage.web.drafts import clean
from triage.web.pages import again, page, see_other

bp = Blueprint("debtlog", __name__)


@bp.get("/boards/<int:board_id>/import")
@signed_in
def form(board_id: int) -> ResponseReturnValue:
    return page("debtlog/form.html", board=reach(Board, board_id, MEMBER), form={})


@bp.post("/boards/<int:board_id>/import")
@signed_in
def preview(board_id: int) -> ResponseReturnValue:
    """What would change. It writes nothing: accepting is a request of its own that carries the same text."""
    with _at_leisure():
        board = reach(Board, board_id, MEMBER)
        try:
            text, name = _submitted()
            return page(
                "debtlog/preview.html", board=board, plan=plan(board, read(text)), Fate=Fate, text=text, name=name
            )
        except Refused as refusal:
            return again("debtlog/form.html", refusal, board=board)


@bp.post("/boards/<int:board_id>/import/acceptance")
@signed_in
def accept(board_id: int) -> ResponseReturnValue:
    with _at_leisure():
        reach(Board, board_id, MEMBER)
        text, name = _submitted()
        log = read(text)
    board = reach(Board, board_id, MEMBER)
    plan(board, log).accept(by=current_user, source=name)
    db.session.commit()
    return see_other(url_for("columns.show", board_id=board.id))


@bp.get("/boards/<int:board_id>/export.md", endpoint="export")
@signed_in
def export_board(board_id: int) -> ResponseReturnValue:
    return Response(export(reach(Board, board_id)), mimetype="text/markdown")


@contextmanager
def _at_leisure() -> Iterator[None]:
    """Let others write meanwhile: understanding a long log takes seconds, and the sign-in check began a write."""
    db.session.rollback()
    with reading():
        yield


def _submitted() -> tuple[str, str]:
    """The log's text and its name: from a file, or pasted. Raises Refused when it is neither, or is not text."""
    file = request.files.get("file")
    if file and file.filename:
        try:
            return file.read().decode("utf-8-sig"), clean(file.filename)[:100]
        except UnicodeDecodeError as error:
            raise Refused(
                f"{clean(file.filename)[:100]} is not UTF-8 text (byte {error.start} does not fit)."
                " Save it as UTF-8 and choose it again.",
                field="file",
            ) from None
    text = request.form.get("text", "")
    if not text.strip():
        raise Refused("Choose a file, or paste its text.", field="file")
    return text.replace("\r\n", "\n"), clean(request.form.get("name", ""))[:100] or "pasted text"

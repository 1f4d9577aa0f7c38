"""The stream of a board. It answers 401, 404 or 503, and never redirects: a client would follow that for ever."""

import threading
from collections import Counter
from collections.abc import Iterator

from flask import Blueprint, Response, abort, current_app, g, request, stream_with_context
from flask.typing import ResponseReturnValue

from triage.accounts.signing_in import current_user, is_live
from triage.boards.models import Board
from triage.config import Settings
from triage.database import db
from triage.live.bus import bus_of
from triage.live.stream import Stream
from triage.teams.access import reach
from triage.teams.models import Membership

bp = Blueprint("live", __name__)

_open: Counter[int] = Counter()
_open_lock = threading.Lock()
THREADS_FOR_PAGES = 16


@bp.get("/boards/<int:board_id>/live")
def stream(board_id: int) -> ResponseReturnValue:
    """`?since=41` or `Last-Event-ID`: where the page stands; `?cards`: send cards, not only that something changed."""
    if not current_user.is_authenticated:
        abort(401)
    board = reach(Board, board_id)
    settings: Settings = current_app.config["SETTINGS"]
    user_id, user_session_id, team_id = current_user.id, g.user_session.id, board.team_id

    def may_go_on() -> bool:
        membership = db.session.query(Membership.id).filter_by(team_id=team_id, user_id=user_id, left_at=None).first()
        return membership is not None and is_live(user_session_id)

    news = Stream(
        bus=bus_of(current_app),
        news=current_app.extensions["news"],
        board_id=board_id,
        since=_version(request.headers.get("Last-Event-ID")) or _version(request.args.get("since")) or board.version,
        shows_cards="cards" in request.args,
        may_go_on=may_go_on,
        heartbeat=settings.heartbeat_seconds,
        lifetime=settings.stream_minutes * 60,
    )
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    if request.method == "HEAD":  # its body is never begun, so nothing would give the place back
        return Response(mimetype="text/event-stream", headers=headers)
    _take_place(user_id, settings)
    db.session.remove()
    return Response(stream_with_context(_giving_back(user_id, news)), mimetype="text/event-stream", headers=headers)


def _giving_back(user_id: int, news: Stream) -> Iterator[str]:
    try:
        yield from news.messages()
    finally:
        with _open_lock:
            _open[user_id] -= 1


def _take_place(user_id: int, settings: Settings) -> None:
    """A stream takes a thread: some are kept for pages, and nobody takes them all."""
    with _open_lock:
        is_full = _open.total() >= settings.threads - THREADS_FOR_PAGES
        if is_full or _open[user_id] >= settings.streams_per_person:
            abort(503, response=Response("Too many live pages are open.\n", 503, {"Retry-After": "10"}, "text/plain"))
        _open[user_id] += 1


def _version(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 16 else 0

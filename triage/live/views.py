"""The stream of a board. It answers 401, 404, 410 or 503, and never redirects: a client would follow that for ever."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator

from flask import Blueprint, Flask, Response, abort, current_app, g, request, stream_with_context
from flask.typing import ResponseReturnValue
from sqlalchemy import or_

from triage.accounts.signing_in import current_user, is_live
from triage.boards.models import Board
from triage.config import Settings
from triage.database import Versioned, db
from triage.live.bus import bus_of
from triage.live.room import Listener, RoomTeller
from triage.live.stream import Stream, Tell
from triage.rooms.access import enter, guest_of, was_guest
from triage.rooms.attendance import Attendance
from triage.rooms.models import Ritual, Status
from triage.rooms.room import Room
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
    user_id, user_session_id, team_id = current_user.id, g.user_session.id, board.team_id

    def may_go_on() -> bool:
        return _is_member(team_id, user_id) and is_live(user_session_id)

    shows_cards, news = "cards" in request.args, current_app.extensions["news"]
    messages = _stream(board, lambda seen, heard: news.since(seen, heard, board_id, shows_cards), may_go_on)
    return _streaming(user_id, messages.messages)


def room(kind: type[Ritual], id: int) -> ResponseReturnValue:
    """A room's; `?screen` is the one on the wall. Whoever listens is present."""
    if not current_user.is_authenticated and guest_of(kind, id) is None:
        abort(410 if was_guest(kind, id) else 401)
    visitor = enter(kind, id)
    if visitor.ritual.status is Status.PLANNED:
        abort(404)
    home, team_id, user_session = visitor.ritual.home, visitor.ritual.team_id, g.get("user_session")
    person = Listener(
        ritual_id=id,
        user_id=visitor.user.id if visitor.user else None,
        guest_id=visitor.guest.id if visitor.guest else None,
        role=visitor.role,
        is_screen="screen" in request.args,
    )

    def may_go_on() -> bool:
        if person.guest_id is not None:
            # The close takes the tokens of guests too, and they are to hear of it.
            stays = or_(Attendance.token_hash.is_not(None), Ritual.status == Status.CLOSED)
            attendance = db.session.query(Attendance.id).join(Ritual).filter(Attendance.id == person.guest_id, stays)
            return attendance.first() is not None
        return _is_member(team_id, person.user_id) and is_live(user_session.id)

    teller = RoomTeller(current_app.extensions["rooms"], current_app.extensions["presence"], person)
    messages = _stream(home, teller.tell, may_go_on)
    return _streaming(person.user_id or -(person.guest_id or 0), lambda: teller.present_during(messages.messages()))


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    for kind in Room.kinds:
        noun = kind.event_kind
        app.add_url_rule(f"/{noun}s/<int:{noun}_id>/live", f"live.{noun}", _room_of(kind))


def _room_of(kind: type[Ritual]) -> Callable[..., ResponseReturnValue]:
    return lambda **address: room(kind, address[f"{kind.event_kind}_id"])


def _is_member(team_id: int, user_id: int | None) -> bool:
    return db.session.query(Membership.id).filter_by(team_id=team_id, user_id=user_id, left_at=None).first() is not None


def _stream(home: Versioned, tell: Tell, may_go_on: Callable[[], bool]) -> Stream:
    settings: Settings = current_app.config["SETTINGS"]
    return Stream(
        bus=bus_of(current_app),
        topic=home.topic,
        since=_version(request.headers.get("Last-Event-ID")) or _version(request.args.get("since")) or home.version,
        tell=tell,
        may_go_on=may_go_on,
        heartbeat=settings.heartbeat_seconds,
        lifetime=settings.stream_minutes * 60,
    )


def _streaming(listener: int, messages: Callable[[], Iterator[str]]) -> Response:
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    if request.method == "HEAD":  # its body is never begun, so nothing would give the place back
        return Response(mimetype="text/event-stream", headers=headers)
    _take_place(listener, current_app.config["SETTINGS"])
    db.session.remove()
    return Response(
        stream_with_context(_giving_back(listener, messages)), mimetype="text/event-stream", headers=headers
    )


def _giving_back(listener: int, messages: Callable[[], Iterator[str]]) -> Iterator[str]:
    try:
        yield from messages()
    finally:
        with _open_lock:
            _open[listener] -= 1


def _take_place(listener: int, settings: Settings) -> None:
    """A stream takes a thread: some are kept for pages, and nobody takes them all."""
    with _open_lock:
        is_full = _open.total() >= settings.threads - THREADS_FOR_PAGES
        if is_full or _open[listener] >= settings.streams_per_person:
            abort(503, response=Response("Too many live pages are open.\n", 503, {"Retry-After": "10"}, "text/plain"))
        _open[listener] += 1


def _version(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 16 else 0

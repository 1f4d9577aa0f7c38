"""What people do in every room, one noun for each; `open_rooms` gives them to a kind under its own addresses.

Each function is told the kind and the id: `POST /meetings/4/phase` is `turn(Meeting, 4)`.
"""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from triage.accounts.signing_in import current_user, signed_in
from triage.database import db, reading
from triage.refusal import Refused, Stale
from triage.rooms.access import Seat, Visitor, enter
from triage.rooms.addresses import address
from triage.rooms.dots import change_budget
from triage.rooms.drafts import BudgetDraft, PulseDraft, ReadyDraft, TimerDraft, TurnDraft
from triage.rooms.models import Ritual
from triage.rooms.phases import RoomPhase
from triage.rooms.room import Room
from triage.teams.access import reach
from triage.teams.roles import MEMBER
from triage.web import htmx
from triage.web.errors import refused
from triage.web.pages import ask, ask_again, changed, page, see_other

# What version an answer shows: static/js/room-versions.js puts answers and the stream in order by it.
VERSION = "Triage-Version"

View = Callable[[type[Ritual], int], ResponseReturnValue]
ROUTES: list[tuple[str, str, View]] = []


def route(method: str, path: str) -> Callable[[View], View]:
    def register(view: View) -> View:
        ROUTES.append((method, path, view))
        return view

    return register


def open_rooms(kind: type[Ritual], blueprint: Blueprint) -> None:
    """Every room's addresses, for a kind: /meetings/4/phase."""
    noun = kind.event_kind
    for method, path, view in ROUTES:
        blueprint.add_url_rule(
            f"/{noun}s/<int:{noun}_id>{path}",
            view.__name__,
            _of_kind(view, kind, f"{noun}_id"),
            methods=[method],
        )

    @blueprint.errorhandler(Stale)
    def stale(refusal: Stale) -> ResponseReturnValue:
        """The loser of a race sees the room as it is now, and one line about it."""
        db.session.rollback()
        id = (request.view_args or {}).get(f"{noun}_id")
        if id is None:
            return refused(refusal)
        with reading():
            visitor = enter(kind, id)
            if visitor.ritual.is_closed:
                return see_other(address(visitor.ritual))
            return room_page(visitor, 409, region="ritual", stale=refusal.sentence)


def _of_kind(view: View, kind: type[Ritual], name: str) -> Callable[..., ResponseReturnValue]:
    return lambda **address: view(kind, address[name])


# The chair's


@route("POST", "/phase")
@signed_in
def turn(kind: type[Ritual], id: int) -> ResponseReturnValue:
    """On to the next phase (`turn` is the one the chair saw), or back to an earlier one (`back`)."""
    ritual, draft = reach(kind, id, MEMBER), TurnDraft.read(request.form)
    if draft.back is None:
        ritual.advance(seen=seen(draft), by=current_user)
    else:
        to = _phase(kind, draft.to) if draft.to else [next(iter(kind.phases)), *ritual.phase.earlier][-1]
        ritual.go_back(to, seen=draft.back, by=current_user)
    return done(ritual)


@route("POST", "/reveal")
@signed_in
def reveal(kind: type[Ritual], id: int) -> ResponseReturnValue:
    ritual = reach(kind, id, MEMBER)
    ritual.reveal(seen=seen(TurnDraft.read(request.form)), by=current_user)
    return done(ritual)


@route("POST", "/chair")
@signed_in
def chair(kind: type[Ritual], id: int) -> ResponseReturnValue:
    ritual = reach(kind, id, MEMBER)
    ritual.take_chair(by=current_user)
    return done(ritual)


@route("POST", "/timer")
@signed_in
def timer(kind: type[Ritual], id: int) -> ResponseReturnValue:
    ritual = reach(kind, id, MEMBER)
    ritual.extend(int(TimerDraft.read(request.form).minutes), by=current_user)
    return done(ritual)


@route("GET", "/budget")
@signed_in
def budget_form(kind: type[Ritual], id: int) -> ResponseReturnValue:
    ritual = reach(kind, id, MEMBER)
    form = {"dots": ritual.dots, "dots_per_item": ritual.dots_per_item}
    return ask("rooms/budget.html", ritual=ritual, form=form, Draft=BudgetDraft)


@route("POST", "/budget")
@signed_in
def budget(kind: type[Ritual], id: int) -> ResponseReturnValue:
    ritual = reach(kind, id, MEMBER)
    try:
        draft = BudgetDraft.read(request.form)
        change_budget(ritual, draft.dots, draft.dots_per_item, by=current_user)
    except Stale:
        raise
    except Refused as refusal:
        return ask_again("rooms/budget.html", refusal, ritual=ritual, Draft=BudgetDraft)
    return done(ritual)


@route("POST", "/closing")
@signed_in
def close(kind: type[Ritual], id: int) -> ResponseReturnValue:
    ritual = reach(kind, id, MEMBER)
    ritual.close(seen=seen(TurnDraft.read(request.form)), by=current_user)
    db.session.commit()
    return see_other(address(ritual, "minutes"))


@route("POST", "/reopening")
@signed_in
def reopen(kind: type[Ritual], id: int) -> ResponseReturnValue:
    ritual = reach(kind, id, MEMBER)
    ritual.reopen(by=current_user)
    db.session.commit()
    return see_other(address(ritual))


# Everybody's


@route("POST", "/ready")
def ready(kind: type[Ritual], id: int) -> ResponseReturnValue:
    visitor, draft = enter(kind, id), ReadyDraft.read(request.form)
    visitor.present().be_ready(draft.ready, seen=draft.turn)
    return done(visitor.ritual)


@route("POST", "/pulse")
def pulse(kind: type[Ritual], id: int) -> ResponseReturnValue:
    visitor, draft = enter(kind, id), PulseDraft.read(request.form)
    visitor.present().rate_worth(draft.worth)
    return done(visitor.ritual)


@route("GET", "/minutes")
@signed_in
def minutes(kind: type[Ritual], id: int) -> ResponseReturnValue:
    ritual = reach(kind, id)
    return page("rooms/minutes.html", ritual=ritual, minutes=Room.of(ritual, Seat.READER).minutes)


@route("GET", "/minutes.md")
@signed_in
def minutes_md(kind: type[Ritual], id: int) -> ResponseReturnValue:
    ritual = reach(kind, id)
    return Response(Room.of(ritual, Seat.READER).minutes.markdown(), mimetype="text/markdown")


# What the views of each kind answer with


def room_page(visitor: Visitor, status: int = 200, *, region: str = "", stale: str = "") -> Response:
    """The room as this visitor sees it."""
    ritual = visitor.ritual
    room = Room.of(ritual, visitor.seat, visitor.attendance)
    response = page("rooms/room.html", status, region=region, room=room, stale=stale)
    response.headers[VERSION] = str(ritual.home.version)
    return htmx.into(response, "#ritual", "outerMorph") if stale and htmx.is_htmx() else response


def own(visitor: Visitor, template: str, **context: Any) -> ResponseReturnValue:
    """What only the actor's screen shows comes with the answer, at once; it is saved even if that cannot be shown."""
    url = address(visitor.ritual)
    if not htmx.is_htmx():
        return see_other(url)
    version = visitor.ritual.home.version
    try:
        with reading():
            response = page(template, room=Room.of(visitor.ritual, visitor.seat, visitor.attendance), **context)
    except (OperationalError, PoolTimeout):
        db.session.rollback()
        return changed(url)
    response.headers[VERSION] = str(version)
    return response


def done(ritual: Ritual) -> ResponseReturnValue:
    ritual.home.hold()  # whatever it was, the room's screens look anew
    db.session.commit()
    return changed(address(ritual))


def seen(draft: TurnDraft) -> int:
    """A request that names no turn has seen none."""
    return -1 if draft.turn is None else draft.turn


def _phase(kind: type[Ritual], name: str) -> RoomPhase:
    found = next((phase for phase in kind.phases if phase == name), None)
    if found is None:
        raise Refused(f"There is no phase “{name}”. Reload the page and press again.")
    return found

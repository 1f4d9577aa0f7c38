"""Who comes into a room: members of the team by reach(), guests by what the link gave their browser."""

from dataclasses import dataclass
from enum import Enum
from typing import NoReturn, cast

from flask import abort, current_app, g, redirect, request, session, url_for
from itsdangerous import BadSignature, URLSafeSerializer

from triage.accounts.models import User
from triage.accounts.signing_in import current_user
from triage.database import SAFE_METHODS, db, is_writing
from triage.refusal import Refused
from triage.rooms.attendance import Attendance
from triage.rooms.models import Ritual, Status
from triage.teams.access import reach
from triage.teams.roles import MEMBER, OBSERVER, Role
from triage.web import htmx

RENEWED = "This link was renewed. Scan the code that the room screen shows now."


class Seat(Enum):
    """What somebody may do in the room. Everybody in the same seat sees the same, apart from what is private."""

    CHAIR = "chair"
    MEMBER = "member"
    GUEST = "guest"
    READER = "reader"
    SCREEN = "screen"

    @property
    def drives(self) -> bool:
        return self is Seat.CHAIR

    @property
    def acts(self) -> bool:
        return self in (Seat.CHAIR, Seat.MEMBER)

    @property
    def votes(self) -> bool:
        return self.acts or self is Seat.GUEST

    @property
    def is_screen(self) -> bool:
        return self is Seat.SCREEN


@dataclass(frozen=True)
class Visitor:
    """Somebody at the door of a room: a member of the team (`user`), or a guest (`guest`)."""

    ritual: Ritual
    role: Role
    user: User | None
    guest: Attendance | None = None

    @property
    def attendance(self) -> Attendance | None:
        """This person's, if there is one yet."""
        return self.guest or (self.user and Attendance.of(self.ritual, self.user))

    @property
    def seat(self) -> Seat:
        return seat_of(self.ritual, self.user.id if self.user else None, self.role)

    def present(self) -> Attendance:
        """Their attendance, to say that they are ready and whether it was worth it. Observers only read."""
        if self.guest:
            return self.guest
        if self.role < MEMBER or self.user is None:
            abort(403)
        return Attendance.come(self.ritual, self.user)

    def voter(self) -> Attendance:
        """The same, to ballot and vote with. Raises Refused for guests of a team whose guests watch."""
        if self.guest and not self.ritual.team.guests_vote:
            raise Refused("Guests of this team watch. Ask to be invited as a member to vote.")
        return self.present()


def seat_of(ritual: Ritual, user_id: int | None, role: Role) -> Seat:
    if user_id is None:
        return Seat.GUEST if ritual.team.guests_vote else Seat.READER
    if role < MEMBER:
        return Seat.READER
    return Seat.CHAIR if ritual.chair_id == user_id else Seat.MEMBER


def enter(kind: type[Ritual], ritual_id: int) -> Visitor:
    """The first line of what guests may do too. Strangers get 404, those who are not signed in are asked to."""
    guest = guest_of(kind, ritual_id)
    if guest is not None and not _is_member(guest.ritual):
        return Visitor(guest.ritual, OBSERVER, None, guest)
    if not current_user.is_authenticated:
        _say_goodbye(kind, ritual_id)
        _ask_to_sign_in()
    ritual = reach(kind, ritual_id)
    return Visitor(ritual, g.role, cast(User, current_user._get_current_object()))


def _is_member(ritual: Ritual) -> bool:
    """Was the guest invited to the team meanwhile?"""
    return current_user.is_authenticated and ritual.team.has(current_user)


def guest_of(kind: type[Ritual], ritual_id: int) -> Attendance | None:
    """The guest that this browser is in a room."""
    token = _token(ritual_id)
    found = Attendance.by_token(ritual_id, token) if token else None
    if found is None or found.ritual.is_closed or not isinstance(found.ritual, kind):
        return None
    if is_writing():
        found.ritual.hold()
        db.session.refresh(found)  # the link may have been renewed while we waited
        return found if found.token_hash else None
    return found


def was_guest(kind: type[Ritual], ritual_id: int) -> bool:
    """Did this browser's guest stay until it was over?"""
    ritual = _left(kind, ritual_id)
    return ritual is not None and ritual.is_closed


def _say_goodbye(kind: type[Ritual], ritual_id: int) -> None:
    """Raises Refused for a guest whose link is over or was renewed: to sign in would not help."""
    ritual = _left(kind, ritual_id)
    if ritual is not None:
        must_be_open(ritual)
        raise Refused(RENEWED)


def _left(kind: type[Ritual], ritual_id: int) -> Ritual | None:
    """What this browser once joined."""
    return db.session.get(kind, ritual_id) if _token(ritual_id) else None


def _token(ritual_id: int) -> str | None:
    token: str | None = session.get("guest", {}).get(str(ritual_id))
    return token


def _ask_to_sign_in() -> NoReturn:
    if htmx.is_htmx() or "text/event-stream" in request.headers.get("Accept", ""):
        abort(401)
    onward = request.full_path.rstrip("?") if request.method in SAFE_METHODS else None
    abort(redirect(url_for("accounts.sign_in_form", next=onward), 303))


# The link that guests join by


def link_token(ritual: Ritual) -> str:
    """What stands in the room's QR code: it names the ritual and the round of its link, and nobody can make one up."""
    return str(_serializer().dumps([ritual.id, ritual.link_round]))


def ritual_by_link(token: str) -> Ritual:
    """What a link leads to; 404 for a link that never was. Raises Refused for one that is over or was renewed."""
    try:
        ritual_id, link_round = _serializer().loads(token)
    except (BadSignature, ValueError):
        abort(404)
    ritual = db.session.get(Ritual, ritual_id) or abort(404)
    if is_writing():
        ritual.hold()
    must_be_open(ritual)
    if link_round != ritual.link_round:
        raise Refused(RENEWED)
    return ritual


def must_be_open(ritual: Ritual) -> None:
    """Raises Refused for a link to one that has not begun or is over."""
    if ritual.status is Status.PLANNED:
        raise Refused(f"This {ritual.noun} has not begun yet. Scan the code again when it has.")
    if ritual.is_closed:
        raise Refused(f"This {ritual.noun} is over, and its link with it. Thank you for coming.")


def _serializer() -> URLSafeSerializer:
    keys = [*current_app.config["SECRET_KEY_FALLBACKS"], current_app.config["SECRET_KEY"]]
    return URLSafeSerializer(keys, salt="meeting link")

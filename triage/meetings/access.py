"""Who comes into a room: members of the team by reach(), guests by what the link gave their browser."""

from dataclasses import dataclass
from enum import Enum
from typing import NoReturn, cast

from flask import abort, current_app, g, redirect, request, session, url_for
from itsdangerous import BadSignature, URLSafeSerializer

from triage.accounts.models import User
from triage.accounts.signing_in import current_user
from triage.database import SAFE_METHODS, db, is_writing
from triage.meetings.attendance import Attendance
from triage.meetings.models import Meeting, Status
from triage.refusal import Refused
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

    meeting: Meeting
    role: Role
    user: User | None
    guest: Attendance | None = None

    @property
    def attendance(self) -> Attendance | None:
        """This person's, if there is one yet."""
        return self.guest or (self.user and Attendance.of(self.meeting, self.user))

    @property
    def seat(self) -> Seat:
        return seat_of(self.meeting, self.user.id if self.user else None, self.role)

    def present(self) -> Attendance:
        """Their attendance, to say that they are ready and whether it was worth it. Observers only read."""
        if self.guest:
            return self.guest
        if self.role < MEMBER or self.user is None:
            abort(403)
        return Attendance.come(self.meeting, self.user)

    def voter(self) -> Attendance:
        """The same, to ballot and vote with. Raises Refused for guests of a team whose guests watch."""
        if self.guest and not self.meeting.board.team.guests_vote:
            raise Refused("Guests of this team watch. Ask to be invited as a member to vote.")
        return self.present()


def seat_of(meeting: Meeting, user_id: int | None, role: Role) -> Seat:
    if user_id is None:
        return Seat.GUEST if meeting.board.team.guests_vote else Seat.READER
    if role < MEMBER:
        return Seat.READER
    return Seat.CHAIR if meeting.chair_id == user_id else Seat.MEMBER


def enter(meeting_id: int) -> Visitor:
    """The first line of what guests may do too. Strangers get 404, those who are not signed in are asked to."""
    guest = guest_of(meeting_id)
    if guest is not None and not _is_member(guest.meeting):
        return Visitor(guest.meeting, OBSERVER, None, guest)
    if not current_user.is_authenticated:
        _say_goodbye(meeting_id)
        _ask_to_sign_in()
    meeting = reach(Meeting, meeting_id)
    return Visitor(meeting, g.role, cast(User, current_user._get_current_object()))


def _is_member(meeting: Meeting) -> bool:
    """Was the guest invited to the team meanwhile?"""
    return current_user.is_authenticated and meeting.board.team.has(current_user)


def guest_of(meeting_id: int) -> Attendance | None:
    """The guest that this browser is in a meeting."""
    token = _token(meeting_id)
    found = Attendance.by_token(meeting_id, token) if token else None
    if found is not None and found.meeting.is_closed:
        return None
    if found is not None and is_writing():
        found.meeting.hold()
        db.session.refresh(found)  # the link may have been renewed while we waited
        return found if found.token_hash else None
    return found


def was_guest(meeting_id: int) -> bool:
    """Did this browser's guest stay until the meeting was over?"""
    meeting = _left(meeting_id)
    return meeting is not None and meeting.is_closed


def _say_goodbye(meeting_id: int) -> None:
    """Raises Refused for a guest whose link is over or was renewed: to sign in would not help."""
    meeting = _left(meeting_id)
    if meeting is not None:
        must_be_open(meeting)
        raise Refused(RENEWED)


def _left(meeting_id: int) -> Meeting | None:
    """The meeting that this browser once joined."""
    return db.session.get(Meeting, meeting_id) if _token(meeting_id) else None


def _token(meeting_id: int) -> str | None:
    token: str | None = session.get("guest", {}).get(str(meeting_id))
    return token


def _ask_to_sign_in() -> NoReturn:
    if htmx.is_htmx() or "text/event-stream" in request.headers.get("Accept", ""):
        abort(401)
    onward = request.full_path.rstrip("?") if request.method in SAFE_METHODS else None
    abort(redirect(url_for("accounts.sign_in_form", next=onward), 303))


# The link that guests join by


def link_token(meeting: Meeting) -> str:
    """What stands in the room's QR code: it names the meeting and the round of its link, and nobody can make one up."""
    return str(_serializer().dumps([meeting.id, meeting.link_round]))


def meeting_by_link(token: str) -> Meeting:
    """The meeting of a link; 404 for a link that never was. Raises Refused for one that is over or was renewed."""
    try:
        meeting_id, link_round = _serializer().loads(token)
    except (BadSignature, ValueError):
        abort(404)
    meeting = db.session.get(Meeting, meeting_id) or abort(404)
    if is_writing():
        meeting.hold()
    must_be_open(meeting)
    if link_round != meeting.link_round:
        raise Refused(RENEWED)
    return meeting


def must_be_open(meeting: Meeting) -> None:
    """Raises Refused for a link to a meeting that has not begun or is over."""
    if meeting.status is Status.PLANNED:
        raise Refused("This meeting has not begun yet. Scan the code again when it has.")
    if meeting.is_closed:
        raise Refused("This meeting is over, and its link with it. Thank you for coming.")


def _serializer() -> URLSafeSerializer:
    keys = [*current_app.config["SECRET_KEY_FALLBACKS"], current_app.config["SECRET_KEY"]]
    return URLSafeSerializer(keys, salt="meeting link")

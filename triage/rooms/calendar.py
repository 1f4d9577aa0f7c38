"""The rituals of one home: what is live, planned and past, and beginning or planning the next."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from flask.typing import ResponseReturnValue
from sqlalchemy import select

from triage.accounts.signing_in import current_user
from triage.database import db
from triage.refusal import Refused
from triage.rooms.addresses import address
from triage.rooms.attendance import average_worth
from triage.rooms.drafts import PlanDraft
from triage.rooms.models import Ritual, Status
from triage.rooms.room import Room
from triage.web.pages import again, see_other


def calendar(kind: type[Ritual], home: Any) -> dict[str, Any]:
    """What the page of them shows."""
    found = db.session.scalars(select(kind).where(kind.at_home(home)).order_by(kind.id.desc())).all()
    return {
        "kind": kind,
        "live": kind.live_on(home),
        "planned": sorted((one for one in found if one.status is Status.PLANNED), key=lambda one: one.planned_for),
        "past": [one for one in found if one.is_closed],
        "worth": average_worth(kind.at_home(home)),
        "Draft": PlanDraft,
    }


def begin_or_plan(
    kind: type[Ritual], home: Any, form: Mapping[str, str], template: str, context: Mapping[str, Any]
) -> ResponseReturnValue:
    """Start one now, or plan one for `planned_for`. While one is live, whoever starts another is brought to it.

    `template` and its `context` are of the page that asked.
    """
    try:
        planned_for = PlanDraft.read(form).planned_for
        if planned_for is not None:
            moment = planned_for if planned_for.tzinfo else planned_for.replace(tzinfo=_zone(kind, home))
            kind.plan(home, moment, by=current_user)
            db.session.commit()
            return see_other(Room.kinds[kind].all_of(home))
        ritual = kind.live_on(home) or kind.start(home, by=current_user)
    except Refused as refusal:
        # Above both forms: which of them was pressed does not matter.
        return again(template, Refused(refusal.sentence), **context, **calendar(kind, home))
    db.session.commit()
    return see_other(address(ritual))


def _zone(kind: type[Ritual], home: Any) -> ZoneInfo:
    return ZoneInfo(kind.team_of(home).time_zone)

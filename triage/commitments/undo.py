"""How what happened to a commitment is undone."""

from triage.accounts.models import User
from triage.commitments.models import VERDICTS, Commitment, Verdict
from triage.database import db
from triage.events.models import Event
from triage.events.undo import inverse_of


@inverse_of("commitment.made", "commitment.proposed")
def withdraw(event: Event, *, by: User | None) -> None:
    _commitment(event).withdraw(by=by)


@inverse_of("commitment.accepted")
def unaccept(event: Event, *, by: User | None) -> None:
    _commitment(event).unaccept(by=by)


@inverse_of(*VERDICTS)
def reopen(event: Event, *, by: User | None) -> None:
    _commitment(event).reopen(by=by)


@inverse_of("commitment.corrected")
def uncorrect(event: Event, *, by: User | None) -> None:
    was, first = event.what["was"], event.what["first"]
    _commitment(event).uncorrect(Verdict(was), event.what["why_was"], first=first and Verdict(first), by=by)


def _commitment(event: Event) -> Commitment:
    return db.session.get_one(Commitment, event.subject_id)

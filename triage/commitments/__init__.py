"""Sprints, and what is promised in them: an item, an owner, done when."""

from flask import Flask

from triage.commitments import planning, postponing, undo, views  # noqa: F401 - routes; how ours are undone
from triage.commitments.bring_back import has_come
from triage.commitments.drafts import CommitmentDraft, EvidenceDraft
from triage.commitments.evidence import Evidence
from triage.commitments.models import Commitment, Verdict, carried_words
from triage.commitments.sprints import Sprint
from triage.items.exits import lets_in
from triage.items.models import before_merge
from triage.teams.models import before_change

before_merge(Commitment.must_not_stand_on)
lets_in(Commitment.is_on)
before_change(Sprint.settle)


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(
        Verdict=Verdict,
        CommitmentDraft=CommitmentDraft,
        EvidenceDraft=EvidenceDraft,
        commitments_of=Commitment.of,
        carried_in_vain=Commitment.carried,
        carried_words=carried_words,
        evidence_of=Evidence.of,
        bring_back_has_come=has_come,
    )
    app.register_blueprint(views.bp)

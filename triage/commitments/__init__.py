"""Sprints, and what is promised in them: an item, an owner, done when."""

from flask import Flask

from triage.commitments import evidence, postponing, undo, views  # noqa: F401 - a table; routes; how ours are undone
from triage.commitments.bring_back import has_come
from triage.commitments.drafts import CommitmentDraft
from triage.commitments.models import Commitment, Verdict
from triage.items.exits import lets_in
from triage.items.models import before_merge

before_merge(Commitment.must_not_stand_on)
lets_in(Commitment.is_on)


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(
        Verdict=Verdict,
        CommitmentDraft=CommitmentDraft,
        commitments_of=Commitment.of,
        bring_back_has_come=has_come,
    )
    app.register_blueprint(views.bp)

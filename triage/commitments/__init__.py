"""Sprints, and what is promised in them: an item, an owner, done when."""

from flask import Flask

from triage.commitments import views
from triage.commitments.drafts import CommitmentDraft
from triage.commitments.models import Commitment, Verdict


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(Verdict=Verdict, CommitmentDraft=CommitmentDraft, commitments_of=Commitment.of)
    app.register_blueprint(views.bp)

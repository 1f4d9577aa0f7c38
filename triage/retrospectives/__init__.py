"""Retrospectives: thirty minutes that end in one or two process changes, which the next one reviews."""

from flask import Flask

from triage.retrospectives.agenda import Prompt
from triage.retrospectives.answers import Done, Helped
from triage.retrospectives.changes import ProcessChange
from triage.retrospectives.models import Retrospective
from triage.retrospectives.room import RetrospectiveRoom  # noqa: F401 - what its rooms show
from triage.retrospectives.views import bp


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(
        Prompt=Prompt,
        Done=Done,
        Helped=Helped,
        running_changes=ProcessChange.running,
        live_retrospective_of=Retrospective.live_on,
    )
    app.register_blueprint(bp)

"""The thirty minutes: six phases, in a room that everyone sees live."""

from flask import Flask

from triage.meetings import joining, votes  # noqa: F401 - their routes, their tables
from triage.meetings.agenda import Phase
from triage.meetings.presence import Presence
from triage.meetings.views import bp


def init_app(app: Flask) -> None:
    app.extensions["presence"] = Presence()
    app.jinja_env.globals.update(Phase=Phase)
    app.register_blueprint(bp)

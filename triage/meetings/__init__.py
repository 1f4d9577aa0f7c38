"""The thirty minutes: six phases, in a room that everyone sees live."""

from flask import Flask

from triage.commitments.models import plans
from triage.items.exits import lets_in
from triage.meetings import joining, votes  # noqa: F401 - their routes, their tables
from triage.meetings.agenda import Phase
from triage.meetings.models import Meeting
from triage.meetings.of_item import meetings_of
from triage.meetings.presence import Presence
from triage.meetings.views import bp
from triage.web.kept import KeptHtml

lets_in(Meeting.sorts)
plans(Meeting.commits_to)


def init_app(app: Flask) -> None:
    app.extensions["presence"] = Presence()
    app.extensions["rows"] = KeptHtml()
    app.jinja_env.globals.update(Phase=Phase, live_meeting_on=Meeting.live_on, meetings_of=meetings_of)
    app.register_blueprint(bp)

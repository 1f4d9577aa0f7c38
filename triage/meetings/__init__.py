"""The thirty minutes: the triage of a board, in six phases."""

from flask import Flask

from triage.commitments.models import plans
from triage.items.exits import lets_in
from triage.meetings import votes  # noqa: F401 - its tables
from triage.meetings.agenda import Phase
from triage.meetings.models import Meeting
from triage.meetings.of_item import meetings_of
from triage.meetings.room import TriageRoom  # noqa: F401 - what its rooms show
from triage.meetings.views import bp
from triage.web.kept import KeptHtml

lets_in(Meeting.sorts)
plans(Meeting.commits_to)


def init_app(app: Flask) -> None:
    app.extensions["rows"] = KeptHtml()
    app.jinja_env.globals.update(Phase=Phase, live_meeting_on=Meeting.live_on, meetings_of=meetings_of)
    app.register_blueprint(bp)

"""Teams, their members and roles, invitations by link, and reach(): the only door to a team's rows."""

from flask import Flask

from triage.teams import views
from triage.teams.access import may
from triage.teams.roles import LEAD, MEMBER, OBSERVER


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(may=may, LEAD=LEAD, MEMBER=MEMBER, OBSERVER=OBSERVER)
    app.register_blueprint(views.bp)

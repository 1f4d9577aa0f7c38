"""The paydown history: whether debt is paid down, whether promises are kept, what will hurt next; and the decisions."""

from flask import Flask

from triage.history import deciding, then_views, views  # noqa: F401 - their routes
from triage.history.table import Named
from triage.web.kept import Kept

LIVES = 500  # sprints of boards; a very full one takes some 300 kB
THINGS = 50  # boards; one with 5 000 items takes some 1.5 MB


def init_app(app: Flask) -> None:
    app.extensions["lives"] = Kept(most=LIVES)
    app.extensions["things"] = Kept(most=THINGS)
    app.jinja_env.tests["item"] = lambda value: isinstance(value, Named)
    app.register_blueprint(views.bp)

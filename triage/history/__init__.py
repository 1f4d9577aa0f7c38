"""The paydown history: whether debt is paid down, whether promises are kept, what will hurt next; and the decisions."""

from flask import Flask

from triage.history import deciding, then_views, views  # noqa: F401 - their routes
from triage.history.table import Named


def init_app(app: Flask) -> None:
    app.jinja_env.tests["item"] = lambda value: isinstance(value, Named)
    app.register_blueprint(views.bp)

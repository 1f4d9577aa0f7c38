"""One kind of room for every ritual: a chair, phases, a timer, presence, private votes, guests, minutes."""

from flask import Flask

from triage.rooms.addresses import address
from triage.rooms.joining import bp
from triage.rooms.presence import Presence


def init_app(app: Flask) -> None:
    app.extensions["presence"] = Presence()
    app.jinja_env.globals["address"] = address
    app.register_blueprint(bp)

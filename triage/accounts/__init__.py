"""People: signing up, in and out. A sign-in is a row that can be revoked."""

from flask import Flask

from triage.accounts import signing_in, views


def init_app(app: Flask) -> None:
    signing_in.init_app(app)
    app.register_blueprint(views.bp)

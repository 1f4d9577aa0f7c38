"""Boards: the debt log of one product or repository, in four fixed columns."""

from flask import Flask

from triage.boards import views
from triage.boards.category import QUESTIONS, Category


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(Category=Category, QUESTIONS=QUESTIONS)
    app.register_blueprint(views.bp)

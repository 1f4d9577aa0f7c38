"""What every view shares: pages and regions, security, errors, filters, assets. Knows no feature."""

from flask import Flask

from triage.web import assets, errors, filters, health, htmx, security


def init_app(app: Flask) -> None:
    for part in (htmx, security, errors, filters, assets):
        part.init_app(app)
    app.register_blueprint(health.bp)

"""/healthz: the process answers. /readyz: its database does too."""

from flask import Blueprint, Response
from sqlalchemy import text

from triage.database import db

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def alive() -> Response:
    return Response("ok\n", mimetype="text/plain")


@bp.get("/readyz")
def ready() -> Response:
    db.session.execute(text("select 1"))
    return Response("ok\n", mimetype="text/plain")

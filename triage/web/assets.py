"""Our CSS and JS as two files with a hash in their name, joined and compressed when the process starts.

No build step: static/ holds what is served, this only saves the browser a dozen requests.
"""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import brotli
from flask import Blueprint, Flask, Response, abort, current_app, request, url_for

from triage.config import ROOT

STATIC = ROOT / "static"
KINDS = {
    "css": ("text/css", [*("css/" + name for name in ("reset", "base")), "css/parts", "css/utilities"]),
    "js": ("text/javascript", ["vendor", "js"]),
}

bp = Blueprint("assets", __name__, url_prefix="/assets")


@dataclass(frozen=True)
class Bundle:
    """One joined file: its name with the hash, and its bytes in each encoding, the smallest first."""

    name: str
    mimetype: str
    encodings: dict[str, bytes]


def init_app(app: Flask) -> None:
    app.extensions["assets"] = {kind: _join(kind) for kind in KINDS}
    app.jinja_env.globals["asset"] = asset
    app.register_blueprint(bp)


def asset(kind: str) -> str:
    """The address of the joined `css` or `js`."""
    return url_for("assets.bundle", name=current_app.extensions["assets"][kind].name)


@bp.get("/<name>")
def bundle(name: str) -> Response:
    bundles: dict[str, Bundle] = current_app.extensions["assets"]
    found = next((b for b in bundles.values() if b.name == name), None) or abort(404)
    encoding = request.accept_encodings.best_match(list(found.encodings), default="identity")
    response = Response(found.encodings[encoding], mimetype=found.mimetype)
    if encoding != "identity":
        response.headers["Content-Encoding"] = encoding
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.vary.add("Accept-Encoding")
    return response


def _join(kind: str) -> Bundle:
    mimetype, places = KINDS[kind]
    files = [file for place in places for file in _files(STATIC / place, kind)]
    body = "\n".join(file.read_text(encoding="utf-8") for file in files).encode()
    name = f"triage-{hashlib.sha256(body).hexdigest()[:12]}.{kind}"
    return Bundle(name, mimetype, _encoded(body))


@cache
def _encoded(body: bytes) -> dict[str, bytes]:
    """Once per process, however many applications are made in it: it takes longer than all the rest of a start."""
    return {"br": brotli.compress(body), "gzip": gzip.compress(body, mtime=0), "identity": body}


def _files(place: Path, kind: str) -> list[Path]:
    """htmx comes before its extensions and our elements, because the names sort so."""
    single = place.with_suffix(f".{kind}")
    return [single] if single.is_file() else sorted(place.glob(f"*.{kind}"), key=lambda file: file.name.lower())
